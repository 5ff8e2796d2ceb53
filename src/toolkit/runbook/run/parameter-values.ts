import { readFileSync, statSync } from 'node:fs';
import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { openPipeFd } from '../../file/open-pipe.ts';
import { maxFileBytes } from '../../file/read-text.ts';
import { whyNoFile } from '../../file/why-no-file.ts';
import { parameterFault } from '../format/parameter-value.ts';
import type { Parameter, Runbook } from '../format/runbook.ts';

/** What every parameter of a run is set to. */
export type ParameterValues = ReadonlyMap<string, { readonly parameter: Parameter; readonly value: string }>;

/**
 * The values of a run: what was typed (`sale=night`), else what an earlier run had (`before`), else the defaults.
 * @throws FluxError `usage`: unknown, missing, or not of its kind
 */
export function parameterValues(
  runbook: Pick<Runbook, 'name' | 'parameters'>,
  typed: readonly string[],
  before: Readonly<Record<string, string>> = {},
): ParameterValues {
  const given = new Map(typed.map((text) => splitSetting(runbook, text)));
  const values = new Map<string, { readonly parameter: Parameter; readonly value: string }>();
  for (const parameter of runbook.parameters) {
    const { name, kind, secret, byDefault } = parameter;
    const value = given.get(name) ?? (secret ? undefined : before[name]) ?? byDefault;
    if (value === undefined || value === null) {
      throw usage(runbook, `${runbook.name} wants --set ${name}=${secret ? '@FILE' : '...'}: ${parameter.description}`);
    }
    const plain = secret ? secretOf(runbook, name, value) : value;
    const what = parameterFault(kind, plain);
    if (what !== undefined) throw usage(runbook, `${name} ${what}${secret ? '' : `: ${plain}`}`);
    values.set(name, { parameter, value: plain });
  }
  return values;
}

/** The values as they may be shown and written down. */
export function shownValues(values: ParameterValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...values].map(([name, { parameter, value }]) => [name, parameter.secret ? '<redacted>' : value]),
  );
}

export function secretValues(values: ParameterValues): readonly string[] {
  return [...values.values()].filter(({ parameter }) => parameter.secret).map(({ value }) => value);
}

function splitSetting(runbook: Pick<Runbook, 'name' | 'parameters'>, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(runbook, `--set takes NAME=VALUE, not ${text}`);
  const name = text.slice(0, at);
  const known = runbook.parameters.map((parameter) => parameter.name);
  if (known.includes(name)) return [name, text.slice(at + 1)];
  const near = nearestName(name, known);
  const advice = near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean ${near}?`;
  throw usage(runbook, `${runbook.name} has no parameter ${name}; ${advice}`);
}

/** Out of a file: what is typed stands in the list of processes and in the shell's history. */
function secretOf(runbook: Pick<Runbook, 'name'>, name: string, given: string): string {
  if (!given.startsWith('@')) throw usage(runbook, `${name} is secret: write it into a file, then --set ${name}=@FILE`);
  const path = given.slice(1);
  const unreadable = `${path}, which has the secret ${name}, cannot be read`;
  let why: string | undefined;
  try {
    why = openPipeFd(path) === undefined ? whyNoFile(statSync(path)) : undefined;
    if (why === undefined) return readFileSync(path, 'utf8').slice(0, maxFileBytes).trim();
  } catch (cause) {
    throw new FluxError('usage', unreadable, { cause });
  }
  throw new FluxError('usage', `${unreadable}: ${why}`);
}

function usage({ name }: Pick<Runbook, 'name'>, message: string): FluxError {
  return new FluxError('usage', message, { hint: `fluxgate runbook show ${name}` });
}
