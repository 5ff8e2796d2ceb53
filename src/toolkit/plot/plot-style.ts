import type { Colour } from './plot-shape.ts';

/**
 * Colours of plots in the light and the dark. Every series differs from every other by 12 or more in CIE Lab, also for those
 * who lack one of the three cones, has a contrast of 3:1 or more to the ground, and texts have 4.5:1 (WCAG 2.2; tested).
 */
export const plotColours = {
  light: {
    ground: '#ffffff',
    ink: '#1a1d21',
    soft: '#545b64',
    grid: '#e3e6ea',
    series: ['#00549a', '#a83200', '#10906a', '#b9529f', '#b98300', '#3d9be0', '#7f868e', '#14171b'],
  },
  dark: {
    ground: '#15181c',
    ink: '#e9ecef',
    soft: '#a7afb8',
    grid: '#2d333b',
    series: ['#3f93e0', '#ff7f45', '#22b98c', '#e08ac6', '#f5cf5c', '#a9deff', '#848c96', '#f4f6f8'],
  },
} as const;

type Scheme = (typeof plotColours)[keyof typeof plotColours];

function variables({ ground, ink, soft, grid, series }: Scheme): string {
  const named = { ground, ink, soft, grid, ...Object.fromEntries(series.map((colour, n) => [`s${n + 1}`, colour])) };
  return Object.entries(named)
    .map(([name, value]) => `--plot-${name}:${value}`)
    .join(';');
}

const slots: readonly Colour[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** What every picture of this folder needs: once in a page, or in the picture itself (`standalone`). Paper is always light. */
export const plotStyle = `
:root{color-scheme:light dark;${variables(plotColours.light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(plotColours.dark)}}}
.plot{display:block;width:100%;height:auto;font:13px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.plot text{fill:var(--plot-soft)}
.plot .title{fill:var(--plot-ink);font-weight:600;font-size:15px}
.plot .name{fill:var(--plot-ink)}
.plot .ground{fill:var(--plot-ground)}
.plot .grid{stroke:var(--plot-grid);stroke-width:1;fill:none}
.plot .axis{stroke:var(--plot-soft);stroke-width:1;fill:none}
.plot .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.plot .dashed{stroke-dasharray:2 5}
.plot .area{fill-opacity:.82;stroke:var(--plot-ground);stroke-width:.75}
.plot .level{stroke:var(--plot-ink);stroke-width:1.25;stroke-dasharray:7 4;fill:none}
.plot .halo{fill:var(--plot-ink);paint-order:stroke;stroke:var(--plot-ground);stroke-width:4px;stroke-linejoin:round}
.plot .hover{fill:transparent}
.plot .hover:hover{fill:var(--plot-ink);fill-opacity:.08}
.plot .neutral{--tone:var(--plot-s7)}.plot .good{--tone:var(--plot-s3)}.plot .warn{--tone:var(--plot-s5)}.plot .bad{--tone:var(--plot-s2)}
.plot .band{fill:var(--tone);fill-opacity:.13}
.plot .edge{stroke:var(--tone);stroke-width:1.5;fill:none}
.plot .bar{fill:var(--tone);fill-opacity:.3;stroke:var(--tone);stroke-width:1.25}
.plot .moment{fill:var(--tone);stroke:var(--plot-ground);stroke-width:1}
${slots.map((n) => `.plot .line.s${n}{stroke:var(--plot-s${n})}.plot .area.s${n},.plot .key.s${n},.plot .dot.s${n}{fill:var(--plot-s${n})}`).join('\n')}
@media (forced-colors:active){.plot{forced-color-adjust:none}}
`;
