import type { FileKind, KeyFault } from '../../file/file-kind.ts';
import { readYaml } from '../../file/read-yaml.ts';
import { writeText } from '../../load/write-report.ts';
import type { WorldPlan } from '../plan/plan.ts';
import { haveEveryRole } from '../shrink/simpler-worlds.ts';
import { type SavedWorld, savedWorldOf, savedWorldSchema } from './saved-world-schema.ts';

const savedWorldKind: FileKind<typeof savedWorldSchema> = {
  noun: 'the saved world',
  schema: savedWorldSchema,
  code: 'world_invalid',
  hint: 'fluxgate simulate --seed 1 --save world.json writes one that is right; docs/simulation.md',
  missingHint: 'fluxgate simulate --seed N --save FILE writes one',
};

/** Reads what `--save` wrote, or somebody by hand. @throws FluxError `world_invalid` naming line and column of every fault */
export async function readSavedWorld(path: string): Promise<SavedWorld> {
  const { value, refuse } = await readYaml(path, savedWorldKind);
  const saved = savedWorldOf(value);
  const faults = impossible(saved.plan);
  if (faults.length > 0) throw refuse(faults);
  return saved;
}

/** @throws FluxError `report_unwritable` */
export async function writeSavedWorld(path: string, saved: SavedWorld): Promise<void> {
  await writeText(path, `${JSON.stringify(saved, null, 1)}\n`);
}

/** What no schema can say: names and numbers that nothing in the world has. */
function impossible(plan: WorldPlan): readonly KeyFault[] {
  const names = plan.processes.map(({ name }) => name);
  const unknown = (name: string) => `the world has no process ${name}; it has ${names.join(', ')}`;
  const products = `the world has ${plan.stock.length} of them, counted from 0`;
  return [
    ...names.flatMap((name, nth) =>
      names.indexOf(name) === nth
        ? []
        : [{ path: ['plan', 'processes', nth, 'name'], what: `${name} stands here twice` }],
    ),
    ...(haveEveryRole(plan.processes)
      ? []
      : [{ path: ['plan', 'processes'], what: 'somebody has to serve, somebody to consume and somebody to control' }]),
    ...plan.faults.flatMap((fault, nth): readonly KeyFault[] => {
      const path = ['plan', 'faults', nth];
      if ('process' in fault && fault.process !== null && !names.includes(fault.process))
        return [{ path: [...path, 'process'], what: unknown(fault.process) }];
      if (fault.kind !== 'gate_failover') return [];
      return fault.stay
        .filter((name) => !names.includes(name))
        .map((name) => ({ path: [...path, 'stay'], what: unknown(name) }));
    }),
    ...plan.buyers.flatMap(({ lines }, nth) =>
      lines.flatMap(({ product }, line) =>
        product < plan.stock.length
          ? []
          : [
              {
                path: ['plan', 'buyers', nth, 'lines', line, 'product'],
                what: `there is no product ${product}: ${products}`,
              },
            ],
      ),
    ),
    ...plan.operators.flatMap((operator, nth) =>
      'product' in operator && operator.product >= plan.stock.length
        ? [
            {
              path: ['plan', 'operators', nth, 'product'],
              what: `there is no product ${operator.product}: ${products}`,
            },
          ]
        : [],
    ),
  ];
}
