import { spawn } from 'node:child_process';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { VerifyReport } from '../../verify/report-schema.ts';
import { fluxgateProgram } from '../system/program.ts';

/** Of what it said on stderr, where it gave no report. */
const shownChars = 1_000;

/** Runs `fluxgate verify` in a process of its own, as CI and operators do: nothing of this process is in its way. */
export async function runVerify(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  use: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<VerifyReport> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('FLUXGATE_'));
  const child = spawn(process.execPath, [fluxgateProgram, 'verify', '--json', ...args], {
    cwd: use.cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...Object.fromEntries(kept), ...env, __FLUXGATE_CHILD: '1' },
    detached: true,
    signal: use.signal,
  });
  let text = '';
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said = (said + piece).slice(-shownChars);
  });
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  if (use.signal.aborted) throw new FluxError('interrupted', 'interrupted while the books were compared');
  const document = parsed(text);
  // Our own command's documents, of the schemas it publishes.
  if (document.format === 'fluxgate-verify') return document as VerifyReport;
  const error = document.error as { readonly message?: string } | undefined;
  throw new FluxError('inconclusive', `fluxgate verify gave no report: ${error?.message ?? (text + said).trim()}`);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
