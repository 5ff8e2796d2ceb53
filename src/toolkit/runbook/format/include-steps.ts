import { commandWords, parameterFault } from './parameter-value.ts';
import type { PlaceFault } from './read-script.ts';
import type {
  CommandLine,
  Fence,
  Parameter,
  ParameterKind,
  Runbook,
  Script,
  Step,
  StepAction,
  Word,
} from './runbook.ts';

/** What an include says: which runbook, and what its parameters are set to. */
export interface IncludeCall {
  readonly runbook: string;
  readonly line: CommandLine;
  readonly set: ReadonlyMap<string, Word>;
}

const form = 'an include is `fluxgate runbook run NAME --set PARAMETER=VALUE`, as one would type it';

/** Reads the line of an include. Undefined, and a fault, where it is none. */
export function readInclude(line: CommandLine, faults: PlaceFault[]): IncludeCall | undefined {
  const [program, topic, verb, name, ...rest] = line.words;
  const runbook = name === undefined ? undefined : literal(name);
  const isCall = [program, topic, verb].map((word) => word && literal(word)).join(' ') === 'fluxgate runbook run';
  const set = new Map<string, Word>();
  let wrong = !isCall || runbook === undefined;
  for (let at = 0; at < rest.length; at += 2) {
    const [first, ...parts] = rest[at + 1] ?? [];
    const [, parameter, start] =
      (first !== undefined && 'text' in first && /^([a-z]\w*)=(.*)$/s.exec(first.text)) || [];
    if (literal(rest[at] ?? []) !== '--set' || parameter === undefined) wrong = true;
    else set.set(parameter, [...(start ? [{ text: start }] : []), ...parts]);
  }
  if (!wrong && runbook !== undefined) return { runbook, line, set };
  faults.push({ place: line.place, what: form });
  return undefined;
}

/** The steps of an included runbook, with its parameters set by the including one's. */
export function includeSteps(
  at: string,
  inner: Runbook,
  { line, set }: IncludeCall,
  outer: readonly Parameter[],
  faults: PlaceFault[],
): readonly Step[] {
  const bindings = new Map<string, { readonly word: Word; readonly kind: ParameterKind }>();
  for (const name of set.keys()) {
    if (!inner.parameters.some((parameter) => parameter.name === name)) {
      faults.push({ place: line.place, what: `${inner.name} has no parameter ${name}` });
    }
  }
  for (const parameter of inner.parameters) {
    const { name, byDefault } = parameter;
    const given = set.get(name) ?? (byDefault === null ? undefined : [{ text: byDefault }]);
    const what = given === undefined ? `${inner.name} wants --set ${name}=...` : bindingFault(given, parameter, outer);
    if (what !== undefined) faults.push({ place: line.place, what });
    bindings.set(name, { word: given ?? [], kind: parameter.kind });
  }
  return inner.steps.map((step) => boundStep(step, `${at}/${step.name}`, bindings));
}

/** A parameter is handed on whole, to one of its own kind: so it was checked when it was set. */
function bindingFault(given: Word, { name, kind, secret }: Parameter, outer: readonly Parameter[]): string | undefined {
  const text = literal(given);
  if (text !== undefined) {
    const what = parameterFault(kind, text);
    return what === undefined ? undefined : `${name} ${what}`;
  }
  const [part, ...more] = given;
  const from =
    part !== undefined && 'parameter' in part ? outer.find((each) => each.name === part.parameter) : undefined;
  if (from === undefined || more.length > 0) return `${name} is set to a value or to one parameter, not to a mixture`;
  if (from.secret && !secret) return `${name} is not secret there, and ${from.name} is`;
  return from.kind === kind ? undefined : `${name} is ${kind}, and ${from.name} is ${from.kind}`;
}

type Bindings = ReadonlyMap<string, { readonly word: Word; readonly kind: ParameterKind }>;

function boundStep(step: Step, name: string, bindings: Bindings): Step {
  const fences = (list: readonly Fence[]) => list.map((fence) => boundFence(fence, bindings));
  return {
    ...step,
    name,
    action: boundAction(step.action, bindings),
    unless: fences(step.unless),
    prechecks: fences(step.prechecks),
    postchecks: fences(step.postchecks),
    rollback: fences(step.rollback),
  };
}

function boundAction(action: StepAction, bindings: Bindings): StepAction {
  if (action.kind === 'ask') return { ...action, question: action.question.map((word) => bound(word, bindings)) };
  return { ...action, fence: boundFence(action.fence, bindings) };
}

function boundFence(fence: Fence, bindings: Bindings): Fence {
  return { ...fence, script: boundScript(fence.script, bindings) };
}

function boundScript(script: Script, bindings: Bindings): Script {
  if (script.kind === 'shell') {
    const env = Object.entries(script.env).map(([name, word]) => [name, bound(word, bindings)] as const);
    return { ...script, env: Object.fromEntries(env) };
  }
  const lines = script.lines.map((line) => ({
    ...line,
    words: line.words.flatMap((word) => boundWords(word, bindings)),
  }));
  return { ...script, lines };
}

/** One word, but for a command that the include sets: that is as many as it says. */
function boundWords(word: Word, bindings: Bindings): readonly Word[] {
  const [part, ...more] = word;
  const binding = part !== undefined && 'parameter' in part ? bindings.get(part.parameter) : undefined;
  const text = binding?.kind === 'command' && more.length === 0 ? literal(binding.word) : undefined;
  if (text === undefined) return [bound(word, bindings)];
  return (commandWords(text) ?? []).map((each) => [{ text: each }]);
}

function bound(word: Word, bindings: Bindings): Word {
  return word.flatMap((part) => ('parameter' in part ? (bindings.get(part.parameter)?.word ?? []) : [part]));
}

/** The letters of a word without parameters. */
function literal(word: Word): string | undefined {
  const letters = word.map((part) => ('text' in part ? part.text : undefined));
  return letters.includes(undefined) ? undefined : letters.join('');
}
