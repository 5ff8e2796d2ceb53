import { parseProductId } from '../../engine/domain/ids.ts';
import { type Money, parseMoney } from '../../engine/domain/money.ts';
import type { KeyFault } from '../file/file-kind.ts';
import { arrivalsOf, durationMsOf, plannedArrivalsLimit } from './arrival-schedule.ts';
import { type Habits, loadDefaults, type Scenario, type ScenarioProduct, type Stage } from './scenario.ts';
import type { ScenarioFile } from './scenario-schema.ts';

/** The moments of each file that a replay names, in milliseconds from its start; readRecordings makes them. */
export type Recordings = ReadonlyMap<string, readonly number[]>;

const defaultPrice: Money = { minor: 100n, currency: 'EUR' };

/**
 * Fills in defaults and checks what a schema cannot say: sums, and that each behaviour has what it needs. Does no reading:
 * what a replay names is given as `recordings`.
 */
export function fillScenario(
  file: ScenarioFile,
  recordings: Recordings = new Map(),
):
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'faults'; readonly faults: readonly KeyFault[] } {
  const arrivals = file.arrivals.flatMap((stage) => stagesOf(stage, recordings));
  const behaviours = file.buyers.behaviours ?? { plain: 1 };
  const habits = habitsOf(file.buyers);
  const scenario: Scenario = {
    title: file.title,
    why: file.why ?? '',
    seed: file.seed ?? loadDefaults.seed,
    sale: {
      saleId: file.sale.saleId ?? null,
      products: file.sale.products.map((product) => ({
        productId: product.productId,
        quantity: product.quantity,
        limitPerUser: product.limitPerUser ?? null,
        price: (product.price === undefined ? undefined : parseMoney(product.price)) ?? defaultPrice,
      })),
      admissionRate: file.sale.admissionRate ?? null,
      confirmation: file.sale.confirmation ?? 'on_record',
    },
    arrivals,
    buyers: {
      count: file.buyers.count,
      behaviours,
      habits,
    },
    thresholds: {
      maxErrorRate: file.thresholds?.maxErrorRate ?? null,
      p50Ms: file.thresholds?.p50Ms ?? {},
      p99Ms: file.thresholds?.p99Ms ?? {},
      maxMs: file.thresholds?.maxMs ?? {},
      minGoodputPerSecond: file.thresholds?.minGoodputPerSecond ?? null,
      fairness: file.thresholds?.fairness ?? {},
    },
    limits: {
      maxInFlight: file.limits?.maxInFlight ?? loadDefaults.maxInFlight,
      hardStopSeconds:
        file.limits?.hardStopSeconds ??
        (durationMsOf(arrivals) + lingerMsOf(behaviours, habits)) / 1_000 +
          loadDefaults.hardStopAfterLastArrivalSeconds,
      requestTimeoutMs: file.limits?.requestTimeoutMs ?? loadDefaults.requestTimeoutMs,
    },
  };
  const faults = [
    ...priceFaults(file),
    ...replayFaults(file, recordings),
    ...productFaults(scenario.sale.products),
    ...habitFaults(file.buyers),
    ...planFaults(scenario),
  ];
  return faults.length === 0 ? { kind: 'scenario', scenario } : { kind: 'faults', faults };
}

function habitsOf({ bots, cancels, slow }: ScenarioFile['buyers']): Habits {
  const { habits } = loadDefaults;
  return {
    bots: { ...habits.bots, ...bots },
    cancelAfterMs: cancels === undefined ? habits.cancelAfterMs : cancels.afterSeconds * 1_000,
    slowMs: slow === undefined ? habits.slowMs : slow.forSeconds * 1_000,
  };
}

/** How long after its arrival a buyer still acts by plan: the last one may be slow, or cancel. */
function lingerMsOf({ slow = 0, cancel = 0 }: Scenario['buyers']['behaviours'], habits: Habits): number {
  return Math.max(slow > 0 ? habits.slowMs : 0, cancel > 0 ? habits.cancelAfterMs : 0);
}

function stagesOf(stage: ScenarioFile['arrivals'][number], recordings: Recordings): Stage[] {
  if (stage.constant) return [{ kind: 'constant', ...stage.constant }];
  if (stage.ramp) return [{ kind: 'ramp', ...stage.ramp }];
  if (stage.spike) return spikeStages(stage.spike);
  if (stage.poisson) return [{ kind: 'poisson', ...stage.poisson }];
  return stage.replay ? [replayStage(stage.replay, recordings)] : [];
}

