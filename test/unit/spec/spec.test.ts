import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configsOf, specFolder } from '../../support/spec-files.ts';

const house = join(specFolder, '..');
const read = (path: string): string => readFileSync(join(house, path), 'utf8');
const readme = read('spec/README.md');
const modules = readdirSync(specFolder).filter((file) => file.endsWith('.tla'));
const model = modules.map((file) => read(`spec/${file}`)).join('\n');

/** The rows of a table of README.md, below the row that has this first cell. Cells without their backticks. */
function tableOf(firstCell: string): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  for (const line of readme.slice(readme.indexOf(`\n| ${firstCell} |`) + 1).split('\n')) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows.slice(2);
}

/** What stands between backticks in a cell. */
const named = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const planted = configsOf('planted').map(({ name }) => name);
const matchesOf = (pattern: RegExp, text: string): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** Those of the model that change something: their definitions say what stays as it is. Without the pieces they are made of. */
const actions = model
  .split(/^(?=\w+(?:\([\w, ]*\))? ==)/m)
  .filter((definition) => definition.includes('UNCHANGED'))
  .flatMap((definition) => matchesOf(/^(\w+)/g, definition))
  .filter((name) => !['Says200', 'Undo', 'SetGate', 'Calls', 'Rest'].includes(name));

const isDeclared = (name: string, text: string): boolean =>
  new RegExp(`(?:function\\*?|const) ${name}\\b|^\\s+(?:async )?${name}\\(`, 'm').test(text);

describe('spec/', () => {
  it('says of every action which function carries it out, or that nobody does', () => {
    const described = tableOf('Action').flatMap(([action]) => named(action));

    expect(actions.length).toBeGreaterThan(40);
    expect([...described].sort()).toEqual([...actions].sort());
  });

  it.for(
    tableOf('Action').map(([action, files, functions]) => ({
      action: action ?? '',
      files: named(files),
      functions: named(functions),
    })),
  )('finds what carries out $action where the table says', ({ files, functions }) => {
    const texts = files.map(read); // a file that is gone throws

    expect(functions.filter((name) => !texts.some((text) => isDeclared(name, text)))).toEqual([]);
  });

  it('has one configuration for each planted bug, and switches it on there', () => {
    expect(matchesOf(/Bug\("([\w-]+)"\)/g, model).toSorted()).toEqual(planted);
    for (const { name, text } of configsOf('planted')) expect(text).toContain(`  Bugs = {"${name}"}\n`);
  });

  it('plants nothing in the worlds where the protocol is sound, and checks the same invariants in all', () => {
    const invariantsOf = (text: string) => text.slice(text.indexOf('INVARIANTS')).match(/\w+/g)?.slice(1, 8);
    const [first] = configsOf('sound');
    for (const { text } of configsOf('sound')) expect(text).toContain('  Bugs = {}\n');
    for (const { text } of [...configsOf('sound'), ...configsOf('planted')])
      expect(invariantsOf(text)).toEqual(invariantsOf(first?.text ?? ''));
  });

  it('lists every planted bug, and every configuration', () => {
    expect(
      tableOf('Bug')
        .flatMap(([bug]) => named(bug))
        .toSorted(),
    ).toEqual(planted);
    expect(
      tableOf('World')
        .flatMap(([world]) => named(world))
        .toSorted(),
    ).toEqual(configsOf('sound').map(({ name }) => name));
  });

  it('names the file of the simulator that plants the same, or says why there is none', () => {
    const folder = join(house, 'test/planted/simulator');
    const simulated = new Set(existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.ts$/, '')) : []);
    const wrong = tableOf('Bug').filter(([bug, , , , , where = '']) => {
      if (where.startsWith('no: ')) return named(bug).some((name) => simulated.has(name));
      return !(where === 'same' ? named(bug) : named(where)).some((name) => simulated.has(name));
    });

    expect(wrong).toEqual([]);
  });
});
