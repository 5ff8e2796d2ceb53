import { describe, expect, test } from 'vitest';
import { type Invocation, invocationsOf } from '../../../../src/toolkit/runbook/run/invocation.ts';
import { type ProcessResult, runProcess } from '../../../../src/toolkit/runbook/run/run-process.ts';
import { eventually } from '../../../support/eventually.ts';

function shell(text: string, env: Readonly<Record<string, string>> = {}): Invocation {
  return { program: 'sh', args: ['-euc', text], env, own: false, text };
}

function run(command: Invocation, more: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {}) {
  const lines: string[] = [];
  const result: Promise<ProcessResult> = runProcess(command, {
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    mask: (text) => text.replaceAll('hunter2', '<redacted>'),
    tell: (line) => void lines.push(line),
    ...more,
  });
  return { result, lines };
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a command of a runbook', () => {
  test('is run to its end, and what it says is heard, masked', async () => {
    const { result, lines } = run(shell('echo "$who"; echo err >&2; exit 3', { who: 'hunter2 and $(x)' }));

    expect(await result).toMatchObject({ end: { kind: 'exited', code: 3 } });
    expect(lines.toSorted()).toEqual(['<redacted> and $(x)', 'err']);
    expect((await result).output).not.toContain('hunter2');
  });

  test('that is a script means this very program by fluxgate, and its parameters by their names', async () => {
    const script = {
      kind: 'shell',
      text: 'fluxgate "$who" | tr a-z A-Z',
      env: { who: [{ text: 'a b; $(c)' }] },
    } as const;
    const own = { node: '/bin/echo', entry: 'entry' };
    const [command] = invocationsOf(script, new Map(), own);

    expect((await run(command ?? shell('')).result).output).toBe('ENTRY A B; $(C)\n');
  });

  test('that is not there says so', async () => {
    const missing = { ...shell(''), program: 'no-such-program-here' };

    expect((await run(missing).result).end).toMatchObject({ kind: 'not_started' });
  });

  test('is ended with everything it started when its time is over', async () => {
    const { result, lines } = run(shell('sleep 600 & echo $!; sleep 600'), { timeoutMs: 500 });

    expect((await result).end).toEqual({ kind: 'timed_out' });
    await eventually('what it started has gone', () => !runs(Number(lines[0])));
  });

  test('has ended only when what its shell started has, in its own way', async () => {
    const child = 'trap "sleep 0.6; echo undone; exit 0" TERM; echo $$; while :; do sleep 0.05 || :; done';
    const { result, lines } = run(shell(`sh -c '${child}' & wait`), { timeoutMs: 2_000 });

    expect((await result).end).toEqual({ kind: 'timed_out' });
    expect(lines).toContain('undone');
  });

  test('and what does not end in ten seconds is ended', { tags: ['long'] }, async () => {
    const child = 'trap "" TERM; echo $$; while :; do sleep 0.05; done';
    const { result, lines } = run(shell(`sh -c '${child}' & wait`), { timeoutMs: 500 });

    expect((await result).end).toEqual({ kind: 'timed_out' });
    await eventually('it has gone', () => !runs(Number(lines[0])));
  });

  test('hears of Ctrl-C once, and may end in its own way', async () => {
    const interrupt = new AbortController();
    const { result, lines } = run(shell('trap "echo undone; exit 0" INT; echo ready; while :; do sleep 0.05; done'), {
      signal: interrupt.signal,
    });
    await eventually('it is ready', () => lines.includes('ready'));

    interrupt.abort();

    expect((await result).end).toEqual({ kind: 'interrupted' });
    expect(lines.filter((line) => line === 'undone')).toHaveLength(1);
  });

  test('does not begin once the run is interrupted', async () => {
    const interrupt = new AbortController();
    interrupt.abort();

    const { result, lines } = run(shell('echo begun'), { signal: interrupt.signal });

    expect((await result).end).toEqual({ kind: 'interrupted' });
    expect(lines).toEqual([]);
  });

  test('is not waited for by a daemon that keeps its output open', async () => {
    const { result, lines } = run(shell('sleep 60 & echo $!'));

    expect((await result).end).toEqual({ kind: 'exited', code: 0 });
    expect(runs(Number(lines[0]))).toBe(true);
    process.kill(Number(lines[0]));
  });
});
