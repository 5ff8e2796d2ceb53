import { count } from '../../demo/demo-text.ts';
import { type AnswerClass, answerClasses } from '../answer-classes.ts';
import { curve } from '../curve.ts';
import { column, rate } from '../figures.ts';
import type { Scene } from '../scene.ts';
import { bold, dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

/** A sign and the longest class that has one. */
const nameWidth = 9;
const figuresWidth = 29;

/** Accepted, refused, waiting and unclear: how many, how fast, and how that went. */
export const answersPanel: PanelLines = (scene, { width, height }) => {
  // What is left over four lines goes to the two curves that move most.
  const more = Math.max(0, Math.floor((height - answerClasses.length) / 2));
  const heights: Readonly<Record<AnswerClass, number>> = {
    accepted: 1 + more,
    refused: 1 + more,
    waiting: 1,
    unclear: 1,
  };
  return answerClasses.flatMap((one) => classLines(scene, one, width, heights[one]));
};

function classLines(
  { state, sale, freshness }: Scene,
  one: AnswerClass,
  width: number,
  height: number,
): readonly Line[] {
  const now = freshness.kind === 'live' ? (state.samples.at(-1)?.perSecond?.[one] ?? null) : null;
  const shown = curve(
    state.samples.map(({ perSecond }) => perSecond?.[one] ?? null),
    width - figuresWidth,
    height,
  );
  const waiting = one === 'waiting' && sale !== null && sale.waiting !== null && sale.waiting > 0;
  const n = state.answers[one];
  const troubled = one === 'unclear' && (now ?? 0) > 0;
  const figures = `${count(n).padStart(9)}${(now === null ? '-' : rate(now)).padStart(9)}`;
  const head: Line = [
    ...(troubled
      ? [said('warning', `${one}${figures}`)]
      : [(one === 'accepted' ? bold : plain)(column(one, nameWidth) + figures)]),
    plain('  '),
    dim(shown[0] ?? ''),
    ...(waiting && shown[0]?.trim() === '' ? [dim(`${count(sale.waiting ?? 0)} in the room`)] : []),
  ];
  const rest = shown.slice(1).map((line): Line => [plain(' '.repeat(figuresWidth)), dim(line)]);
  // The figures stand at the foot of a high curve.
  if (rest.length === 0) return [head];
  const above = shown.slice(0, -1).map((line): Line => [plain(' '.repeat(figuresWidth)), dim(line)]);
  return [...above, [...head.slice(0, 1), plain('  '), dim(shown.at(-1) ?? '')]];
}
