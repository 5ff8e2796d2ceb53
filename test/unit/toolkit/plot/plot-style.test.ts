import { describe, expect, it } from 'vitest';
import { plotColours } from '../../../../src/toolkit/plot/plot-style.ts';
import { contrast, differenceOf, visions } from '../../../support/colours.ts';

describe.each(Object.entries(plotColours))(
  'the colours of plots in the %s',
  (_scheme, { ground, ink, soft, series }) => {
    it('have texts that can be read', () => {
      for (const text of [ink, soft]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    });

    it('have series that stand out from the ground', () => {
      for (const colour of series) expect(contrast(colour, ground), colour).toBeGreaterThanOrEqual(3);
    });

    it.each(Object.keys(visions) as (keyof typeof visions)[])('tell every two series apart: %s', (vision) => {
      for (const [n, colour] of series.entries()) {
        for (const other of series.slice(n + 1)) {
          expect(differenceOf(colour, other, vision), `${colour} and ${other}`).toBeGreaterThanOrEqual(12);
        }
      }
    });
  },
);
