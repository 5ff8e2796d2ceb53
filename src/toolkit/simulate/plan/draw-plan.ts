import type { Trouble } from '../world/network.ts';
import { links } from '../world/network.ts';
import type { Chance } from '../world/world-parts.ts';
import type { Among } from './among.ts';
import { drawStory } from './draw-story.ts';
import type { Behaviour, BuyerPlan, FaultKind, FaultPlan, OperatorPlan, ProcessPlan, Role, WorldPlan } from './plan.ts';

/** The small world of a seed: 100 buyers and 20 units, and every fault possible. */
export interface WorldSize {
  readonly buyers: number;
  readonly units: number;
}
export const smallWorld: WorldSize = { buyers: 100, units: 20 };

/** What a clock may be wrong by, in millionths: what adjtimex(2) slews at most. */
const driftPpm = 500;
/** The crowd comes within this time; faults may last longer. */
const crowdMs = 2_500;
const maxFaults = 10;
/** Beside a story: more would drown it. */
const maxBesideStory = 4;
/** Most sales are over in half a second; with so much more there is something left to lose when things go wrong later. */
const plenty = 4;

/**
 * Draws a world from its seed by swarm testing (Groce and others, ISSTA 2012): each run switches a random subset of what can
 * happen on, so that rare combinations are not drowned by common ones, and each of them off in many runs.
 */
export function drawPlan(seed: number, chance: Chance, size: WorldSize = smallWorld): WorldPlan {
  const among = <Value>(...values: readonly [Value, ...Value[]]): Value =>
    values[chance.between(0, values.length - 1)] ?? values[0];
  const processes = drawProcesses(chance, among);
  const products = among(1, 1, 2, 3);
  const confirmation = among('on_record', 'on_record', 'explicit');
  const behaviours = swarm(
    chance,
    allBehaviours.filter((each) => each !== 'confirms' || confirmation === 'explicit'),
    50,
  );
  const kinds = swarm(chance, allFaults, 25);
  const scarce = drawStock(size.units, products);
  const serverLeaseMs = among(1_000, 2_000, 3_000);
  const appendDeadlineMs = among(400, 1_500, 1_500);
  const story = drawStory({
    processes,
    units: scarce[0] ?? 1,
    waitMs: serverLeaseMs + appendDeadlineMs,
    chance,
    among,
  });
  const isRich = story ? story.stock === 'plenty' : among(false, false, false, true);
  const admissionRate = among(null, null, null, 20, 60);
  // a short one ends in the middle of the crowd: whoever is late meets the mended world
  const safetyMs = story ? 5_000 : among(1_500, 3_000, 5_000);
  return {
    seed,
    confirmation,
    holdSeconds: among(1, 2, 4),
    admissionRate,
    limitPerUser: among(1, 2, 4),
    stock: isRich ? drawStock(size.units * plenty, products) : scarce,
    partitions: among(1, 2, 4),
    placing: among('by_append', 'by_order'),
    serverLeaseMs,
    appendDeadlineMs,
    maxWaitingOrders: among(1_000, 1_000, 8),
    processes,
    buyers: Array.from({ length: size.buyers }, (_, nth) =>
      drawBuyer(nth, story ? safetyMs : crowdMs, products, behaviours, chance, among),
    ),
    operators: [
      ...(story?.operators ?? []),
      ...(chance.between(0, 2) > 0 ? [] : drawOperators(products, admissionRate !== null, chance, among)),
    ],
    faults: [
      ...(story?.faults ?? []),
      ...drawFaults(kinds, story ? maxBesideStory : maxFaults, safetyMs, processes, chance, among),
    ].sort((a, b) => a.atMs - b.atMs),
    ...(story ? { stories: [story.kind] } : {}),
    safetyMs,
  };
}

function drawStock(units: number, products: number): readonly number[] {
  return Array.from({ length: products }, () => Math.max(1, Math.round(units / products)));
}

/** Each of them with so much of 100; where none was drawn, none. */
function swarm<Value>(chance: Chance, all: readonly Value[], percent: number): readonly Value[] {
  return all.filter(() => chance.between(1, 100) <= percent);
}

const everything: readonly Role[] = ['serve', 'consume', 'control'];

/** From one process that does everything, as embedded, to a fleet of servers and workers. */
function drawProcesses(chance: Chance, among: Among): readonly ProcessPlan[] {
  const roles: readonly (readonly Role[])[] = among<readonly (readonly Role[])[]>(
    [everything],
    [everything, everything],
    [['serve'], ['serve'], ['consume', 'control']],
    [['serve'], ['serve'], ['consume', 'control'], ['consume', 'control']],
    [['serve', 'control'], ['serve', 'control'], ['consume'], ['consume']],
  );
  const drifts = chance.between(0, 1) === 1;
  return roles.map((each, nth) => ({
    name: `p${nth + 1}`,
    roles: each,
    driftPpm: drifts ? chance.between(-driftPpm, driftPpm) : 0,
    offsetMs: drifts ? chance.between(-200, 200) : 0,
  }));
}

const allBehaviours: readonly Behaviour[] = [
  ...(['patient', 'impatient', 'double_click', 'bot', 'cancels', 'confirms', 'reuses_key'] as const),
];

