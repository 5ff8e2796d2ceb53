import { codeOf, FluxError } from '../../../engine/domain/flux-error.ts';
import type { Actor } from './actor.ts';
import { mentionedIds } from './mentioned-ids.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';
import type { Chance } from './world-parts.ts';

/** What a process asks of whom. `renew` is the ledger for the server's lease alone, `buyers` the way from a buyer to a server. */
export const links = ['gate', 'ledger', 'renew', 'log', 'buyers'] as const;
export type Link = (typeof links)[number];

/**
 * What can be wrong with a way. `refused`: it did not happen, and the caller hears so at once. `silent`: it did not happen, and
 * nobody says so. `answer_lost`: it happened, and nobody says so. `answer_cut`: it happened, and the caller hears that the
 * connection broke. `late`: up to `ms` more on either way, so that questions overtake each other and answers come behind their
 * deadline. `twice`: it happens, the answer is
 * lost, and up to `ms` later it happens again and is answered, as where a client library repeats it over another connection.
 */
export type Trouble =
  | { readonly kind: 'refused' | 'silent' | 'answer_lost' | 'answer_cut' }
  | { readonly kind: 'late' | 'twice'; readonly ms: number };

export interface Disturbance {
  /** Of this process' calls; of everybody's where null. */
  readonly process: string | null;
  readonly link: Link;
  readonly trouble: Trouble;
  /** Of 100 calls that many meet it. */
  readonly percent: number;
}

export interface Call<Value> {
  readonly from: Actor;
  readonly to: Actor;
  readonly link: Link;
  /** For the trace. */
  readonly what: string;
  /** What its question has in it, for the trace: looked through for ids where somebody reads it. */
  about?(): readonly unknown[];
  /** Decides the delays and troubles of the caller: one stream a process. */
  readonly chance: Chance;
  /** The caller gives up after so long, whatever becomes of the question. */
  readonly timeoutMs: number;
  /** What happens at `to`, in a step of its own. */
  effect(): Promise<Value>;
  unreachable: (why: string) => unknown;
  /** The answer is there, to what was asked at `askedMs`. */
  readonly heard?: ((askedMs: number) => void) | null;
}

export interface Network {
  /** As a call over TCP: rejects with `unreachable` where the question or the answer does not come through. */
  call<Value>(call: Call<Value>): Promise<Value>;
  /** Until it is ended by what it gives back. */
  disturb(disturbance: Disturbance): () => void;
  /** What a process has been waiting for since before `sinceMs`; null where nothing is. Buyers and operators do not count. */
  waitingSince(sinceMs: number): string | null;
  /** How many calls met a trouble, by its kind. */
  readonly met: ReadonlyMap<string, number>;
}

/** One way on a quiet local network and through both kernels: 0.05 to 0.5 ms. */
const wayMs = (chance: Chance) => 0.05 + chance.fraction() * 0.45;

export function createNetwork({ scheduler, trace }: { scheduler: Scheduler; trace: Trace }): Network {
  const disturbances = new Set<Disturbance>();
  const met = new Map<string, number>();
  const open = new Set<Waiting>();

  function troubleOf({ from, link, chance }: Call<unknown>): Trouble | null {
    for (const disturbance of disturbances) {
      if (disturbance.link !== link || (disturbance.process !== null && disturbance.process !== from.name)) continue;
      if (chance.between(1, 100) > disturbance.percent) continue;
      const { kind } = disturbance.trouble;
      met.set(kind, (met.get(kind) ?? 0) + 1);
      return disturbance.trouble;
    }
    return null;
  }

  return {
    call: (asked) =>
      new Promise((resolve, reject) => {
        const trouble = disturbances.size === 0 ? null : troubleOf(asked);
        new Exchange(asked, trouble, { scheduler, trace, open }, resolve, reject).begin();
      }),
    disturb(disturbance) {
      disturbances.add(disturbance);
      return () => void disturbances.delete(disturbance);
    },
    waitingSince(sinceMs) {
      for (const exchange of open) {
        if (exchange.sentMs < sinceMs && exchange.isAwaited) return exchange.text;
      }
      return null;
    },
    met,
  };
}

/** A question whose answer nobody has heard. */
interface Waiting {
  readonly sentMs: number;
  readonly isAwaited: boolean;
  readonly text: string;
}

interface ExchangeUse {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  /** Those whose answer nobody has heard; what a buyer asks is not among them. */
  readonly open: Set<Waiting>;
}

/** One question and its answer on their way. */
class Exchange<Value> implements Waiting {
  readonly #asked: Call<Value>;
  readonly #trouble: Trouble | null;
  readonly #use: ExchangeUse;
  readonly #resolve: (value: Value) => void;
  readonly #reject: (why: unknown) => void;
  readonly #sentMs: number;
  readonly #fromLife: number;
  readonly #thereMs: number;
  readonly #backMs: number;
  #isOver = false;
  #takeBack: (() => void) | null = null;

  constructor(
    asked: Call<Value>,
    trouble: Trouble | null,
    use: ExchangeUse,
    resolve: (value: Value) => void,
    reject: (why: unknown) => void,
  ) {
    const { chance, from } = asked;
    const more = trouble?.kind === 'late' ? trouble.ms : 0;
    this.#asked = asked;
    this.#trouble = trouble;
    this.#use = use;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#sentMs = use.scheduler.nowMs;
    this.#fromLife = from.life;
    this.#thereMs = wayMs(chance) + (more === 0 ? 0 : chance.fraction() * more);
    this.#backMs = wayMs(chance) + (more === 0 ? 0 : chance.fraction() * more);
  }

