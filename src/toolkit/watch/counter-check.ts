import type { SaleSeen, StatsSeen } from './sighting.ts';

/** What the counters of one sale say about invariants 1 and 2, as of one reading. Only `verify` reads the orders themselves. */
export type CounterVerdict =
  /** At rest and equal: total = free + held + sold, nothing on its way. */
  | { readonly kind: 'holds' }
  /** Nothing contradicts it; this many units are between gate and ledger, so that equality cannot be asked for now. */
  | { readonly kind: 'moving'; readonly units: number }
  /** At rest for a while and not equal. A release that waits for the gate looks the same, so that `verify` has the word. */
  | { readonly kind: 'differs'; readonly units: number; readonly sinceMs: number; readonly productId: string }
  | { readonly kind: 'violated'; readonly text: string }
  | { readonly kind: 'unknown'; readonly why: string };

export interface CounterCheck {
  readonly verdict: CounterVerdict;
  readonly atMs: number;
  /** Of the reading: the same twice means that nothing moved in between. */
  readonly fingerprint: string;
  /** Since when it is at rest and not equal. */
  readonly differsSinceMs: number | null;
}

/** The relay takes what is 2 s old and releases go each second: a difference at rest that is older than this is worth a look. */
const graceMs = 10_000;

/** Judges a reading of a sale; `before` is what the reading before it came to. */
export function checkCounters(
  sale: SaleSeen,
  lag: StatsSeen['lag'],
  atMs: number,
  before: CounterCheck | undefined,
): CounterCheck {
  const fingerprint = JSON.stringify([sale.epoch, sale.gate?.products, sale.gate?.outbox, sale.ledger?.products, lag]);
  const made = (verdict: CounterVerdict, differsSinceMs: number | null = null): CounterCheck => ({
    verdict,
    atMs,
    fingerprint,
    differsSinceMs,
  });
  const broken = oversold(sale);
  if (broken !== null) return made({ kind: 'violated', text: broken });
  if (sale.ledger === null) return made({ kind: 'unknown', why: 'the ledger does not answer' });
  if (sale.gate === null) return made({ kind: 'unknown', why: 'the gate is away or rebuilding' });
  if (lag === null) return made({ kind: 'unknown', why: 'the order log does not answer' });

  const differences = differencesOf(sale);
  const units = differences.reduce((sum, one) => sum + Math.abs(one.units), 0);
  const behind = lag.some((partition) => partition.lag !== '0');
  const atRest = !behind && sale.gate.outbox === 0 && before?.fingerprint === fingerprint;
  if (!atRest) return made({ kind: 'moving', units });
  const [worst] = differences;
  if (worst === undefined) return made({ kind: 'holds' });
  const sinceMs = before?.differsSinceMs ?? atMs;
  if (atMs - sinceMs < graceMs) return made({ kind: 'moving', units }, sinceMs);
  return made({ kind: 'differs', units: worst.units, productId: worst.productId, sinceMs }, sinceMs);
}

/** Invariant 1, which no movement excuses. */
function oversold({ gate, ledger }: SaleSeen): string | null {
  for (const { productId, total, held, sold } of ledger?.products ?? []) {
    if (held + sold > total) return `${productId} is oversold: ${held} held and ${sold} sold of ${total}`;
  }
  for (const { productId, free } of gate?.products ?? []) {
    if (free < 0) return `${productId} is oversold: the gate has ${free} free units`;
  }
  return null;
}

/** total - free - held - sold of each product where it is not zero, the largest first. */
function differencesOf({ gate, ledger }: SaleSeen): readonly { readonly productId: string; readonly units: number }[] {
  const free = new Map(gate?.products.map((product) => [product.productId, product.free]));
  return (ledger?.products ?? [])
    .map(({ productId, total, held, sold }) => ({ productId, units: total - (free.get(productId) ?? 0) - held - sold }))
    .filter(({ units }) => units !== 0)
    .sort((a, b) => Math.abs(b.units) - Math.abs(a.units));
}
