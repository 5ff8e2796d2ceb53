import { composeEmbedded } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLog } from '../../src/server/log.ts';
import { runServer } from '../../src/server/run-server.ts';
import { countTwice } from './count-twice.ts';
import { dropOutbox } from './drop-outbox.ts';
import { holdInTwoSteps } from './hold-in-two-steps.ts';
import type { Planted } from './planted.ts';
import { promiseWithoutAppend } from './promise-without-append.ts';
import { recordTwice } from './record-twice.ts';

/**
 * `fluxgate serve` with a defect: node serve-planted.ts --data-dir FOLDER --port 0, the defect named by PLANTED. It is what
 * the command is otherwise: whole, and on a real PostgreSQL.
 */
const defects: Readonly<Record<string, Planted>> = {
  'hold-in-two-steps': holdInTwoSteps,
  'record-twice': recordTwice,
  'count-twice': countTwice,
  'drop-outbox': dropOutbox,
  'promise-without-append': promiseWithoutAppend,
};

const plant = defects[process.env.PLANTED ?? ''];
if (plant === undefined) throw new Error(`PLANTED has to be one of ${Object.keys(defects).join(', ')}`);

const flags = Object.fromEntries(
  process.argv.slice(2).flatMap((name, at, all) => (name.startsWith('--') ? [[name.slice(2), all[at + 1]]] : [])),
);
const { value: config } = await loadConfig({
  flags: { ...flags, port: Number(flags.port) },
  env: process.env,
  cwd: process.cwd(),
});
const log = createLog(config.logLevel);
const sale = await composeEmbedded(config, { log, replace: (parts) => plant(parts, config) });
const server = await runServer(sale, { config, log, version: '0.0.0-planted' });
process.stdout.write(`ready at ${server.url}\n`);
process.once('SIGTERM', () => {
  server.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// Of a chaos experiment whose runner has gone (bin/run.js does the same for every command).
if (process.env.__FLUXGATE_CHILD) {
  process.on('disconnect', () => process.exit(129));
  process.channel?.unref();
}
