import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { type ProbeFact, probeFacts } from '../../../../src/toolkit/probe/probe-facts.ts';
import { type FenceRole, fenceRoles } from '../../../../src/toolkit/runbook/format/fence-schema.ts';
import { frontMatterSchema } from '../../../../src/toolkit/runbook/format/front-matter-schema.ts';
import { parseRunbook } from '../../../../src/toolkit/runbook/format/parse-runbook.ts';
import { parameterKinds } from '../../../../src/toolkit/runbook/format/runbook.ts';
import { shippedRunbooks } from '../../../../src/toolkit/runbook/format/runbook-path.ts';
import { pageWithReference } from '../../../support/schema-reference.ts';

const page = new URL('../../../../docs/runbooks.md', import.meta.url);

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

function fencesTable(): string {
  const roles = Object.entries<FenceRole>(fenceRoles);
  const keys = new Map<string, TSchema>();
  for (const [, { attributes }] of roles)
    for (const [key, schema] of Object.entries(attributes.properties)) keys.set(key, schema);
  const keyRows = [...keys].map(([key, schema]) => {
    const { description, default: byDefault } = schema as { readonly description?: string; readonly default?: unknown };
    const of = roles.filter(([, { attributes }]) => key in attributes.properties).map(([role]) => `\`${role}\``);
    return [
      `\`${key}\``,
      of.join(', '),
      `${description}${byDefault === undefined ? '' : `. Default \`${byDefault}\``}`,
    ];
  });
  const roleRows = roles.map(([role, { language, means }]) => [
    `\`\`\` \`\`\`${language}${role === 'command' ? '' : ` ${role}`} \`\`\``,
    means,
  ]);
  return `${table(['fence', 'means'], roleRows)}\n\n${table(['key', 'of', 'means'], keyRows)}`;
}

function probesTable(): string {
  return table(
    ['fact', 'means', 'example'],
    Object.entries<ProbeFact>(probeFacts).map(([name, { means, example, ofProduct }]) => [
      `\`${name}${ofProduct ? ' PRODUCT' : ''}\``,
      means,
      `\`fluxgate probe ${example}\``,
    ]),
  );
}

function between(text: string, name: string, made: string): string {
  const [open, close] = [`<!-- schema:${name} -->`, `<!-- /schema:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < 0) throw new Error(`the page lacks ${open}`);
  return `${text.slice(0, start)}${open}\n\n${made}\n\n${text.slice(end)}`;
}

describe('the page about runbooks', () => {
  it('has the reference of its format, made of what the reader checks with (vitest -u writes it anew)', async () => {
    const withSchema = await pageWithReference(page, 'runbook', frontMatterSchema);
    const kinds = table(
      ['kind', 'is'],
      Object.entries(parameterKinds).map(([kind, is]) => [`\`${kind}\``, is]),
    );
    const made = [
      ['fences', fencesTable()],
      ['parameters', kinds],
      ['probes', probesTable()],
    ].reduce((text, [name = '', part = '']) => between(text, name, part), withSchema);

    await expect(made).toMatchFileSnapshot(page.pathname);
  });

  it('has an example that can be read', () => {
    const [, example = ''] = /````markdown\n(.*?)````/s.exec(readFileSync(page, 'utf8')) ?? [];

    expect(parseRunbook(example, 'example.md').steps.map(({ name }) => name)).toEqual([
      'pause-it',
      'wait-until-all-is-recorded',
    ]);
  });

  it('names only runbooks that there are', () => {
    const named = [...readFileSync(page, 'utf8').matchAll(/runbook run ([a-z][a-z-]*)/g)].map(([, name]) => name);

    expect(named.filter((name) => !shippedRunbooks().includes(name ?? ''))).toEqual([]);
  });

  it('has its schema published, for editors (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...frontMatterSchema };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schemas/runbook.schema.json',
    );
  });
});
