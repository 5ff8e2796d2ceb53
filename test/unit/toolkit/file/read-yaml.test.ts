import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { checkYaml } from '../../../../src/toolkit/file/check-yaml.ts';
import type { FileKind } from '../../../../src/toolkit/file/file-kind.ts';
import { maxFileBytes } from '../../../../src/toolkit/file/read-text.ts';
import { parseYaml, readYaml } from '../../../../src/toolkit/file/read-yaml.ts';
import { namedPipe } from '../../../support/named-pipe.ts';

const closed = { additionalProperties: false } as const;
const schema = Type.Object(
  {
    title: Type.String(),
    colour: Type.Optional(Type.Enum(['amber', 'green'])),
    steps: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ do: Type.Literal('kill'), target: Type.String() }, closed),
          Type.Object({ do: Type.Literal('wait'), seconds: Type.Number() }, closed),
        ]),
      ),
    ),
    size: Type.Optional(Type.Union([Type.Number(), Type.String()])),
    level: Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('high')])),
    load: Type.Optional(
      Type.Union([
        Type.String(),
        Type.Object({ name: Type.String() }, closed),
        Type.Object({ rate: Type.Number() }, closed),
      ]),
    ),
  },
  closed,
);
const kind: FileKind<typeof schema> = {
  noun: 'the plan',
  schema,
  code: 'scenario_invalid',
  hint: 'see the page',
  missingHint: 'list them',
};

function refusalOf(text: string): string {
  try {
    parseYaml(text, 'p.yaml', kind);
  } catch (error) {
    if (error instanceof FluxError && error.code === 'scenario_invalid' && error.hint === 'see the page')
      return error.message;
    throw error;
  }
  throw new Error('the text was taken');
}

describe('a file of checked YAML', () => {
  it('gives its value where the schema holds', () => {
    expect(parseYaml('title: A\nsize: 2\nload: smoke', 'p.yaml', kind).value).toEqual({
      title: 'A',
      size: 2,
      load: 'smoke',
    });
  });

  it.each([
    ['an unknown key', 'titel: A', /p\.yaml:1:1 the plan has an unknown key "titel"; did you mean "title"\?/],
    [
      'an unknown word',
      'title: A\ncolour: ambre',
      'p.yaml:2:1 colour must be "amber" or "green"; did you mean "amber"?',
    ],
    ['an unknown literal', 'title: A\nlevel: hihg', 'p.yaml:2:1 level must be "low" or "high"; did you mean "high"?'],
    ['a value of neither type', 'title: A\nsize: true', 'p.yaml:2:1 size must be number or string'],
    [
      'a branch that is named wrong',
      'title: A\nsteps:\n  - do: kil\n    target: redis',
      'p.yaml:3:5 steps.0.do must be "kill" or "wait"; did you mean "kill"?',
    ],
    [
      'a branch that is not named',
      'title: A\nsteps:\n  - target: redis',
      'p.yaml:3:5 steps.0 needs "do": "kill" or "wait"',
    ],
    [
      'a key of another branch, by the branch that was meant',
      'title: A\nsteps:\n  - do: wait\n    seconds: 1\n    targt: x',
      'p.yaml:5:5 steps.0 has an unknown key "targt"; known keys: do, seconds',
    ],
    ['a branch without a name, by its keys', 'title: A\nload: { rate: many }', 'p.yaml:2:9 load.rate must be number'],
    ['a key twice', 'title: A\ntitle: B', 'p.yaml:2:1 this key stands here twice'],
    ['a second document', 'title: A\n---\ntitle: B', /^p\.yaml:2:1 a second document begins here/],
    ['a tag that nobody knows', 'title: !env HOME', /^p\.yaml:1:8 Unresolved tag: !env/],
    ['nothing at all', '', 'p.yaml:1:1 the plan must be object'],
    ['brackets without end', `title: ${'['.repeat(10_000)}`, /^p\.yaml:1:/],
    [
      'a text that grows without bound',
      `title: A\na: &a [1,1,1,1,1,1,1,1,1,1]\n${[...'bcdef'].map((name, n) => `${name}: &${name} [${Array(10).fill(`*${'abcde'[n]}`)}]`).join('\n')}`,
      /^p\.yaml:1:1 the plan repeats its anchors too often/,
    ],
  ])('is refused for %s', (_name, text, message) => {
    if (typeof message === 'string') expect(refusalOf(text)).toBe(message);
    else expect(refusalOf(text)).toMatch(message);
  });

  it('counts what it does not name', () => {
    const text = `title: A\nsteps:\n${'  - { do: wait, seconds: x }\n'.repeat(25)}`;

    expect(refusalOf(text).split('\n')).toHaveLength(11);
    expect(refusalOf(text)).toMatch(/\.\.\. and 15 more$/);
  });

  it('places a fault that no schema can say at its key', () => {
    const file = parseYaml('title: A\nsteps:\n  - { do: wait, seconds: 1 }', 'p.yaml', kind);

    expect(file.refuse([{ path: ['steps', 0, 'seconds'], what: 'is longer than the plan' }]).message).toBe(
      'p.yaml:3:17 steps.0.seconds: is longer than the plan',
    );
  });

  it('counts lines and columns from where the text stands inside another file', () => {
    const checked = checkYaml('title: 1', kind, { name: 'book.md', line: 40, column: 5 });

    expect(checked).toEqual({
      kind: 'faults',
      faults: [{ name: 'book.md', line: 40, column: 5, what: 'title must be string' }],
    });
  });

  it('says why a file cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fluxgate-file-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'long.yaml'), 'x'.repeat(maxFileBytes + 1));
    await writeFile(join(folder, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));

    const refusal = (name: string) => readYaml(join(folder, name), kind).catch((error: unknown) => error);

    expect(await refusal('none.yaml')).toMatchObject({
      message: expect.stringContaining('there is no such file'),
      hint: 'list them',
    });
    expect(await refusal('.')).toMatchObject({ message: expect.stringContaining('it is a folder') });
    expect(await refusal('long.yaml')).toMatchObject({ message: expect.stringContaining('longer than 250000 bytes') });
    expect(await refusal('binary.yaml')).toMatchObject({ message: expect.stringContaining('no UTF-8 text') });
  });

  it('refuses a pipe that nobody fills and a device, and says how the output of a command is given', async () => {
    const fifo = namedPipe();

    for (const path of [fifo, '/dev/zero', '/dev/null']) {
      await expect(readYaml(path, kind)).rejects.toMatchObject({
        code: 'scenario_invalid',
        message: expect.stringMatching(/^the plan \/\S+ cannot be read: it is a (named pipe|device)/),
        hint: 'list them; what a command writes is read from /dev/stdin',
      });
    }
  });
});
