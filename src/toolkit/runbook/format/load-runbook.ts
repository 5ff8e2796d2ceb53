import { hash } from 'node:crypto';
import { readText } from '../../file/read-text.ts';
import { refuseFile } from '../../file/refuse-file.ts';
import { includeSteps, readInclude } from './include-steps.ts';
import { parseRunbook, runbookFile } from './parse-runbook.ts';
import type { PlaceFault } from './read-script.ts';
import type { Runbook, Step } from './runbook.ts';
import { runbookName, runbookPath } from './runbook-path.ts';

/** Deeper than this nobody follows. */
const maxDepth = 5;

/**
 * Reads a runbook by name or path, with everything that it includes.
 * @throws FluxError `runbook_invalid` with file, line and column; `usage` for a name that nobody has
 */
export async function loadRunbook(typed: string): Promise<Runbook> {
  return load(runbookPath(typed), []);
}

async function load(path: string, within: readonly string[]): Promise<Runbook> {
  const text = await readText(path, runbookFile);
  const { title, front, parameters, steps } = parseRunbook(text, path);
  const faults: PlaceFault[] = [];
  const done: Step[] = [];
  const programs = new Set(front.programs ?? []);
  const mode = front.mode ?? 'any';
  let digest = hash('sha256', text);
  for (const step of steps) {
    const { action } = step;
    if (action.kind !== 'include') {
      done.push({ ...step, action });
      continue;
    }
    const call = readInclude(action.line, faults);
    if (call === undefined) continue;
    const target = runbookPath(call.runbook, path);
    if (target === path || within.includes(target) || within.length >= maxDepth) {
      faults.push({ place: action.place, what: `${call.runbook} includes itself, or lies deeper than ${maxDepth}` });
      continue;
    }
    const inner = await load(target, [...within, path]);
    if (inner.mode !== 'any' && inner.mode !== mode) {
      faults.push({ place: action.place, what: `${call.runbook} is for mode ${inner.mode}, this one for ${mode}` });
    }
    for (const program of inner.programs) programs.add(program);
    digest = hash('sha256', `${digest} ${inner.digest}`);
    done.push(...includeSteps(step.name, inner, call, parameters, faults));
  }
  if (faults.length > 0) {
    throw refuseFile(
      runbookFile,
      faults.map(({ place, what }) => ({ name: path, ...place, what })),
    );
  }
  const { when, use, buyers } = front;
  const name = runbookName(path);
  return { name, path, title, when, use, buyers, mode, programs: [...programs], parameters, steps: done, digest };
}