  get sentMs(): number {
    return this.#sentMs;
  }

  /** Not where who asked has died since. */
  get isAwaited(): boolean {
    const { from } = this.#asked;
    return from.up && from.life === this.#fromLife;
  }

  get text(): string {
    return `${this.#asked.from.name} waits for an answer of ${this.#asked.to.name} (${this.#asked.what})`;
  }

  begin(): void {
    if (this.#asked.link !== 'buyers') this.#use.open.add(this);
    const trouble = this.#trouble;
    if (trouble?.kind === 'refused') this.#after(this.#thereMs, () => this.#fail('the connection was refused'));
    else if (trouble?.kind === 'silent') this.#giveUpInTime();
    else this.#send(trouble);
  }

  #send(trouble: Trouble | null): void {
    const { link, timeoutMs, chance, to } = this.#asked;
    const againMs = trouble?.kind === 'twice' ? chance.fraction() * trouble.ms : 0;
    // a server takes its own time, and may die meanwhile: whoever asks one looks at the clock
    if (link === 'buyers' || this.#thereMs + againMs + this.#backMs >= timeoutMs) this.#giveUpInTime();
    if (trouble?.kind === 'twice') this.#after(this.#thereMs, () => to.deliver(() => this.#happenUnheard()));
    this.#after(this.#thereMs + againMs, () => this.#arrive());
  }

  #arrive(): void {
    const { to } = this.#asked;
    if (!to.up) {
      this.#after(this.#backMs, () => this.#fail('the connection was refused'));
      return;
    }
    if (to.paused) this.#giveUpInTime();
    const { life } = to;
    to.deliver(
      () => this.#happen(life),
      () => this.#after(this.#backMs, () => this.#fail('the connection broke')),
    );
  }

  #happenUnheard(): void {
    this.#asked.effect().catch(() => {}); // its answer is lost, whatever it was
  }

  #happen(life: number): void {
    const { effect, from, to, what } = this.#asked;
    this.#say('call', from, to, what);
    effect().then(
      (value) => this.#answer(value, life),
      (error: unknown) => this.#after(this.#backMs, () => this.#hear(() => this.#refuse(error))),
    );
  }

  #answer(value: Value, life: number): void {
    const { kind } = this.#trouble ?? {};
    if (kind === 'answer_lost') {
      this.#giveUpInTime();
      return;
    }
    this.#after(this.#backMs, () => {
      if (kind === 'answer_cut' || this.#asked.to.life !== life) this.#fail('the connection broke');
      else this.#hear(() => this.#succeed(value));
    });
  }

  #succeed(value: Value): void {
    const { to, from, what, heard } = this.#asked;
    if (this.#use.trace.on) this.#say('answer', to, from, `${what} -> ${said(value)}`, [value]);
    heard?.(this.#sentMs);
    this.#resolve(value);
  }

  #refuse(error: unknown): void {
    const { to, from, what } = this.#asked;
    if (this.#use.trace.on) this.#say('answer', to, from, `${what} -> ${codeOf(error)}`);
    this.#reject(error);
  }

  #fail(why: string): void {
    const { to, from, what, unreachable } = this.#asked;
    this.#hear(() => {
      this.#say('lost', to, from, `${what}: ${why}`);
      this.#reject(unreachable(why));
    });
  }

  /** Whatever comes first; in the life of the caller that asked. */
  #hear(run: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#use.open.delete(this);
    this.#takeBack?.();
    const { from } = this.#asked;
    if (from.life === this.#fromLife) from.deliver(run);
  }

  #giveUpInTime(): void {
    const { timeoutMs } = this.#asked;
    this.#takeBack ??= this.#use.scheduler.deadline(this.#sentMs + timeoutMs, () =>
      this.#fail(`no answer within ${timeoutMs} ms`),
    );
  }

  #after(ms: number, run: () => void): void {
    const { scheduler } = this.#use;
    scheduler.at(scheduler.nowMs + ms, run);
  }

  #say(kind: 'call' | 'answer' | 'lost', from: Actor, to: Actor, text: string, about?: readonly unknown[]): void {
    const { trace, scheduler } = this.#use;
    if (!trace.on) return;
    const ids = mentionedIds([...(this.#asked.about?.() ?? []), ...(about ?? [])]);
    trace.add({ atMs: scheduler.nowMs, kind, from: from.name, to: to.name, text, ids });
  }
}

export const gateUnreachable = (why: string) => new FluxError('gate_unreachable', `The gate: ${why}`);
export const ledgerUnreachable = (why: string) => new FluxError('ledger_unreachable', `The ledger: ${why}`);
export const logUnreachable = (why: string) => new FluxError('order_log_unreachable', `The order log: ${why}`);

/** An answer in a few words, for the trace. */
function said(value: unknown): string {
  if (Array.isArray(value)) return value.length > 4 ? `${value.length} of them` : value.map(said).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('kind' in value) return String(value.kind);
  if ('epoch' in value && typeof value.epoch === 'number') return `epoch ${value.epoch}`;
  return 'done';
}