function drawBuyer(
  nth: number,
  withinMs: number,
  products: number,
  behaviours: readonly Behaviour[],
  chance: Chance,
  among: Among,
): BuyerPlan {
  const lines = new Map<number, number>();
  for (let count = among(1, 1, 1, products); count > 0; count -= 1) {
    lines.set(chance.between(0, products - 1), among(1, 1, 1, 2));
  }
  // half of all are patient, whatever else there is
  const drawn =
    chance.between(0, 1) === 0 ? undefined : behaviours[chance.between(0, Math.max(0, behaviours.length - 1))];
  return {
    nth,
    atMs: chance.between(0, withinMs),
    behaviour: drawn ?? 'patient',
    server: chance.between(0, 3),
    pauseMs: among(30, 200, 700),
    lines: [...lines].map(([product, quantity]) => ({ product, quantity })),
  };
}

function drawOperators(products: number, hasRoom: boolean, chance: Chance, among: Among): readonly OperatorPlan[] {
  // several at one desk: all of them change the stock of one product within half a second
  const together = chance.between(0, 2) === 0 ? { fromMs: chance.between(0, crowdMs) } : null;
  return Array.from({ length: chance.between(1, 4) }, (): OperatorPlan => {
    const atMs = together ? together.fromMs + chance.between(0, 500) : chance.between(0, crowdMs + 1_000);
    const at = { atMs, server: chance.between(0, 3) };
    if (together) return { ...at, kind: 'add_stock', product: 0, by: among(-6, -2, 1, 5) };
    const product = chance.between(0, products - 1);
    const kind = among<OperatorPlan['kind']>(
      'pause',
      'open',
      'open',
      'close',
      'add_stock',
      'add_stock',
      'init_stock',
      'limit',
      'rate',
    );
    switch (kind) {
      case 'add_stock':
        return { ...at, kind, product, by: among(-6, -2, 1, 5) };
      case 'init_stock':
        return { ...at, kind, product, to: among(0, 3, 10) };
      case 'limit':
        return { ...at, kind, product, limitPerUser: among(1, 3, 6) };
      case 'rate':
        return { ...at, kind, perSecond: hasRoom ? among(null, 5, 200) : null };
      default:
        return { ...at, kind };
    }
  });
}

const allFaults: readonly FaultKind[] = [
  // thrice: it has six kinds of trouble on five ways
  ...(['network', 'network', 'network', 'kill', 'deploy', 'pause', 'pause_leader', 'clock_jump'] as const),
  ...(['gate_lose', 'gate_restart', 'gate_down', 'gate_pause', 'gate_failover'] as const),
  ...(['ledger_down', 'ledger_pause', 'log_down', 'log_pause', 'log_leader_lost'] as const),
  ...(['rebalance', 'offsets_back', 'slow_disk', 'poison'] as const),
];

/** Up to ten of the kinds that are on; in a quarter of the runs that have any, far more of the network's. */
function drawFaults(
  kinds: readonly FaultKind[],
  most: number,
  safetyMs: number,
  processes: readonly ProcessPlan[],
  chance: Chance,
  among: Among,
): readonly FaultPlan[] {
  if (kinds.length === 0) return [];
  return Array.from({ length: chance.between(1, most) }, () =>
    drawFault(kinds[chance.between(0, kinds.length - 1)] ?? 'network', safetyMs, processes, chance, among),
  );
}

function drawFault(
  kind: FaultKind,
  safetyMs: number,
  processes: readonly ProcessPlan[],
  chance: Chance,
  among: Among,
): FaultPlan {
  const atMs = chance.between(0, safetyMs - 500);
  const process = processes[chance.between(0, processes.length - 1)]?.name ?? 'p1';
  /** From a blink to longer than a server's lease. */
  const forMs = among(20, 150, 600, 1_800, 3_500);
  switch (kind) {
    case 'network':
      return {
        ...{ atMs, kind, forMs, trouble: drawTrouble(among) },
        process: chance.between(0, 3) === 0 ? null : process,
        link: links[chance.between(0, links.length - 1)] ?? 'gate',
        percent: among(10, 50, 100),
      };
    case 'kill':
    case 'pause':
    case 'deploy':
      return { atMs, kind, process, forMs };
    case 'clock_jump':
      return { atMs, kind, process, ms: among(-30_000, -900, 900, 30_000) };
    case 'gate_failover': {
      const stay = processes.filter(() => chance.between(0, 2) === 0).map(({ name }) => name);
      return { atMs, kind, staleMs: among(0, 5, 80, 700), stay, forMs };
    }
    case 'offsets_back':
      return { atMs, kind, entries: among(1, 5, 1_000) };
    case 'slow_disk':
      return { atMs, kind, ms: among(20, 400, 2_500), forMs };
    case 'poison':
      return { atMs, kind, partition: chance.between(0, 3) };
    case 'pause_leader':
    case 'gate_down':
    case 'gate_pause':
    case 'ledger_down':
    case 'ledger_pause':
    case 'log_down':
    case 'log_pause':
      return { atMs, kind, forMs };
    default:
      return { atMs, kind };
  }
}

function drawTrouble(among: Among): Trouble {
  const kind = among<Trouble['kind']>('refused', 'silent', 'answer_lost', 'answer_cut', 'late', 'twice');
  return kind === 'late' || kind === 'twice' ? { kind, ms: among(2, 60, 900, 4_000) } : { kind };
}
