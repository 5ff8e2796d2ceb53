/**
 * While a world runs, nothing may reach the machine's time, chance or ids: what did would come out another time for the same
 * seed. Puts a trap in the place of each and gives back what takes the traps away.
 */
export function seal(): () => void {
  const undo: (() => void)[] = [];
  const trap = (owner: object, name: string, put?: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      value:
        put ??
        (() => {
          throw new Error(`${name} was reached in a simulated world: time, chance and ids come from its ports`);
        }),
    });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
  };
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) trap(globalThis, name);
  trap(Math, 'random');
  trap(performance, 'now');
  trap(process, 'hrtime');
  for (const name of ['randomUUID', 'getRandomValues']) trap(crypto, name);
  trap(globalThis, 'Date', datesOfGivenMoments());
  return () => {
    for (const each of undo.reverse()) each();
  };
}

/** `new Date(moment)` says how a moment is written; `new Date()` and `Date.now()` say what time it is. */
function datesOfGivenMoments(): DateConstructor {
  const refuse = (): never => {
    throw new Error('Date was asked for the present in a simulated world: time comes from its clock');
  };
  return new Proxy(Date, {
    construct: (target, given: unknown[]) => (given.length === 0 ? refuse() : Reflect.construct(target, given)),
    apply: refuse,
    get: (target, name) => (name === 'now' ? refuse : Reflect.get(target, name)),
  });
}
