import chalk from 'chalk';
import { renderToString } from 'ink';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sceneOf } from '../../../../src/toolkit/watch/scene.ts';
import { firstUi } from '../../../../src/toolkit/watch/ui.ts';
import { WatchView } from '../../../../src/toolkit/watch/watch-view.tsx';
import { aBadMinute, seen, startMs } from '../../../builders/watch-sightings.ts';
import { terminalPicture } from '../../../support/terminal-picture.ts';

const { level } = chalk;
beforeEach(() => {
  chalk.level = 1;
});
afterEach(() => {
  chalk.level = level;
});

it('the picture of docs/watch.md shows the dashboard as it is', async () => {
  const [width, height] = [132, 44];
  const scene = sceneOf(seen(aBadMinute()), firstUi, startMs + 59_300);
  const frame = renderToString(<WatchView scene={scene} width={width} height={height} />, { columns: width });

  await expect(terminalPicture('fluxgate watch', frame, width, height)).toMatchFileSnapshot(
    '../../../../docs/images/watch.svg',
  );
});
