import { describe, expect, it } from 'vitest';
import { junitOfFault, junitText } from '../../../../src/toolkit/verify/junit-text.ts';
import { healthyBooks } from '../../../support/healthy-books.ts';
import { sell, verifyBooks } from '../../../support/sale-books.ts';

describe('the report as JUnit', () => {
  it('has one passing test case an invariant where all hold', async () => {
    const xml = junitText(await verifyBooks(healthyBooks()));

    expect(xml).toContain('tests="6" failures="0" errors="0"');
    expect(xml.match(/<testcase /g)).toHaveLength(6);
    expect(xml).not.toMatch(/<failure|<error/);
    expect(xml).toContain('keys in the ledger: 12');
  });

  it('makes a failure of a violated invariant', async () => {
    const books = healthyBooks();
    for (const counter of books.counters) counter.sold += 1;

    const xml = junitText(await verifyBooks(books, { without: ['gate'] }));

    expect(xml).toContain('failures="1" errors="0"');
    expect(xml).toMatch(/name="2 conservation">\n<failure type="conservation" message="1 finding">/);
  });

  it('makes an error of an inconclusive one: it is no pass', async () => {
    const books = healthyBooks();
    books.rebuilding = true;

    const xml = junitText(await verifyBooks(books));

    expect(xml).toContain('failures="0" errors="1"');
    expect(xml).toContain('<error type="inconclusive" message="the gate of night is rebuilding"/>');
  });

  it('escapes what buyers called themselves', async () => {
    const books = healthyBooks();
    const name = `</failure><x a="1" b='2'>&amp;\u0001\ud800]]>`;
    sell(books, name, 'a', 6);
    sell(books, name, 'b', 6);

    const xml = junitText(await verifyBooks(books));

    expect(xml).toContain(
      '&lt;/failure&gt;&lt;x a=&quot;1&quot; b=&apos;2&apos;&gt;&amp;amp;\u{fffd}\u{fffd}]]&gt; has 12 units',
    );
    expect(xml.match(/<\/failure>/g)).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be in it
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });

  it('is an error where no report could be made', () => {
    const xml = junitOfFault('the ledger "x" is <away>\nfor good');

    expect(xml).toContain('tests="1" failures="0" errors="1"');
    expect(xml).toContain('message="the ledger &quot;x&quot; is &lt;away&gt;&#10;for good"');
  });
});
