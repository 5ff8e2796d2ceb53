import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRunbook } from '../../../../src/toolkit/runbook/format/load-runbook.ts';
import { invocationsOf } from '../../../../src/toolkit/runbook/run/invocation.ts';
import { parameterValues } from '../../../../src/toolkit/runbook/run/parameter-values.ts';
import { aRunbook, aStep, fence } from './a-runbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'fluxgate-include-'));
afterAll(() => rmSync(folder, { recursive: true }));

const front = (parameters: string) =>
  `when: doubt\nuse: Something is wrong\nbuyers: Nothing\nparameters:\n${parameters}`;

function write(name: string, text: string): string {
  writeFileSync(join(folder, `${name}.md`), text);
  return join(folder, `${name}.md`);
}

write(
  'inner',
  aRunbook(
    [
      aStep('Run it', fence('sh', '$how --to $sale'), fence('sh rollback', 'undo $sale')),
      aStep('Ask', fence('text ask', 'Is $sale well?')),
      aStep('Script', fence('sh shell', 'echo $sale')),
    ].join('\n\n'),
    front(
      '  sale: { kind: sale, description: The sale }\n  how: { kind: command, default: fluxgate sale show, description: How }',
    ),
  ),
);

function outer(name: string, line: string): string {
  const include = aStep('First the inner one', fence('sh include', line));
  return write(
    name,
    aRunbook(
      [include, aStep('Then this', fence('sh', 'true'))].join('\n\n'),
      front(
        '  night: { kind: sale, default: n, description: The sale }\n  n: { kind: whole, default: 1, description: A number }',
      ),
    ),
  );
}

describe('an included runbook', () => {
  it('is done where it stands, with its parameters set by the including one', async () => {
    const runbook = await loadRunbook(outer('outer', 'fluxgate runbook run inner --set sale=$night'));
    const values = parameterValues(runbook, ['night=premiere']);
    const own = { node: 'node', entry: 'run.js' };
    const [first, second, third] = runbook.steps;
    const run = (action: typeof first) =>
      action === undefined || action.action.kind === 'ask'
        ? []
        : invocationsOf(action.action.fence.script, values, own);

    expect(runbook.steps.map(({ name }) => name)).toEqual([
      'first-the-inner-one/run-it',
      'first-the-inner-one/ask',
      'first-the-inner-one/script',
      'then-this',
    ]);
    expect(run(first)[0]?.args).toEqual(['run.js', 'sale', 'show', '--to', 'premiere']);
    expect(second?.action).toMatchObject({ question: [[{ text: 'Is ' }, { parameter: 'night' }, { text: ' well?' }]] });
    expect(run(third)[0]?.env).toMatchObject({ sale: 'premiere' });
  });

  it('makes the including one another, where it changes', async () => {
    const path = outer('outer', 'fluxgate runbook run inner --set sale=$night');
    const before = (await loadRunbook(path)).digest;

    write(
      'inner-2',
      aRunbook(aStep('Do', fence('sh', 'true')), front('  sale: { kind: sale, description: The sale }')),
    );
    const other = await loadRunbook(outer('outer', 'fluxgate runbook run inner-2 --set sale=$night'));

    expect(other.digest).not.toBe(before);
    expect((await loadRunbook(path)).digest).toBe(other.digest);
  });

  it.each([
    ['fluxgate runbook run inner', 'inner wants --set sale=...'],
    ['fluxgate runbook run inner --set sael=x --set sale=y', 'inner has no parameter sael'],
    ['fluxgate runbook run inner --set sale=$n', 'sale is sale, and n is whole'],
    ['fluxgate runbook run inner --set sale=a$night', 'sale is set to a value or to one parameter'],
    ['fluxgate runbook run inner --set "sale=a b"', 'sale is not the id of a sale'],
    ['fluxgate runbook show inner', 'an include is `fluxgate runbook run NAME'],
    ['fluxgate runbook run self', 'self includes itself'],
  ])('is refused by place: %s', async (line, what) => {
    const path = outer('self', line);

    await expect(loadRunbook(path)).rejects.toThrow(what);
    await expect(loadRunbook(path)).rejects.toThrow(/self\.md:1[67]:1 /);
  });
});

describe('the name of a runbook', () => {
  it('that nobody has brings the nearest one', async () => {
    await expect(loadRunbook('pause-sael')).rejects.toThrow('Did you mean pause-sale?');
  });
});
