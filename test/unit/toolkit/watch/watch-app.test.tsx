import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { ReplayFeed } from '../../../../src/toolkit/watch/replay-feed.ts';
import { firstUi, type SaleStep } from '../../../../src/toolkit/watch/ui.ts';
import { WatchApp } from '../../../../src/toolkit/watch/watch-app.tsx';
import { WatchSession } from '../../../../src/toolkit/watch/watch-session.ts';
import { aGoodMinute } from '../../../builders/watch-sightings.ts';

function open(changeSale: (saleId: string, step: SaleStep) => Promise<string> = async () => 'paused') {
  const steps: string[] = [];
  let quits = 0;
  const feed = new ReplayFeed(aGoodMinute(), 30_000);
  const session = new WatchSession({
    feed,
    ui: firstUi,
    changeSale: (saleId, step) => {
      steps.push(`${step} ${saleId}`);
      return changeSale(saleId, step);
    },
    onQuit: () => {
      quits += 1;
    },
  });
  const app = render(<WatchApp session={session} />);
  return {
    feed,
    steps,
    shown: () => app.lastFrame() ?? '',
    quits: () => quits,
    /** Ink reads a key a turn of the event loop, and an escape a moment later, since more may follow it. */
    type: async (...keys: readonly string[]) => {
      for (const key of keys) {
        app.stdin.write(key);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

describe('keys', () => {
  it('turn the tabs', async () => {
    const { type, shown } = open();
    await type('2');

    expect(shown()).toContain('route and outcome');
  });

  it('pause a sale after a y, and say what came of it', async () => {
    const { type, shown, steps } = open();
    await type('P');
    expect(shown()).toContain('Pause black-friday?');
    await type('y');

    await expect.poll(shown).toContain('black-friday is paused');
    expect(steps).toEqual(['pause black-friday']);
  });

  it('change nothing after any other key', async () => {
    const { type, shown, steps } = open();
    await type('P', 'n');

    expect(shown()).toContain('nothing was changed');
    expect(steps).toEqual([]);
  });

  it('close a sale only by its whole name', async () => {
    const { type, steps } = open(async () => 'closed');
    await type('C', ...'black', '\r');
    expect(steps).toEqual([]);

    await type('C', ...'black-friday', '\r');

    expect(steps).toEqual(['close black-friday']);
  });

  it('are many where text came in one piece, and none where no text was asked for', async () => {
    const { type, steps, shown } = open(async () => 'closed');
    await type('Py');
    expect(steps).toEqual([]);
    expect(shown()).not.toContain('Pause');

    await type('C', 'black-friday\r');

    expect(steps).toEqual(['close black-friday']);
  });

  it('tell what the server refused', async () => {
    const { type, shown } = open(async () => {
      throw new Error('a closed sale cannot be opened again');
    });
    await type('R', 'y');

    await expect.poll(shown).toContain('✘ a closed sale cannot be opened again');
  });

  it('freeze the screen while the sale goes on, and show it when it is freed', async () => {
    const { type, shown, feed } = open();
    const free = /(\d+) sold/;
    const before = free.exec(shown())?.[1];
    await type(' ');
    feed.seek(20_000);
    expect(shown()).toContain('frozen at');
    expect(free.exec(shown())?.[1]).toBe(before);

    await type(' ');

    expect(shown()).not.toContain('frozen');
    expect(free.exec(shown())?.[1]).not.toBe(before);
  });

  it('leave by q, and by Ctrl-C also out of a question', async () => {
    const { type, quits } = open();
    await type('q');
    await type('C', '\u0003');

    expect(quits()).toBe(2);
  });
});
