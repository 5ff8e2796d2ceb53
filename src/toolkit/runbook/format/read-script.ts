import { readCommandLine } from './command-words.ts';
import type { CommandLine, Place, Script } from './runbook.ts';

/** A text inside a runbook with where its first letter stands. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

export interface PlaceFault {
  readonly place: Place;
  readonly what: string;
}

/** Commands of one fence: more is a script, which belongs into a file of its own. */
const maxLines = 40;

/** Reads the text of a fence into what it runs. Appends to `faults` what keeps it from that. */
export function readScript(
  { text, place }: PlacedText,
  shell: boolean,
  parameters: readonly string[],
  faults: PlaceFault[],
): Script {
  if (text.trim() === '') faults.push({ place, what: 'the fence is empty' });
  if (shell) {
    // each parameter under its own name, as the text says it
    return { kind: 'shell', text, env: Object.fromEntries(parameters.map((name) => [name, [{ parameter: name }]])) };
  }
  const lines: CommandLine[] = [];
  for (const line of logicalLines({ text, place })) {
    const read = readCommandLine(line.text);
    if (read.kind === 'fault') {
      const { column, what } = read.fault;
      faults.push({ place: { line: line.place.line, column: line.place.column + column - 1 }, what });
    } else if (read.words.length > 0) {
      lines.push({ place: line.place, words: read.words });
    }
  }
  if (lines.length > maxLines) faults.push({ place, what: `the fence has more than ${maxLines} commands` });
  return { kind: 'commands', lines };
}

/** Lines, with those that end with a backslash joined to the next; blanks at the front count into the column. */
function logicalLines({ text, place }: PlacedText): readonly PlacedText[] {
  const lines: PlacedText[] = [];
  let pending: PlacedText | undefined;
  text.split('\n').forEach((raw, at) => {
    const goesOn = /(^|[^\\])\\$/.test(raw);
    const own = goesOn ? raw.slice(0, -1) : raw;
    const indent = own.length - own.trimStart().length;
    const begun: PlacedText = pending ?? {
      text: '',
      place: { line: place.line + at, column: place.column + indent },
    };
    const joined: PlacedText = { ...begun, text: begun.text === '' ? own.trimStart() : `${begun.text} ${own.trim()}` };
    pending = goesOn ? joined : undefined;
    if (!goesOn) lines.push(joined);
  });
  return pending === undefined ? lines : [...lines, pending];
}
