import { readFile, stat } from 'node:fs/promises';
import { Value } from 'typebox/value';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { whyNoFile } from '../file/why-no-file.ts';
import { type LoadResult, loadResultSchema } from './load-result.ts';

/** Ten times the result of a day's soak test: whatever is longer was given by mistake. */
const maxResultBytes = 256 * 1_024 * 1_024;

const hint = 'fluxgate load run SCENARIO --report result.json';

/** Reads what `load run --report` wrote. @throws FluxError `result_unreadable`: not there, or no result of this version */
export async function readResult(path: string): Promise<LoadResult> {
  const refuse = (why: string, cause?: unknown): FluxError =>
    new FluxError('result_unreadable', `${path} ${why}`, { hint, ...(cause === undefined ? {} : { cause }) });
  let text: string;
  try {
    const about = await stat(path);
    const why = whyNoFile(about);
    if (why !== undefined) throw refuse(`cannot be read: ${why}`);
    if (about.size > maxResultBytes) throw refuse('is too long for the result of a load run');
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof FluxError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw refuse(code === 'ENOENT' ? 'is not there' : 'cannot be read', cause);
  }
  const value = parse(text);
  if (value === undefined) throw refuse('is not JSON');
  if (!Value.Check(loadResultSchema, value)) throw refuse(whyNoResult(value));
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whyNoResult(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== 'fluxgate-load')
    return 'is not the result of a load run';
  if (!('version' in value) || value.version !== loadResultSchema.properties.version.const)
    return 'was written by another version of fluxgate; run the scenario again';
  const [first] = Value.Errors(loadResultSchema, value);
  const place = first === undefined ? '' : ` at ${first.instancePath || 'its top'}: ${first.message}`;
  return `is no whole result of a load run${place}`;
}
