import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecorder, readRecording } from '../../../../src/toolkit/watch/recording.ts';
import { ReplayFeed } from '../../../../src/toolkit/watch/replay-feed.ts';
import { aBadMinute, aGoodMinute, seen, startMs } from '../../../builders/watch-sightings.ts';
import { namedPipe } from '../../../support/named-pipe.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxgate-watch-'));
  path = join(folder, 'night.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function record(sightings = aBadMinute()): Promise<void> {
  const recorder = await openRecorder(path, 'http://127.0.0.1:3000', startMs);
  for (const sighting of sightings) recorder.write(sighting);
  await recorder.close();
}

describe('a recording', () => {
  it('is read as it was written', async () => {
    await record();

    expect(await readRecording(path)).toEqual(aBadMinute());
  });

  it('never writes over another file', async () => {
    await record();

    await expect(openRecorder(path, 'u', startMs)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining(`--replay ${path}`),
    });
  });

  it('is read from a file alone', async () => {
    for (const path of [folder, namedPipe()]) {
      await expect(readRecording(path)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/it is a (folder|named pipe).*; a replay is read from a file$/),
      });
    }
  });

  it('is read up to a last line that a kill cut off', async () => {
    await record();
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));

    expect(await readRecording(path)).toEqual(aBadMinute().slice(0, -1));
  });

  it.each([
    ['of another kind', '{"format":"something"}\n', ':1 is not the head'],
    ['with a line in the middle that is none', '', ':2 is no JSON'],
    ['with a sighting that is none', '{"kind":"stats","atMs":1}\n', ':2 is nothing that a watch writes'],
    ['without a sighting', undefined, ':1 is the last one, and nothing was seen'],
  ])('is refused %s, with the line', async (_what, text, says) => {
    await record([]);
    const head = readFileSync(path, 'utf8');
    if (says.startsWith(':1 is not')) writeFileSync(path, text ?? '');
    else if (says.includes('JSON')) writeFileSync(path, `${head}{"ki\n{"kind":"log"}\n`);
    else writeFileSync(path, head + (text ?? ''));

    await expect(readRecording(path)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(says) });
  });

  it('that is not there is named with the command that makes one', async () => {
    await expect(readRecording(path)).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('--record'),
    });
  });
});

describe('a replay', () => {
  it('shows at each moment what was seen by then', () => {
    const all = aGoodMinute();
    const feed = new ReplayFeed(all, 20_000);

    expect(feed.state).toEqual(seen(all.slice(0, 21)));
    feed.pace({ speed: 10, playing: true });
    feed.advance(1_000);
    expect(feed.state).toEqual(seen(all.slice(0, 31)));
    feed.seek(-25_000);
    expect(feed.state).toEqual(seen(all.slice(0, 6)));
    feed.close();
  });

  it('stops at its end, and plays from its start after that', () => {
    const feed = new ReplayFeed(aGoodMinute(), 0);
    feed.seekTo(1);
    feed.pace({ speed: 1, playing: true });
    expect(feed.nowMs).toBe(startMs);

    feed.seekTo(1);
    feed.advance(100);

    expect(feed.playing).toBe(false);
    expect(feed.nowMs).toBe(startMs + 59_000);
    feed.close();
  });
});
