import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { whyNoFile } from '../file/why-no-file.ts';
import { type Sighting, sighting } from './sighting.ts';

/** The first line of a recording. */
const recordingHead = Type.Object({
  format: Type.Literal('fluxgate-watch'),
  version: Type.Literal(1),
  server: Type.String(),
  startedAt: Type.String(),
});

/** A line of a recording, the first one included. */
export const recordingLine = Type.Union([recordingHead, sighting]);

/** A replay holds all of it in memory, to seek: some 40 hours of a quiet sale. */
const maxReplayBytes = 256 * 1024 * 1024;

export interface Recorder {
  write(seen: Sighting): void;
  close(): Promise<void>;
}

/**
 * Writes what is seen into a new file, one sighting a line.
 * @throws FluxError `usage` where the file cannot be written or is there already
 */
export async function openRecorder(path: string, server: string, startedMs: number): Promise<Recorder> {
  // wx: nobody's last night is written over.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    file.once('open', () => resolve());
    file.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EEXIST'
          ? new FluxError('usage', `--record ${path}: there is a file of this name`, {
              hint: `fluxgate watch --replay ${path}`,
              cause,
            })
          : new FluxError('usage', `--record ${path}: ${cause.message}`, { cause }),
      ),
    );
  });
  let failed = false;
  // A full disk ends the recording, not the watching.
  file.on('error', () => {
    failed = true;
  });
  const head: Static<typeof recordingHead> = {
    format: 'fluxgate-watch',
    version: 1,
    server,
    startedAt: new Date(startedMs).toISOString(),
  };
  file.write(`${JSON.stringify(head)}\n`);
  return {
    write: (seen) => void (failed || file.write(`${JSON.stringify(seen)}\n`)),
    close: () => new Promise((resolve) => (failed ? resolve() : file.end(() => resolve()))),
  };
}

const isHead = Compile(recordingHead);
const isSighting = Compile(sighting);

/**
 * Reads a recording. A last line that was cut off, as a kill leaves it, is left out.
 * @throws FluxError `not_found`, `usage` with the line's number where it is no recording
 */
export async function readRecording(path: string): Promise<readonly Sighting[]> {
  const about = statSync(path, { throwIfNoEntry: false });
  if (about === undefined) {
    throw new FluxError('not_found', `--replay ${path}: there is no such file`, {
      hint: `fluxgate watch --record ${path}`,
    });
  }
  const why = whyNoFile(about);
  if (why !== undefined) throw new FluxError('usage', `--replay ${path}: ${why}; a replay is read from a file`);
  if (about.size > maxReplayBytes) {
    throw new FluxError(
      'usage',
      `--replay ${path}: larger than ${maxReplayBytes / 1_048_576} MB, which is what a replay holds in memory`,
      {
        hint: `head -c ${maxReplayBytes} ${path} > part.ndjson`,
      },
    );
  }
  const sightings: Sighting[] = [];
  let number = 0;
  let cutAt: number | null = null;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (cutAt !== null) throw notOne(path, cutAt, 'is no JSON');
    const document = parsed(line);
    if (document === undefined) cutAt = number;
    else if (number === 1) {
      if (!isHead.Check(document)) throw notOne(path, 1, 'is not the head of a recording of this version');
    } else if (isSighting.Check(document)) sightings.push(document);
    else throw notOne(path, number, 'is nothing that a watch writes');
  }
  if (sightings.length === 0) throw notOne(path, number, 'is the last one, and nothing was seen');
  return sightings;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function notOne(path: string, line: number, why: string): FluxError {
  return new FluxError('usage', `${path}:${line} ${why}`, { hint: 'fluxgate watch --record FILE   makes one' });
}
