/** Colours of the terminal's own sixteen, which fit dark and light. None says anything that a sign or a word does not say, too. */
export type Colour = 'blue' | 'magenta' | 'red';

export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
  readonly colour?: Colour;
}

/** One line of the screen. */
export type Line = readonly Span[];

export const plain = (text: string): Span => ({ text });
export const bold = (text: string): Span => ({ text, bold: true });
export const dim = (text: string): Span => ({ text, dim: true });

/** What a line says, without how. */
export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

export type Mood = 'good' | 'busy' | 'unknown' | 'off' | 'warning' | 'bad';

/** A sign a mood: told apart without colours. */
export const signs: Readonly<Record<Mood, string>> = {
  good: '✔',
  busy: '▸',
  unknown: '?',
  off: '·',
  warning: '▲',
  bad: '✘',
};

/** A sign with a sentence, as loud as its mood. */
export function said(mood: Mood, sentence: string): Span {
  const text = `${signs[mood]} ${sentence}`;
  switch (mood) {
    case 'good':
      return { text, colour: 'blue' };
    case 'busy':
    case 'unknown':
      return { text };
    case 'off':
      return { text, dim: true };
    case 'warning':
      return { text, bold: true, colour: 'magenta' };
    case 'bad':
      return { text, bold: true, inverse: true, colour: 'red' };
    default:
      return mood satisfies never;
  }
}
