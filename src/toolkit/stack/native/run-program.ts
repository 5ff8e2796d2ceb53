import { execFile } from 'node:child_process';

/** More than any of our programs says before it does what it is asked. */
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Runs a program to its end and returns what it wrote to stdout. `timeoutMs` bounds a download that hangs.
 * @throws Error with the end of what it said where it fails, takes too long or was interrupted
 */
export function runProgram(
  program: string,
  args: readonly string[],
  use: {
    readonly timeoutMs: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      maxBuffer: maxOutputBytes,
      timeout: use.timeoutMs,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...use.env }, // words that we can read, paths of any letters
      ...(use.cwd === undefined ? {} : { cwd: use.cwd }),
      ...(use.signal === undefined ? {} : { signal: use.signal }),
    } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(failureText(program, error, `${stdout}\n${stderr}`), { cause: error.cause }));
    }).stdin?.end();
  });
}

function failureText(program: string, error: Error & { killed?: boolean; code?: unknown }, said: string): string {
  const tail = said.trim().split('\n').slice(-6).join('\n'); // the reason stands at the end
  const how = error.killed ? 'was ended: it took too long' : `failed (${String(error.code ?? error.message)})`;
  return `${program} ${how}${tail === '' ? '' : `: ${tail}`}`;
}
