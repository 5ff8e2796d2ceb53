import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** The levels of the log, from chatty to silent. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The log: JSON lines on stderr. It carries ids, never secrets: request headers and bodies are not logged at all,
 * and what might carry one by mistake is struck out.
 */
export function createLog(level: LogLevel, to: DestinationStream = destination({ fd: 2, sync: false })): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      serializers: { err: errorOnce },
      redact: {
        paths: ['authorization', 'token', 'secret', 'password', '*.authorization', '*.token', '*.secret', '*.password'],
        censor: '[redacted]',
      },
    },
    to,
  );
}

/** pino puts the message of every cause behind an error's own, also where that has it in it already: most of ours do. */
function errorOnce(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const written = pino.stdSerializers.err(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return error.message.includes(cause) ? { ...written, message: error.message } : written;
}

/** For SIGUSR2: to `debug`, and with the next one back to what it was. */
export function createDebugSwitch(log: Logger): () => void {
  let before: string | null = null;
  return () => {
    if (before === null) {
      before = log.level;
      log.level = 'debug';
    } else {
      log.level = before;
      before = null;
    }
    log.info({ newLevel: log.level }, 'log level changed by signal');
  };
}