function spikeStages(spike: NonNullable<ScenarioFile['arrivals'][number]['spike']>): Stage[] {
  const { from = 0, peak, riseSeconds, holdSeconds, fallSeconds } = spike;
  return [
    { kind: 'ramp', from, to: peak, forSeconds: riseSeconds },
    ...(holdSeconds === undefined
      ? []
      : [{ kind: 'constant', ratePerSecond: peak, forSeconds: holdSeconds } satisfies Stage]),
    { kind: 'ramp', from: peak, to: from, forSeconds: fallSeconds },
  ];
}

/** The stage ends a moment after its last arrival, so that it has a length even where all came at once. */
function replayStage(
  { file, speed = 1 }: NonNullable<ScenarioFile['arrivals'][number]['replay']>,
  recordings: Recordings,
): Stage {
  const momentsMs = (recordings.get(file) ?? []).map((moment) => moment / speed);
  return { kind: 'replay', momentsMs, forSeconds: (momentsMs.at(-1) ?? 0) / 1_000 + 0.001 };
}

function replayFaults(file: ScenarioFile, recordings: Recordings): KeyFault[] {
  return file.arrivals.flatMap(({ replay }, n) =>
    replay === undefined || recordings.has(replay.file)
      ? []
      : [{ path: ['arrivals', n, 'replay'], what: 'only a scenario in a file of its own replays a recording' }],
  );
}

function priceFaults(file: ScenarioFile): KeyFault[] {
  return file.sale.products.flatMap(({ price }, n) =>
    price === undefined || parseMoney(price)
      ? []
      : [{ path: ['sale', 'products', n, 'price'], what: `"${price}" has more decimals than its currency` }],
  );
}

function productFaults(products: readonly ScenarioProduct[]): KeyFault[] {
  const faults: KeyFault[] = [];
  const seen = new Set<string>();
  for (const [n, { productId, price }] of products.entries()) {
    const path = ['sale', 'products', n, 'productId'];
    if (parseProductId(productId) === undefined) faults.push({ path, what: 'has control characters' });
    if (seen.has(productId)) faults.push({ path, what: `"${productId}" stands here twice` });
    seen.add(productId);
    if (price.currency !== products[0]?.price.currency)
      faults.push({ path: ['sale', 'products', n, 'price'], what: 'all products of a scenario need one currency' });
  }
  return faults;
}

/** A setting that nobody follows is a mistake in the file. */
function habitFaults({ behaviours = {}, ...habits }: ScenarioFile['buyers']): KeyFault[] {
  const needed = { bots: 'bot', cancels: 'cancel', slow: 'slow' } as const;
  return (['bots', 'cancels', 'slow'] as const).flatMap((key) =>
    habits[key] === undefined || (behaviours[needed[key]] ?? 0) > 0
      ? []
      : [{ path: ['buyers', key], what: `nobody follows it: give "${needed[key]}" a weight in buyers.behaviours` }],
  );
}

function planFaults({ sale, arrivals, buyers, thresholds, limits }: Scenario): KeyFault[] {
  const faults: KeyFault[] = [];
  const { behaviours } = buyers;
  const planned = arrivalsOf(arrivals);
  if (planned < 1) faults.push({ path: ['arrivals'], what: 'plans not even one buyer' });
  if (planned > plannedArrivalsLimit)
    faults.push({
      path: ['arrivals'],
      what: `plans ${Math.ceil(planned)} buyers; the most is ${plannedArrivalsLimit}`,
    });
  const weights = Object.values(behaviours).reduce((sum, weight) => sum + weight, 0);
  if (weights <= 0) faults.push({ path: ['buyers', 'behaviours'], what: 'needs one weight above 0' });
  if ((behaviours['several-lines'] ?? 0) > 0 && sale.products.length < 2)
    faults.push({ path: ['buyers', 'behaviours', 'several-lines'], what: 'needs a sale of two products or more' });
  if ((behaviours['over-limit'] ?? 0) > 0 && !sale.products.some((product) => product.limitPerUser !== null))
    faults.push({ path: ['buyers', 'behaviours', 'over-limit'], what: 'needs a product with a limitPerUser' });
  if (thresholds.fairness?.maxBotShare !== undefined && (behaviours.bot ?? 0) <= 0)
    faults.push({
      path: ['thresholds', 'fairness', 'maxBotShare'],
      what: 'needs a weight of "bot" in buyers.behaviours',
    });
  if (limits.hardStopSeconds * 1_000 < durationMsOf(arrivals))
    faults.push({ path: ['limits', 'hardStopSeconds'], what: 'is before the last arrival' });
  return faults;
}
