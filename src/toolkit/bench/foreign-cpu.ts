import { cpus } from 'node:os';
import { foreignLimit } from './bench-figures.ts';
import { machineBusySeconds } from './machine-cpu.ts';

/**
 * Watches what the machine spends on anything but a bench from now on; the result, called at the end, gives the doubts.
 * `measured` is the processor time of what is measured beside this process, in seconds; null where the system does not say.
 */
export async function watchForeignCpu(measured: () => Promise<number | null>): Promise<() => Promise<string[]>> {
  const foreign = async (): Promise<number | null> => {
    const [all, others] = [await machineBusySeconds(), await measured()];
    const { user, system } = process.cpuUsage();
    return all === null || others === null ? null : all - others - (user + system) / 1e6;
  };
  const [before, startedAt] = [await foreign(), performance.now()];
  return async () => {
    const after = await foreign();
    if (before === null || after === null) return [];
    const cores = cpus().length;
    const had = Math.max(0, (after - before) / ((performance.now() - startedAt) / 1_000));
    return had > cores * foreignLimit ? [`other processes had ${had.toFixed(1)} of ${cores} cores`] : [];
  };
}
