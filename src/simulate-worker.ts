import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { composeSimulation } from './compose-simulation.ts';
import { type PlantedBug, partsWith } from './toolkit/simulate/planted-bug.ts';
import { runSeedChunk } from './toolkit/simulate/seed-chunk.ts';
import type { SeedAnswer, SeedTask } from './toolkit/simulate/seed-job.ts';

/** One job of `fluxgate simulate`: a thread that runs the worlds of the seeds that it is sent. */
const parts = composeSimulation();

async function bugIn(file: string | null): Promise<PlantedBug | null> {
  if (file === null) return null;
  const { bug }: { readonly bug: PlantedBug } = await import(pathToFileURL(file).href);
  return bug;
}

parentPort?.on('message', (task: SeedTask) => {
  const answer = (what: SeedAnswer) => parentPort?.postMessage(what);
  bugIn(task.plantFile)
    .then((bug) => runSeedChunk(task, { ...partsWith(bug, parts), stopAtFirst: task.stopAtFirst }))
    .then(
      (tally) => answer({ kind: 'done', tally }),
      (error: unknown) =>
        answer({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
});
