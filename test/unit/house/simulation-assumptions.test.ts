import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/simulation-assumptions.md'), 'utf8');

interface Assumption {
  readonly id: string;
  readonly sentence: string;
  readonly leaning: string;
  readonly source: string;
  readonly proof: string;
}

/** The rows of all tables: an id of a letter and a number, then four cells. */
const assumptions = page.split('\n').flatMap((line): readonly Assumption[] => {
  if (!/^\| [A-Z]\d+ \|/.test(line)) return [];
  const cells = line.slice(1, -1).split(' | ');
  if (cells.length !== 5) throw new Error(`not five cells: ${line}`);
  const [id = '', sentence = '', leaning = '', source = '', proof = ''] = cells.map((cell) => cell.trim());
  return [{ id, sentence, leaning, source, proof }];
});

/** `file`, perhaps (long), then the title. */
const testsIn = (proof: string) =>
  [...proof.matchAll(/`(test\/[^`]+)`( \(long\))?: \*([^*]+)\*/g)].map(([, file = '', long, title = '']) => ({
    file,
    title,
    isLong: long !== undefined,
  }));

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A test's title as it stands in the source. */
const isNamed = (title: string, file: string): boolean =>
  ["'", '"', '`'].some((quote) => textOf(file).includes(`${quote}${title}${quote}`));

/** By a tag of its file, of the only describe around it, or of its own, which stands right behind the title. */
function isTaggedLong(title: string, file: string): boolean {
  const text = textOf(file);
  const behind = text.slice(text.indexOf(title) + title.length).slice(0, 40);
  const tag = "tags: ['long']";
  return text.includes('// @module-tag long\n') || /^describe\(.*tags: \['long'\]/m.test(text) || behind.includes(tag);
}

/** The files that a contract test imports, and those that these import. */
function importedBy(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path = ''] of textOf(file).matchAll(/from '(\.\/[^']+)'/g))
    importedBy(join(dirname(file), path), known);
  return known;
}

/** By the letter of an assumption: whose contract tests run a suite on the real product. */
const products: Readonly<Record<string, string>> = { R: 'redis', K: 'kafka', P: 'postgres' };

test('are numbered within their part, each once', () => {
  const ids = assumptions.map(({ id }) => id);

  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
  for (const letter of ['R', 'K', 'P', 'C', 'N']) expect(ids).toContain(`${letter}1`);
});

test('are sentences with a source', () => {
  const bad = assumptions.filter(
    ({ sentence, source }) =>
      !/^[A-Z`].*[.)]$/.test(sentence) || !/\]\(https:\/\/|^source: |^ours|^the same as [RKPCN]\d+$/.test(source),
  );

  expect(bad).toEqual([]);
});

test('name files that are there, whoever leans on them', () => {
  const named = [...page.matchAll(/`((?:src|test|docs)\/[^`]+)`/g)].map(([, path = '']) => path);
  // Redis' own sources.
  const ours = named.filter((path) => !path.endsWith('.c'));

  expect(ours.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(assumptions.filter(({ leaning }) => leaning === '')).toEqual([]);
});

test('name tests that are there, or say why there is none', () => {
  const missing = assumptions.flatMap(({ id, proof }) => {
    const tests = testsIn(proof);
    // Whatever looks like a test has to be read as one.
    if (tests.length < (proof.match(/\*[^*]+\*/g) ?? []).length) return [`${id} has a test that nobody can read`];
    if (tests.length === 0 && !/^none: .{20,}/.test(proof)) return [`${id} has no test and no reason`];
    return tests.flatMap(({ file, title }) => (isNamed(title, file) ? [] : [`${id}: ${file} has no test ${title}`]));
  });

  expect(missing).toEqual([]);
});

test('say of a test that it is long where it is', () => {
  const wrong = assumptions.flatMap(({ id, proof }) =>
    testsIn(proof).flatMap(({ file, title, isLong }) =>
      isLong === isTaggedLong(title, file) ? [] : [`${id}: ${title}`],
    ),
  );

  expect(wrong).toEqual([]);
});

test.each(Object.entries(products))('have their suites run on the real product (%s: %s)', (letter, product) => {
  const real = globSync(`test/contract/*.${product}*.test.ts`, { cwd: root });
  const run = new Set(real.flatMap((file) => [...importedBy(file)]));
  const suites = assumptions
    .filter(({ id }) => id.startsWith(letter))
    .flatMap(({ proof }) => testsIn(proof))
    .map(({ file }) => file)
    .filter((file) => file.endsWith('-suite.ts'));

  expect(suites.length).toBeGreaterThan(0);
  expect(suites.filter((file) => !run.has(file))).toEqual([]);
});
