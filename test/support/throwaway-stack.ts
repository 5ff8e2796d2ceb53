import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackParts } from '../../src/compose-stack.ts';
import type { AskedShape } from '../../src/toolkit/stack/asked-shape.ts';
import { cacheFolder } from '../../src/toolkit/stack/cache-folder.ts';
import type { ServiceName } from '../../src/toolkit/stack/service-name.ts';
import { stackDown } from '../../src/toolkit/stack/stack-down.ts';
import type { NativeService } from '../../src/toolkit/stack/stack-file.ts';
import { stackUp } from '../../src/toolkit/stack/stack-up.ts';

/** The folder of a stack for one test file. Whatever runs in it goes with it, also where the test process is killed. */
export interface ThrowawayStack {
  readonly stackDir: string;
  readonly cacheDir: string;
  up(use?: {
    readonly asked?: AskedShape;
    readonly signal?: AbortSignal;
    readonly onProgress?: (name: ServiceName, what: string) => void;
  }): Promise<readonly NativeService[]>;
  remove(): Promise<void>;
}

export function throwawayStack(): ThrowawayStack {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'fluxgate-stack-')));
  const stackDir = join(path, 'stack');
  const cacheDir = cacheFolder(process.env.FLUXGATE_CACHE_DIR);
  const watchdog = watch(path, stackDir);
  return {
    stackDir,
    cacheDir,
    async up(use = {}) {
      const services = await stackUp({ stackDir, cacheDir, parts: stackParts, onProgress: () => {}, ...use });
      return services.filter((service) => service.kind === 'native');
    },
    async remove() {
      await stackDown({ stackDir, keep: false, parts: stackParts });
      watchdog.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Waits for this process to go, then ends what pid files name and removes the folder. */
function watch(path: string, stackDir: string) {
  const script = `while kill -0 "$1" 2>/dev/null; do sleep 1; done
for file in "$3"/*.pid; do kill -9 $(cut -d' ' -f1 "$file"); done
kill -QUIT $(head -n 1 "$3/postgres/postmaster.pid"); sleep 1; rm -rf "$2"`;
  const child = spawn('sh', ['-c', script, 'sh', String(process.pid), path, stackDir], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
