import { createInterface } from 'node:readline/promises';
import type { Person } from './runner.ts';

/** Whoever sits at this terminal; null where nobody does. Questions go to stderr: stdout is for results. */
export function terminalPerson(): Person | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const types = async (question: string, signal: AbortSignal): Promise<string> => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C in the question is the command's: readline would keep it to itself
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
      return (await Promise.race([terminal.question(`  ? ${question} `, { signal }), closed])).trim();
    } catch (error) {
      if (signal.aborted) return '';
      throw error;
    } finally {
      terminal.close();
    }
  };
  return {
    types,
    agrees: async (question, signal) => /^y(es)?$/i.test(await types(`${question} [y/N]`, signal)),
  };
}
