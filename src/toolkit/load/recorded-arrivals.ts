import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { KeyFault } from '../file/file-kind.ts';
import { whyNoFile } from '../file/why-no-file.ts';
import { historyFormat } from '../history/history-entry.ts';
import { readHistory } from '../history/read-history.ts';
import type { Recordings } from './fill-scenario.ts';
import type { ScenarioFile } from './scenario-schema.ts';

/** 8 bytes each; a recording of more is cut into several. */
const maxArrivals = 1_000_000;
/** A day, as every other stage. */
const maxSeconds = 86_400;
/** A number is far shorter, a comment hardly longer. */
const maxLineChars = 1_000;

/**
 * Reads every file that a replay of the scenario names, each relative to the folder of the scenario. Faults stand at the
 * stage's `file`, and name the line of the recording.
 */
export async function readRecordings(
  file: ScenarioFile,
  folder: string,
): Promise<{ readonly recordings: Recordings; readonly faults: readonly KeyFault[] }> {
  const recordings = new Map<string, readonly number[]>();
  const faults: KeyFault[] = [];
  for (const [n, { replay }] of file.arrivals.entries()) {
    if (replay === undefined || recordings.has(replay.file)) continue;
    const read = await readRecording(resolve(folder, replay.file));
    if (typeof read === 'string') faults.push({ path: ['arrivals', n, 'replay', 'file'], what: read });
    else recordings.set(replay.file, read);
  }
  return { recordings, faults };
}

/**
 * The moments of a recording in milliseconds from its first, in order. One of two kinds: seconds, one number a line (so a CSV
 * of one column; a first line that is no number is its heading, `#` begins a comment), or a history of ours, whose first
 * requests are taken. A string says what is wrong.
 */
async function readRecording(path: string): Promise<readonly number[] | string> {
  try {
    const why = whyNoFile(await stat(path));
    if (why !== undefined) return `${path} cannot be read: ${why}`;
    const moments = (await isHistory(path)) ? await momentsOfHistory(path) : await momentsOfLines(path);
    if (typeof moments === 'string') return moments;
    if (moments.length === 0) return `${path} holds no arrival`;
    moments.sort((a, b) => a - b);
    const first = moments[0] ?? 0;
    if ((moments.at(-1) ?? 0) - first > maxSeconds * 1_000) return `${path} is longer than a day`;
    return moments.map((moment) => moment - first);
  } catch (error) {
    if (error instanceof FluxError) return error.message;
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function isHistory(path: string): Promise<boolean> {
  const start = createReadStream(path, { end: 4_095, encoding: 'utf8' });
  for await (const chunk of start)
    return String(chunk).trimStart().startsWith('{') && String(chunk).includes(historyFormat);
  return false;
}

/** An arrival is a buyer at a moment: all the orders of a double-click are one. Retries are no arrivals. */
async function momentsOfHistory(path: string): Promise<number[] | string> {
  const seen = new Set<string>();
  const moments: number[] = [];
  for await (const { scheduledMs, userId, retry } of readHistory(path)) {
    const arrival = `${scheduledMs} ${userId}`;
    if (retry !== undefined || seen.has(arrival)) continue;
    if (moments.length >= maxArrivals) return tooMany(path);
    seen.add(arrival);
    moments.push(scheduledMs);
  }
  return moments;
}

async function momentsOfLines(path: string): Promise<number[] | string> {
  const moments: number[] = [];
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (line.length > maxLineChars) return `${path}:${number}:1 this line is longer than ${maxLineChars} characters`;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const seconds = Number(text);
    if (Number.isFinite(seconds) && seconds >= 0) {
      if (moments.length >= maxArrivals) return tooMany(path);
      moments.push(seconds * 1_000);
    } else if (moments.length > 0 || !/^[A-Za-z_" ]{1,100}$/.test(text)) {
      return `${path}:${number}:1 "${text.slice(0, 40)}" is no number of seconds, 0 or more`;
    }
  }
  return moments;
}

/** A line that is longer than the bound is given as far as it was read, and is the last: the file may be one line of gigabytes. */
async function* linesOf(path: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > maxLineChars) break;
  }
  if (rest !== '') yield rest;
}

function tooMany(path: string): string {
  return `${path} holds more than ${maxArrivals} arrivals: cut it into several files`;
}
