import { readFileSync } from 'node:fs';
import { errorCodes } from '../../engine/domain/error-codes.ts';
import { codeOf } from '../../engine/domain/flux-error.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { readProxySpec } from './target-spec.ts';

/**
 * The fault proxy as a program of its own (faultProxyCommand starts it): reads its spec from the file in its one argument,
 * says `{"url": ...}` in a line once it listens, and goes on until SIGTERM or SIGINT.
 */
try {
  const proxy = await startFaultProxy(readProxySpec(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))));
  process.stdout.write(`${JSON.stringify({ url: proxy.url })}\n`);
  const stop = (): void => {
    proxy.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = errorCodes[codeOf(error)];
}
