import { Flags } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';

export const confirmFlag = {
  confirm: Flags.string({ description: 'Say yes beforehand, by the name of what is destroyed', helpValue: 'NAME' }),
};

/**
 * Asks before something is destroyed: whoever sits at a terminal types its name, a script gives it as --confirm.
 * `command` is what was typed, for the hint.
 *
 * @throws FluxError `usage` where neither happened
 */
export async function confirmDestruction(
  what: string,
  name: string,
  confirmed: string | undefined,
  { command, signal }: { readonly command: string; readonly signal: AbortSignal },
): Promise<void> {
  if (confirmed === name) return;
  if (confirmed === undefined && process.stdin.isTTY && process.stderr.isTTY) {
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      if ((await terminal.question(`${what}\nType ${name} to go on: `, { signal })) === name) return;
    } finally {
      terminal.close();
    }
    throw new FluxError('usage', 'not confirmed: nothing was changed');
  }
  throw new FluxError('usage', `${what} That wants --confirm ${name}`, { hint: `${command} --confirm ${name}` });
}
