import type { Experiment, SystemShape } from '../experiment/experiment.ts';

/**
 * The same experiments, those whose systems differ in proxies alone on one that has every proxy they need, and those of one
 * system one after the other: it is started once for all of them. Pure.
 */
export function withSharedSystems(experiments: readonly Experiment[]): readonly Experiment[] {
  const groups = Map.groupBy(experiments, ({ system }) => JSON.stringify({ ...system, proxied: null, ways: null }));
  return [...groups.values()].flatMap((group) => {
    const proxied = group.some(({ system }) => system.proxied);
    const ways = [...new Set(group.flatMap(({ system }) => system.ways))];
    return group.map((one) => ({ ...one, system: { ...one.system, proxied, ways } satisfies SystemShape }));
  });
}
