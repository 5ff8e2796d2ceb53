import { pathToFileURL } from 'node:url';
import { composeSimulation } from './compose-simulation.ts';
import { type PlantedBug, partsWith } from './toolkit/simulate/hunt/bug.ts';
import { runSeedChunk } from './toolkit/simulate/seeds/seed-chunk.ts';
import type { SeedTask } from './toolkit/simulate/seeds/seed-job.ts';
import { answerTasks } from './toolkit/simulate/threads/thread-job.ts';

/** One job of `fluxgate simulate`: a thread that runs the worlds of the seeds that it is sent. */
// In this thread alone. A world makes thousands of errors that everybody expects, and where each was made costs more than the
// rest of it; whoever wants to see one runs its seed by itself.
Error.stackTraceLimit = 0;
const parts = composeSimulation();

async function bugIn(file: string | null): Promise<PlantedBug | null> {
  if (file === null) return null;
  const { bug }: { readonly bug: PlantedBug } = await import(pathToFileURL(file).href);
  return bug;
}

answerTasks(async (task: SeedTask) => {
  const bug = await bugIn(task.plantFile);
  return runSeedChunk(task, { ...partsWith(bug, parts), stopAtFirst: task.stopAtFirst });
});
