import { column, span, timeOfDay } from './figures.ts';
import { type Tab, tabs } from './layout.ts';
import type { Scene } from './scene.ts';
import { bold, dim, type Line, plain, said, textOf } from './styled-line.ts';
import type { Dialog, SaleStep } from './ui.ts';

const titles: Readonly<Record<Tab, string>> = {
  overview: 'Overview',
  answers: 'Answers',
  books: 'Books',
  processes: 'Health',
  log: 'Log',
};

/** `✘ STALE for 59 min: ` and a word. */
const leastOfReason = 30;

/** Which sale, in which state, and whether what stands below is of now. */
export function headerLine(scene: Scene, width: number): Line {
  const { sale, state } = scene;
  const sales = state.server?.stats.sales ?? [];
  const which =
    sales.length > 1 && sale !== null
      ? ` ${sales.findIndex(({ saleId }) => saleId === sale.saleId) + 1} of ${sales.length}`
      : '';
  const left: Line = [
    bold('Flux-Gate'),
    plain('  '),
    ...(sale === null
      ? []
      : [bold(sale.saleId), dim(which), plain(`  ${stateSigns[sale.openness] ?? ''} ${sale.openness}`)]),
  ];
  // A long reason is cut here and whole on the tab of health: which sale it is has to stay.
  const right = freshnessSpan(scene);
  const room = Math.max(leastOfReason, width - textOf(left).length - 2);
  return apart(left, [{ ...right, text: column(right.text, room).trimEnd() }], width);
}

const stateSigns: Readonly<Record<string, string>> = { open: '●', paused: '‖', closed: '■', scheduled: '○' };

function freshnessSpan({ freshness, nowMs, ui }: Scene): Line[number] {
  if (ui.frozen) return said('warning', `frozen at ${timeOfDay(nowMs)}`);
  switch (freshness.kind) {
    case 'nothing':
      return said('unknown', 'nothing seen yet');
    case 'live':
      return ui.replay === null
        ? said('good', `live ${timeOfDay(nowMs)}`)
        : said('busy', `recording ${timeOfDay(nowMs)}`);
    case 'stale':
      return said('bad', `STALE for ${span(freshness.ageMs)}: ${freshness.why}`);
    default:
      return freshness satisfies never;
  }
}

export function tabsLine({ ui, state, nowMs }: Scene, width: number): Line {
  const left: Line = tabs.flatMap((tab, n) => {
    const text = width < 80 ? `${n + 1} ${titles[tab]}` : ` ${n + 1} ${titles[tab]} `;
    return [tab === ui.tab ? { text, bold: true, inverse: true } : plain(text), plain(' ')];
  });
  return apart(left, rightOfTabs(), width);

  function rightOfTabs(): Line {
    if (ui.filter !== '' && !ui.typing) return [bold(`/${ui.filter}`)];
    if (ui.replay === null || state.firstMs === null) return [];
    const { speed, playing } = ui.replay;
    return [dim(`${playing ? '▸' : '‖'} ${speed}x ${span(nowMs - state.firstMs)}`)];
  }
}

const questions: Readonly<Record<SaleStep, (saleId: string) => string>> = {
  pause: (saleId) => `Pause ${saleId}? No order is taken until it is resumed. y = yes, any other key = no`,
  resume: (saleId) => `Resume ${saleId}? It takes orders at once. y = yes, any other key = no`,
  close: (saleId) => `Close ${saleId} for good? Type its name, then Enter (Esc: no): `,
};

/** The question, the filter, what came of the last step, or the keys. */
export function footerLine({ ui }: Scene, width: number): Line {
  if (ui.dialog !== null) return dialogLine(ui.dialog);
  if (ui.typing)
    return [bold('/'), plain(ui.filter), { text: ' ', inverse: true }, dim('  Enter keeps it, Esc clears it')];
  if (ui.notice !== null) return [said(ui.notice.bad ? 'bad' : 'good', ui.notice.text)];
  const keys =
    ui.replay === null
      ? ['? help', 'q quit', 'space freeze', '/ search', 'P pause', 'R resume', 'C close', '←→ sale']
      : ['? help', 'q quit', 'space play', '←→ 10 s', '+- speed', '/ search', 'g start', 'G end'];
  return [dim(fitting(keys, width))];
}

function dialogLine({ step, saleId, typed }: Dialog): Line {
  const question: Line = [{ text: ` ${questions[step](saleId)}`, bold: true, inverse: true }];
  return step === 'close' ? [...question, bold(typed), { text: ' ', inverse: true }] : question;
}

function fitting(keys: readonly string[], width: number): string {
  const line: string[] = [];
  for (const key of keys) if ([...line, key].join('  ').length <= width) line.push(key);
  return line.join('  ');
}

/** Left and right in one line. Where both do not fit, the right one wins: it says whether the rest may be believed. */
function apart(left: Line, right: Line, width: number): Line {
  const room = width - textOf(right).length;
  const shown = cut(left, Math.max(0, room - 1));
  return [...shown, plain(' '.repeat(Math.max(1, room - textOf(shown).length))), ...right];
}

export function cut(line: Line, width: number): Line {
  const spans: Line[number][] = [];
  let left = width;
  for (const one of line) {
    if (left <= 0) break;
    spans.push(one.text.length > left ? { ...one, text: one.text.slice(0, left) } : one);
    left -= one.text.length;
  }
  return spans;
}

/** What `?` shows. */
export function helpLines(isReplay: boolean): readonly Line[] {
  const row = (keys: string, does: string): Line => [bold(keys.padEnd(14)), plain(does)];
  return [
    row('1 to 5, Tab', 'overview, answers, books, health, log'),
    row('space', isReplay ? 'play or stop the recording' : 'freeze the screen; what comes is kept'),
    row('/', 'only what has this text (Esc clears it)'),
    row('up, down', 'scroll (PgUp, PgDn: ten lines)'),
    ...(isReplay
      ? [
          row('left, right', '10 s back or on (with Shift a minute)'),
          row('+, -', 'faster, slower'),
          row('g, G', 'to the start, to the end'),
        ]
      : [
          row('left, right', 'another sale'),
          row('P', 'pause the sale, after a y'),
          row('R', 'resume it, after a y'),
          row('C', 'close it for good: wants its name'),
        ]),
    row('q, Ctrl-C', 'leave; the sale goes on'),
    [],
    [said('good', 'checked just now'), dim('   '), said('busy', 'going on'), dim('   '), said('unknown', 'not known')],
    [said('warning', 'worth a look'), dim('   '), said('bad', 'wrong, or old'), dim('   '), said('off', 'not there')],
  ];
}
