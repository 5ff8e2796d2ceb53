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
  unreachable(why: string): unknown;
  /** The answer is there. */
  heard?(): void;
}

export interface Network {
  /** As a call over TCP: rejects with `unreachable` where the question or the answer does not come through. */
  call<Value>(call: Call<Value>): Promise<Value>;
  /** Until it is ended by what it gives back. */
  disturb(disturbance: Disturbance): () => void;
  /** How many calls met a trouble, by its kind. */
  readonly met: ReadonlyMap<string, number>;
}

/** One way on a quiet local network and through both kernels: 0.05 to 0.5 ms. */
const wayMs = (chance: Chance) => 0.05 + chance.fraction() * 0.45;

export function createNetwork({ scheduler, trace }: { scheduler: Scheduler; trace: Trace }): Network {
  const disturbances = new Set<Disturbance>();
  const met = new Map<string, number>();

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

  function call<Value>(asked: Call<Value>): Promise<Value> {
    const { from, to, link, what, chance, timeoutMs } = asked;
    const trouble = disturbances.size === 0 ? null : troubleOf(asked);
    const more = trouble?.kind === 'late' ? trouble.ms : 0;
    const thereMs = wayMs(chance) + (more === 0 ? 0 : chance.fraction() * more);
    const backMs = wayMs(chance) + (more === 0 ? 0 : chance.fraction() * more);
    const sentMs = scheduler.nowMs;
    const fromLife = from.life;

    const tell = (kind: 'call' | 'answer' | 'lost', text: string, answer: readonly unknown[] = []) => {
      if (!trace.on) return;
      const ways = kind === 'call' ? { from: from.name, to: to.name } : { from: to.name, to: from.name };
      const ids = mentionedIds([...(asked.about?.() ?? []), ...answer]);
      trace.add({ atMs: scheduler.nowMs, kind, ...ways, text, ids });
    };

    return new Promise((resolve, reject) => {
      let isOver = false;
      let takeBack: (() => void) | null = null;
      const hear = (run: () => void) => {
        if (isOver) return;
        isOver = true;
        takeBack?.();
        if (from.life === fromLife) from.deliver(run);
      };
      const fail = (why: string) =>
        hear(() => {
          tell('lost', `${what}: ${why}`);
          reject(asked.unreachable(why));
        });
      const giveUpInTime = () => {
        takeBack ??= scheduler.deadline(sentMs + timeoutMs, () => fail(`no answer within ${timeoutMs} ms`));
      };

      const happen = (life: number) => {
        tell('call', what);
        asked.effect().then(
          (value) => {
            if (trouble?.kind === 'answer_lost') return giveUpInTime();
            if (trouble?.kind === 'answer_cut')
              return scheduler.at(scheduler.nowMs + backMs, () => fail('the connection broke'));
            scheduler.at(scheduler.nowMs + backMs, () => {
              if (to.life !== life) return fail('the connection broke');
              hear(() => {
                if (trace.on) tell('answer', `${what} -> ${said(value)}`, [value]);
                asked.heard?.();
                resolve(value);
              });
            });
          },
          (error: unknown) =>
            scheduler.at(scheduler.nowMs + backMs, () =>
              hear(() => {
                tell('answer', `${what} -> ${codeOf(error)}`);
                reject(error);
              }),
            ),
        );
      };

      const arrive = (answered: boolean) => {
        if (!to.up) {
          if (answered) scheduler.at(scheduler.nowMs + backMs, () => fail('the connection was refused'));
          return;
        }
        if (to.paused) giveUpInTime();
        const { life } = to;
        const lost = () => scheduler.at(scheduler.nowMs + backMs, () => fail('the connection broke'));
        if (answered) to.deliver(() => happen(life), lost);
        else
          to.deliver(() => {
            tell('call', `${what}, the first of two`);
            void asked.effect().catch(() => {});
          });
      };

      if (trouble?.kind === 'refused') return scheduler.at(sentMs + thereMs, () => fail('the connection was refused'));
      if (trouble?.kind === 'silent') return giveUpInTime();
      // a server takes its own time, and may die meanwhile: whoever asks one looks at the clock
      if (link === 'buyers' || thereMs + backMs >= timeoutMs) giveUpInTime();
      if (trouble?.kind !== 'twice') return scheduler.at(sentMs + thereMs, () => arrive(true));
      const againMs = chance.fraction() * trouble.ms;
      if (thereMs + againMs + backMs >= timeoutMs) giveUpInTime();
      scheduler.at(sentMs + thereMs, () => arrive(false));
      scheduler.at(sentMs + thereMs + againMs, () => arrive(true));
    });
  }

  return {
    call,
    disturb(disturbance) {
      disturbances.add(disturbance);
      return () => void disturbances.delete(disturbance);
    },
    met,
  };
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
