import { fromMarkdown } from 'mdast-util-from-markdown';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { checkYaml } from '../../file/check-yaml.ts';
import type { FileKind, PlacedFault } from '../../file/file-kind.ts';
import { refuseFile } from '../../file/refuse-file.ts';
import { readFenceInfo } from './fence-info.ts';
import { type FrontMatter, frontMatterSchema } from './front-matter-schema.ts';
import { parameterFault } from './parameter-value.ts';
import type { PlacedText, PlaceFault } from './read-script.ts';
import type { Parameter, Place } from './runbook.ts';
import { type DraftFence, stepsOf } from './steps-of.ts';

type RootContent = ReturnType<typeof fromMarkdown>['children'][number];
type Code = Extract<RootContent, { type: 'code' }>;

/** A runbook's file, read for itself: what it includes is not there yet. */
export interface RunbookText {
  readonly title: string;
  readonly front: FrontMatter;
  readonly parameters: readonly Parameter[];
  readonly steps: ReturnType<typeof stepsOf>;
}

export const runbookFile = {
  noun: 'the runbook',
  schema: frontMatterSchema,
  code: 'runbook_invalid',
  hint: 'the format is in docs/runbooks.md; fluxgate runbook show pause-sale is a short one',
  missingHint: 'fluxgate runbook list',
} as const satisfies FileKind;

/** Reads the text of a runbook. @throws FluxError `runbook_invalid`: every fault with line and column. */
export function parseRunbook(text: string, name: string): RunbookText {
  const front = readFrontMatter(text, name);
  const faults: PlaceFault[] = [];
  const parameters = parametersOf(front.value);
  for (const { name: parameter, kind, byDefault } of parameters) {
    const what = byDefault === null ? undefined : parameterFault(kind, byDefault);
    if (what !== undefined) faults.push({ place: { line: 2, column: 1 }, what: `the default of ${parameter} ${what}` });
  }
  // Blank lines instead of the front matter: everything behind it keeps its place.
  const body = '\n'.repeat(front.lines) + text.split('\n').slice(front.lines).join('\n');
  const { title, fences } = readBody(body, faults);
  const steps = stepsOf(
    fences,
    parameters.map((parameter) => parameter.name),
    faults,
  );
  if (faults.length > 0) throw refuseFile(runbookFile, inOrder(faults.map((fault) => placed(name, fault))));
  return { title, front: front.value, parameters, steps };
}

function readFrontMatter(text: string, name: string): { readonly value: FrontMatter; readonly lines: number } {
  const lines = text.split('\n');
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === '---');
  if (lines[0]?.trimEnd() !== '---' || end === -1) {
    throw refuseFile(runbookFile, [
      { name, line: 1, column: 1, what: 'a runbook begins with --- and a front matter: when, use, buyers; then ---' },
    ]);
  }
  const checked = checkYaml(
    lines.slice(1, end).join('\n'),
    { schema: frontMatterSchema, noun: 'the front matter' },
    {
      name,
      line: 2,
    },
  );
  if (checked.kind === 'faults') throw refuseFile(runbookFile, checked.faults);
  return { value: checked.value, lines: end + 1 };
}

function parametersOf(front: FrontMatter): readonly Parameter[] {
  return Object.entries(front.parameters ?? {}).map(([name, { kind, description, default: byDefault, secret }]) => ({
    name,
    kind,
    description,
    byDefault: byDefault === undefined ? null : String(byDefault),
    secret: secret ?? false,
  }));
}

/** The title and every fence that does something, each with the heading that it stands under. */
function readBody(
  text: string,
  faults: PlaceFault[],
): { readonly title: string; readonly fences: readonly DraftFence[] } {
  const lines = text.split('\n');
  const fences: DraftFence[] = [];
  let title = '';
  let heading: PlacedText | undefined;
  let explained = false;
  for (const node of fromMarkdown(text).children) {
    const place = placeOf(node);
    if (node.type === 'heading') {
      heading = { text: textOf(node), place };
      explained = false;
      if (node.depth === 1) title ||= heading.text;
      continue;
    }
    if (node.type !== 'code') {
      explained ||= node.type === 'paragraph' || node.type === 'list' || node.type === 'blockquote';
      for (const inner of codesIn(node)) refuseInner(inner, lines, faults);
      continue;
    }
    const read = readFence(node, lines, faults);
    if (read !== undefined) fences.push({ ...read, heading, explained });
  }
  if (title === '') faults.push({ place: { line: 1, column: 1 }, what: 'a runbook has a title: # What is wrong' });
  return { title, fences };
}

function readFence(node: Code, lines: readonly string[], faults: PlaceFault[]) {
  const place = placeOf(node);
  // an indented block has no language and no backticks: it is shown only
  if (!node.lang) return undefined;
  const info = readFenceInfo(node.lang, lines[place.line - 1] ?? '');
  if (info.kind === 'illustration') return undefined;
  if (info.kind === 'faults') {
    faults.push(...info.faults.map(({ column, what }) => ({ place: { line: place.line, column }, what })));
    return undefined;
  }
  return { ...info.info, place, content: { text: node.value, place: { line: place.line + 1, column: place.column } } };
}

function refuseInner(node: Code, lines: readonly string[], faults: PlaceFault[]): void {
  const place = placeOf(node);
  if (!node.lang || readFenceInfo(node.lang, lines[place.line - 1] ?? '').kind === 'illustration') return;
  faults.push({ place, what: 'a step stands by itself, not inside a list or a quotation: it would be passed over' });
}

function codesIn(node: RootContent): readonly Code[] {
  if (node.type === 'code') return [node];
  return 'children' in node ? node.children.flatMap((child) => codesIn(child)) : [];
}

/** What a reader sees of a heading. */
function textOf(node: RootContent): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map((child) => textOf(child)).join('') : '';
}

function placeOf(node: RootContent): Place {
  if (node.position === undefined) throw new FluxError('fault', `a ${node.type} without a position`);
  const { line, column } = node.position.start;
  return { line, column };
}

function placed(name: string, { place, what }: PlaceFault): PlacedFault {
  return { name, ...place, what };
}

function inOrder(faults: readonly PlacedFault[]): readonly PlacedFault[] {
  return faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
