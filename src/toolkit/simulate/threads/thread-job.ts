import { parentPort, Worker } from 'node:worker_threads';
import { FluxError } from '../../../engine/domain/flux-error.ts';

/** What a job's program answers to each task. */
type JobAnswer<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly why: string };

/** One thread, and the task that it has. */
export class ThreadJob<Task, Result> {
  readonly #worker: Worker;
  #answer: (result: Result) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(program: URL, workerData?: unknown) {
    this.#worker = new Worker(program, { workerData });
    this.#worker.on('message', (answer: JobAnswer<Result>) => {
      if (answer.kind === 'done') this.#answer(answer.result);
      else this.#fail(new FluxError('fault', answer.why));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () =>
      this.#fail(new FluxError('fault', 'a job of the simulation ended in the middle of its work')),
    );
  }

  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#worker.postMessage(task);
    });
  }

  end(): Promise<unknown> {
    return this.#worker.terminate();
  }
}

/** The other end of it: answers every task that this thread is sent. */
export function answerTasks<Task, Result>(run: (task: Task) => Promise<Result>): void {
  const answer = (what: JobAnswer<Result>) => parentPort?.postMessage(what);
  parentPort?.on('message', (task: Task) => {
    run(task).then(
      (result) => answer({ kind: 'done', result }),
      (error: unknown) =>
        answer({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
