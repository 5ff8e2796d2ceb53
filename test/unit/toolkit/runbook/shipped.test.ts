import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProbe } from '../../../../src/toolkit/probe/probe.ts';
import { loadRunbook } from '../../../../src/toolkit/runbook/format/load-runbook.ts';
import type { Runbook } from '../../../../src/toolkit/runbook/format/runbook.ts';
import { shippedRunbooks } from '../../../../src/toolkit/runbook/format/runbook-path.ts';
import { dryRun } from '../../../../src/toolkit/runbook/run/dry-run.ts';
import { type Invocation, invocationsOf } from '../../../../src/toolkit/runbook/run/invocation.ts';
import { parameterValues } from '../../../../src/toolkit/runbook/run/parameter-values.ts';

const own = { node: 'node', entry: 'run.js' };
/** Every command with its flags, as the snapshot of the command line has them. */
const { commands }: { commands: Readonly<Record<string, { readonly flags: Readonly<Record<string, unknown>> }>> } =
  JSON.parse(readFileSync(new URL('../../../cli/commands.snap', import.meta.url), 'utf8'));

/** Something for every parameter that has no default. */
const examples = {
  sale: 'night',
  product: 'ticket',
  whole: '5',
  time: '5s',
  url: 'http://127.0.0.1:1',
  path: '/tmp/x',
  name: 'x',
  command: 'true',
};

function settingsOf(runbook: Runbook): readonly string[] {
  return runbook.parameters.flatMap(({ name, kind, byDefault }) =>
    byDefault === null ? [`${name}=${examples[kind]}`] : [],
  );
}

function commandsOf(runbook: Runbook): readonly Invocation[] {
  const values = parameterValues(runbook, settingsOf(runbook));
  const fences = runbook.steps.flatMap(({ action, unless, prechecks, postchecks, rollback }) => [
    ...(action.kind === 'ask' ? [] : [action.fence]),
    ...[unless, prechecks, postchecks, rollback].flat(),
  ]);
  return fences.flatMap(({ script }) => invocationsOf(script, values, own));
}

describe.each(shippedRunbooks())('the runbook %s', (name) => {
  it('can be read, and says what it would do', async () => {
    const runbook = await loadRunbook(name);
    const { text, document } = dryRun(runbook, {
      choice: { only: [], from: undefined },
      set: settingsOf(runbook),
      own,
    });

    expect(document.steps.length).toBeGreaterThan(0);
    for (const { title } of runbook.steps) expect(text).toContain(title);
  });

  it('says when to use it, what it does to buyers, and how to know that it worked', async () => {
    const text = readFileSync((await loadRunbook(name)).path, 'utf8');

    for (const heading of ['When to use it', 'What buyers notice', 'Steps', 'How to know that it worked']) {
      expect(text).toMatch(new RegExp(`^## ${heading}\n\n\\S`, 'm'));
    }
  });

  it('uses commands and flags of this program that there are, and asks what can be asked', async () => {
    for (const { own: isOwn, args } of commandsOf(await loadRunbook(name))) {
      if (!isOwn) continue;
      const words = args.slice(1);
      const id = [`${words[0]} ${words[1]}`, `${words[0]}`].find((each) => each in commands) ?? 'no such command';
      const flags = words
        .slice(0, words.includes('--') ? words.indexOf('--') : undefined)
        .filter((word) => word.startsWith('--'))
        .map((word) => word.slice(2));
      const unknown = flags.filter((flag) => !(flag in (commands[id]?.flags ?? {})));
      expect([words.join(' '), id, unknown]).toEqual([words.join(' '), expect.not.stringContaining('no such'), []]);
      if (words[0] === 'probe') parseProbe(words.slice(1, firstFlag(words)));
    }
  });

  it('links to files that there are', async () => {
    const { path } = await loadRunbook(name);
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!target.startsWith('http')) expect(readFileSync(new URL(target, `file://${path}`), 'utf8')).not.toBe('');
    }
  });
});

function firstFlag(words: readonly string[]): number {
  const at = words.findIndex((word) => word.startsWith('--'));
  return at === -1 ? words.length : at;
}
