import { commandWords } from '../format/parameter-value.ts';
import type { CommandLine, Script, Word } from '../format/runbook.ts';
import type { ParameterValues } from './parameter-values.ts';

/** How this very program is started again: never what the PATH has. */
export interface OwnProgram {
  readonly node: string;
  readonly entry: string;
}

/** One process to start. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  /** On top of ours. */
  readonly env: Readonly<Record<string, string>>;
  readonly own: boolean;
  /** As a person would type it; secrets are still in it. */
  readonly text: string;
}

/** In a script, too, `fluxgate` is this program and not what the PATH has. */
const shellFunction = 'fluxgate() { "$__FLUXGATE_NODE" "$__FLUXGATE_ENTRY" "$@"; };';

/** The processes of a script, in order, with the values of its parameters in them: as arguments, or as variables of a shell. */
export function invocationsOf(script: Script, values: ParameterValues, own: OwnProgram): readonly Invocation[] {
  if (script.kind === 'commands') return script.lines.map((line) => invocationOf(line, values, own));
  const env = Object.fromEntries(Object.entries(script.env).map(([name, word]) => [name, lettersOf(word, values)]));
  const program = { __FLUXGATE_NODE: own.node, __FLUXGATE_ENTRY: own.entry };
  return [
    {
      program: 'sh',
      // on the script's own first line, so that the shell counts its lines as the page does
      args: ['-euc', `${shellFunction} ${script.text}`],
      env: { ...env, ...program },
      own: false,
      text: script.text.trim(),
    },
  ];
}

function invocationOf({ words }: CommandLine, values: ParameterValues, own: OwnProgram): Invocation {
  const [program = '', ...args] = words.flatMap((word) => expanded(word, values));
  const text = [program, ...args].map(quoted).join(' ');
  return program === 'fluxgate'
    ? { program: own.node, args: [own.entry, ...args], env: {}, own: true, text }
    : { program, args, env: {}, own: false, text };
}

/** One word, whatever is in it; only a parameter that is a command makes as many as it has. */
function expanded(word: Word, values: ParameterValues): readonly string[] {
  const [part, ...more] = word;
  const set = part !== undefined && 'parameter' in part && more.length === 0 ? values.get(part.parameter) : undefined;
  if (set?.parameter.kind === 'command') return commandWords(set.value) ?? [];
  return [lettersOf(word, values)];
}

export function lettersOf(word: Word, values: ParameterValues): string {
  return word.map((part) => ('text' in part ? part.text : (values.get(part.parameter)?.value ?? ''))).join('');
}

/** As a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
