import { FluxError } from '../../engine/domain/flux-error.ts';
import { type GeneratorTask, type ReadyGenerator, readyGenerator } from './generate-load.ts';
import type { FromGenerator, ToGenerator } from './generator-message.ts';
import { generatorProgress } from './generator-progress.ts';

/** One of several generating processes: a program of its own, started by generator-fleet.ts, which it talks to over IPC. */
const stop = new AbortController();
let generator: Promise<ReadyGenerator> | null = null;
let everyMs = 250;

// Ctrl-C reaches the whole group of processes; the run tells us when to stop, and what is under way is counted
process.on('SIGINT', () => {});
// the run is gone, however it ended: nobody is left to send for
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToGenerator) => {
  if (message.kind === 'task') {
    everyMs = message.progressEveryMs;
    void prepare(message.task);
  } else if (message.kind === 'go') void run(message.startAtNs);
  else stop.abort();
});

async function prepare(task: GeneratorTask): Promise<void> {
  generator = readyGenerator(task, () => task.target);
  try {
    await generator;
    tell({ kind: 'ready' });
  } catch (error) {
    fail(error);
  }
}

async function run(startAtNs: bigint): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const ready = await generator;
    if (ready === null) throw new FluxError('fault', 'a generator was started without a task');
    timer = setInterval(() => tell({ kind: 'progress', progress: generatorProgress(ready.run) }), everyMs);
    const part = await ready.finish(stop.signal, startAtNs);
    tell({ kind: 'part', part }, () => process.exit(0));
  } catch (error) {
    fail(error);
  } finally {
    clearInterval(timer);
  }
}

function fail(error: unknown): void {
  const code = error instanceof FluxError ? error.code : null;
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: 'failed', code, message }, () => process.exit(1));
}

function tell(message: FromGenerator, told?: () => void): void {
  process.send?.(message, undefined, undefined, () => told?.());
}
