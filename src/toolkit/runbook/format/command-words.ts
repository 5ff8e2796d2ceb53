import type { Word, WordPart } from './runbook.ts';

/** Something that keeps a line from being a command, at a column from 1. */
export interface LineFault {
  readonly column: number;
  readonly what: string;
}

export type ReadLine =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'fault'; readonly fault: LineFault };

/** Letters that mean something to a shell and nothing here: a page and its runner must not mean two things by one line. */
const shellOnly = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '*', '?', '[', '~', '{', '}']);

/**
 * Reads one command line into words, as a POSIX shell would (2.2 Quoting, 2.3 Token Recognition), as far as no shell is
 * needed: quotes, backslashes, comments and `$name`. A parameter never makes more than one word, whatever it is set to.
 */
export function readCommandLine(line: string): ReadLine {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at += 1;
    } else if (line[at] === '#') {
      break;
    } else {
      const read = readWord(line, at);
      if ('fault' in read) return { kind: 'fault', fault: read.fault };
      words.push(read.word);
      at = read.end;
    }
  }
  const [first] = words;
  if (first?.some((part) => 'text' in part && /^[A-Za-z_]\w*=/.test(part.text))) {
    return { kind: 'fault', fault: { column: 1, what: 'a variable before a command wants a shell: ```sh shell' } };
  }
  return { kind: 'words', words };
}

type ReadWord = { readonly word: Word; readonly end: number } | { readonly fault: LineFault };

function readWord(line: string, start: number): ReadWord {
  const parts: WordPart[] = [];
  let at = start;
  while (at < line.length && !isBlank(line[at])) {
    const letter = line[at] ?? '';
    const piece = letter === "'" ? singleQuoted(line, at) : letter === '"' ? doubleQuoted(line, at) : plain(line, at);
    if ('fault' in piece) return piece;
    parts.push(...piece.parts);
    at = piece.end;
  }
  return { word: joined(parts), end: at };
}

type Piece = { readonly parts: readonly WordPart[]; readonly end: number } | { readonly fault: LineFault };

function plain(line: string, at: number): Piece {
  const letter = line[at] ?? '';
  if (letter === '$') return parameter(line, at);
  if (letter === '\\') {
    const next = line[at + 1];
    return next === undefined ? wrong(at, 'a line cannot end with a backslash here') : text(next, at + 2);
  }
  if (shellOnly.has(letter))
    return wrong(at, `\`${letter}\` means something to a shell: quote it, or write \`\`\`sh shell`);
  return text(letter, at + 1);
}

function singleQuoted(line: string, at: number): Piece {
  const end = line.indexOf("'", at + 1);
  return end === -1 ? wrong(at, 'this quote has no end') : text(line.slice(at + 1, end), end + 1);
}

function doubleQuoted(line: string, start: number): Piece {
  const parts: WordPart[] = [{ text: '' }]; // "" is a word, too
  let at = start + 1;
  while (line[at] !== '"') {
    const letter = line[at];
    if (letter === undefined) return wrong(start, 'this quote has no end');
    const next = line[at + 1];
    if (letter === '`') return wrong(at, '`...` wants a shell: ```sh shell');
    const isEscape = letter === '\\' && next !== undefined && '"\\$`'.includes(next);
    const piece = letter === '$' ? parameter(line, at) : text(isEscape ? next : letter, at + (isEscape ? 2 : 1));
    if ('fault' in piece) return piece;
    parts.push(...piece.parts);
    at = piece.end;
  }
  return { parts, end: at + 1 };
}

function parameter(line: string, at: number): Piece {
  const [whole, braced, bare] = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(line.slice(at)) ?? [];
  const name = braced ?? bare;
  if (whole === undefined || name === undefined) {
    return wrong(at, '`$` stands before the name of a parameter; anything else of a shell’s wants ```sh shell');
  }
  return { parts: [{ parameter: name }], end: at + whole.length };
}

function text(letters: string, end: number): Piece {
  return { parts: [{ text: letters }], end };
}

function wrong(at: number, what: string): { readonly fault: LineFault } {
  return { fault: { column: at + 1, what } };
}

/** Neighbouring letters as one part. */
function joined(parts: readonly WordPart[]): Word {
  const word: WordPart[] = [];
  for (const part of parts) {
    const last = word.at(-1);
    if ('text' in part && last !== undefined && 'text' in last) word[word.length - 1] = { text: last.text + part.text };
    else word.push(part);
  }
  return word;
}

function isBlank(letter: string | undefined): boolean {
  return letter === ' ' || letter === '\t';
}
