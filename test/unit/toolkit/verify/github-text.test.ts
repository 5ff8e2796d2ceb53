import { describe, expect, it } from 'vitest';
import {
  githubAnnotationOfFault,
  githubAnnotations,
  githubSummary,
} from '../../../../src/toolkit/verify/github-text.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { answer, sell, verifyBooks } from '../../../support/sale-books.ts';

/** As a runner reads a line: properties and message, unescaped. Null for a line that is no command. */
function commandIn(line: string): { name: string; title: string; message: string } | null {
  const [, name = '', properties = '', message = ''] = /^::([a-z]+)(?: ([^:]*))?::(.*)$/s.exec(line.trimStart()) ?? [];
  if (name === '') return null;
  const plain = (text: string) =>
    text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  const title = properties.split(',').find((one) => one.startsWith('title=')) ?? '';
  return { name, title: plain(title.slice(6)).replaceAll('%25', '%'), message: plain(message).replaceAll('%25', '%') };
}

describe('annotations for GitHub', () => {
  it('are none where every invariant holds', async () => {
    expect(githubAnnotations(await verifyBooks(healthyBooks()))).toEqual([]);
  });

  it('are one error a finding, on one line, and read back as they were meant', async () => {
    const books = healthyBooks();
    for (const product of books.gate) product.free -= 3;

    const lines = githubAnnotations(await verifyBooks(books));

    const [command] = lines.map(commandIn);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('\n');
    expect(command).toMatchObject({ name: 'error', title: 'conservation: units_stranded' });
    expect(command?.message).toMatch(/^ticket in night: 3 units are taken [^\n]*\nids: ticket\nlook: /);
  });

  it('keep what buyers called themselves from leaving its place', async () => {
    const books = healthyBooks();
    const name = '100%0A,title=x::error::\r\n::set-env name=a::b';
    sell(books, name, 'a', 6);
    sell(books, name, 'b', 6);

    const lines = githubAnnotations(await verifyBooks(books));

    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n]/);
    expect(commandIn(lines[0] ?? '')?.message).toContain(`${name} has 12 units`);
  });

  it('are ten at most, as many as GitHub shows, and the last one counts the rest', async () => {
    const books = healthyBooks();
    for (let n = 0; n < 30; n += 1) books.history.push(answer(`eve-${n}`, 'lost', 'accepted'));

    const lines = githubAnnotations(await verifyBooks(books));

    expect(lines).toHaveLength(10);
    expect(commandIn(lines.at(-1) ?? '')?.message).toMatch(/^21 more findings: violated: no-lost-order/);
  });

  it('say why where nothing can be said', async () => {
    const books = healthyBooks();
    books.rebuilding = true;

    const lines = githubAnnotations(await verifyBooks(books));

    expect(lines).toEqual(['::error title=verify%3A inconclusive::the gate of night is rebuilding']);
    expect(githubAnnotationOfFault('no\nledger')).toBe('::error title=verify%3A inconclusive::no%0Aledger');
  });
});

describe("the summary of GitHub's job", () => {
  it('has a row an invariant and the classes', async () => {
    const text = githubSummary(await verifyBooks(healthyBooks()));

    expect(text).toContain('### fluxgate verify: ✅ holds: 6 invariants over 12 orders');
    expect(text.match(/^\| \d [a-z-]+ \| ✅ holds \|/gm)).toHaveLength(6);
    expect(text).toContain('Orders: 12 ok, 0 lost');
  });

  it('keeps a table a table, whatever buyers called themselves', async () => {
    const books = healthyBooks();
    const name = 'a|b\n<img src=x> @team [x](http://y) `z`';
    sell(books, name, 'a', 6);
    sell(books, name, 'b', 6);

    const text = githubSummary(await verifyBooks(books));

    const row = text.split('\n').find((line) => line.startsWith('| over_limit')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(row).not.toMatch(/<img|(?<!\\)@|(?<!\\)\[|(?<!\\)`/);
  });
});
