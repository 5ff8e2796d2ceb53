import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { readCommandLine } from './command-words.ts';
import type { FenceInfo } from './fence-info.ts';
import { stepRoles } from './fence-schema.ts';
import { type PlacedText, type PlaceFault, readScript } from './read-script.ts';
import type { CommandLine, Fence, Place, Script, Step, StepAction, Word } from './runbook.ts';
import { parseTime } from './time-pattern.ts';

/** A fence with what stands around it. */
export interface DraftFence extends FenceInfo {
  /** Of its backticks. */
  readonly place: Place;
  readonly content: PlacedText;
  /** The heading that it stands under. */
  readonly heading: PlacedText | undefined;
  /** Whether a sentence stands between the heading and it. */
  readonly explained: boolean;
}

/** A step that is still another runbook. */
export interface IncludeStep extends Omit<Step, 'action'> {
  readonly action: { readonly kind: 'include'; readonly place: Place; readonly line: CommandLine };
}

const defaultTimeoutMs = 60_000;
const defaultEveryMs = 1_000;
/** Six hours: longer than any sale waits for a person. */
const longestMs = 6 * 3_600_000;

/** Makes steps of fences: one a heading. Appends to `faults` what keeps them from being steps. */
export function stepsOf(
  fences: readonly DraftFence[],
  parameters: readonly string[],
  faults: PlaceFault[],
): readonly (Step | IncludeStep)[] {
  const steps: (Step | IncludeStep)[] = [];
  for (const [heading, group] of byHeading(fences, faults)) {
    const acting = group.filter(({ role }) => stepRoles.includes(role));
    const [main, second] = acting;
    if (second !== undefined) {
      faults.push({
        place: second.place,
        what: `"${heading.text}" has a step already: give this one a heading of its own`,
      });
    }
    if (main === undefined) {
      const [alone] = group;
      if (alone !== undefined) faults.push({ place: alone.place, what: `this ${alone.role} has no step beside it` });
      continue;
    }
    if (!main.explained) {
      faults.push({
        place: main.place,
        what: `say what "${heading.text}" does before its fence: whoever reads it is in a hurry`,
      });
    }
    const step = stepOf(heading, main, group, parameters, faults);
    if (steps.some(({ name }) => name === step.name)) {
      faults.push({ place: heading.place, what: `there is a step ${step.name} already` });
    }
    steps.push(step);
  }
  return steps;
}

function byHeading(
  fences: readonly DraftFence[],
  faults: PlaceFault[],
): ReadonlyMap<PlacedText, readonly DraftFence[]> {
  const groups = new Map<PlacedText, DraftFence[]>();
  for (const fence of fences) {
    if (fence.heading === undefined) {
      faults.push({ place: fence.place, what: 'a step stands under a heading, which names it' });
      continue;
    }
    groups.set(fence.heading, [...(groups.get(fence.heading) ?? []), fence]);
  }
  return groups;
}

function stepOf(
  heading: PlacedText,
  main: DraftFence,
  group: readonly DraftFence[],
  parameters: readonly string[],
  faults: PlaceFault[],
): Step | IncludeStep {
  const beside = (role: DraftFence['role']): readonly Fence[] =>
    group.filter((fence) => fence.role === role).map((fence) => fenceOf(fence, parameters, faults));
  const around = {
    name: anchorOf(heading.text),
    title: heading.text,
    place: heading.place,
    unless: beside('unless'),
    prechecks: beside('precheck'),
    postchecks: beside('postcheck'),
    rollback: beside('rollback'),
  };
  if (main.role === 'include') {
    const own = group.find((fence) => fence !== main);
    if (own !== undefined) faults.push({ place: own.place, what: 'an included runbook has checks of its own' });
    return { ...around, action: { kind: 'include', place: main.place, line: includeLine(main, parameters, faults) } };
  }
  const changesNothing = main.role === 'probe' || main.role === 'until' || main.role === 'ask';
  const [rollback] = around.rollback;
  if (changesNothing && rollback !== undefined) {
    faults.push({ place: rollback.place, what: `a ${main.role} changes nothing: there is nothing to roll back` });
  }
  return { ...around, action: actionOf(main, parameters, faults) };
}

function actionOf(fence: DraftFence, parameters: readonly string[], faults: PlaceFault[]): StepAction {
  const { attributes, place } = fence;
  switch (fence.role) {
    case 'ask':
      return {
        kind: 'ask',
        place,
        question: questionOf(fence.content, parameters, faults),
        unattended: attributes.unattended === true,
      };
    case 'probe':
    case 'until':
      return { kind: fence.role, fence: fenceOf(fence, parameters, faults) };
    case 'command':
      return {
        kind: 'command',
        fence: fenceOf(fence, parameters, faults),
        risk: typeof attributes.risk === 'string' ? attributes.risk : null,
      };
    default:
      throw new FluxError('fault', `a fence of the role ${fence.role} was taken for a step`);
  }
}

function fenceOf(fence: DraftFence, parameters: readonly string[], faults: PlaceFault[]): Fence {
  const { attributes, place } = fence;
  const script = readScript(fence.content, attributes.shell === true, parameters, faults);
  refuseUnknown(script, parameters, faults);
  const time = (key: string, byDefault: number): number => {
    const ms = parseTime(String(attributes[key])) ?? byDefault;
    if (ms > longestMs || ms < 1) faults.push({ place, what: `${key} is a time from 1ms to 6h` });
    return ms;
  };
  return {
    place,
    script,
    timeoutMs: time('timeout', defaultTimeoutMs),
    everyMs: time('every', defaultEveryMs),
    retries: typeof attributes.retries === 'number' ? attributes.retries : 0,
  };
}

function refuseUnknown(script: Script, parameters: readonly string[], faults: PlaceFault[]): void {
  if (script.kind === 'shell') return;
  for (const { words, place } of script.lines) refuseUnknownIn(words, place, parameters, faults);
}

function refuseUnknownIn(
  words: readonly Word[],
  place: Place,
  parameters: readonly string[],
  faults: PlaceFault[],
): void {
  for (const part of words.flat()) {
    if (!('parameter' in part) || parameters.includes(part.parameter)) continue;
    const near = nearestName(part.parameter, parameters);
    const known = parameters.length === 0 ? 'the front matter names none' : `known: ${parameters.join(', ')}`;
    const advice = near === undefined ? known : `did you mean $${near}?`;
    faults.push({ place, what: `there is no parameter ${part.parameter}; ${advice}` });
  }
}

function includeLine(fence: DraftFence, parameters: readonly string[], faults: PlaceFault[]): CommandLine {
  const script = readScript(fence.content, false, parameters, faults);
  refuseUnknown(script, parameters, faults);
  const [line, ...more] = script.kind === 'commands' ? script.lines : [];
  if (more.length > 0) faults.push({ place: fence.place, what: 'an include is one line' });
  return line ?? { place: fence.content.place, words: [] };
}

/** The question's letters, with `$name` for parameters; no other sign means anything in it. */
function questionOf({ text, place }: PlacedText, parameters: readonly string[], faults: PlaceFault[]): readonly Word[] {
  if (text.trim() === '') faults.push({ place, what: 'the question is empty' });
  const quoted = readCommandLine(`"${text.replaceAll(/["\\`]/g, '\\$&').replaceAll('\n', ' ')}"`);
  if (quoted.kind === 'fault') {
    faults.push({ place, what: quoted.fault.what });
    return [];
  }
  refuseUnknownIn(quoted.words, place, parameters, faults);
  return quoted.words;
}

/** The anchor that GitHub gives a heading: a link to a step is its name. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
