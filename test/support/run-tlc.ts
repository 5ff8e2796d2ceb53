import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import { requireJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { bringTlc } from './bring-tlc.ts';
import { specFolder } from './spec-files.ts';

/** What TLC said of one configuration. `distinct` counts states that differ. */
export type TlcVerdict =
  | { readonly kind: 'sound'; readonly distinct: number }
  /** `broken`: the invariant or property; `steps`: the shortest way there. */
  | { readonly kind: 'violated'; readonly broken: string; readonly steps: readonly string[]; readonly text: string }
  /** The model or the configuration is at fault, or the time was up. */
  | { readonly kind: 'failed'; readonly text: string };

/** More than the longest trace. */
const maxOutputBytes = 64 * 1024 * 1024;

/** Checks spec/FluxGate.tla with a configuration of spec/, named as `sound/crash`. One worker: the same trace every time. */
export async function runTlc(
  config: string,
  use: { readonly workers: number; readonly timeoutMs: number; readonly heapMb: number },
): Promise<TlcVerdict> {
  const [java, jar] = [await requireJava(), await bringTlc(cacheFolder(process.env.FLUXGATE_CACHE_DIR))];
  const folder = mkdtempSync(join(tmpdir(), 'fluxgate-tlc-'));
  const scratch = join(folder, 'modules'); // TLC unpacks its own modules there: runs side by side would share them
  mkdirSync(scratch);
  // biome-ignore format: a flag and its value stand together
  const args = [
    '-XX:+UseParallelGC', `-Xmx${use.heapMb}m`, `-Djava.io.tmpdir=${scratch}`, '-cp', jar, 'tlc2.TLC',
    '-workers', String(use.workers), '-metadir', join(folder, 'states'), '-config', `${config}.cfg`, 'FluxGate.tla',
  ];
  try {
    const text = await new Promise<string>((resolve) => {
      const options = {
        cwd: specFolder,
        timeout: use.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutputBytes,
      } as const;
      execFile(java, args, options, (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`)); // its words say more than its exit code
    });
    return verdictOf(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function verdictOf(text: string): TlcVerdict {
  const broken =
    /Error: Invariant (\w+) is violated/.exec(text)?.[1] ??
    (text.includes('Error: Deadlock reached') ? 'Deadlock' : undefined) ??
    (text.includes('Error: Temporal properties were violated') ? 'liveness' : undefined);
  if (broken !== undefined) {
    const steps = [...text.matchAll(/^State \d+: <(\w+)/gm)].map(([, action = '']) => action);
    return { kind: 'violated', broken, steps, text };
  }
  const counts = [...text.matchAll(/(\d+) distinct states found, 0 states left on queue/g)].at(-1);
  if (counts !== undefined && text.includes('Model checking completed. No error has been found.'))
    return { kind: 'sound', distinct: Number(counts[1]) };
  return { kind: 'failed', text: text.slice(-2_000) };
}
