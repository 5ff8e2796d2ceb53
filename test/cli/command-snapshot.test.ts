import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/engine/domain/error-codes.ts';

const root = join(import.meta.dirname, '../..');

/** What of oclif.manifest.json is a promise to whoever calls us from a script. */
interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly aliases: readonly string[];
        readonly args: Readonly<Record<string, Part>>;
        readonly flags: Readonly<Record<string, Part>>;
        readonly examples?: readonly string[];
        readonly summary?: string;
      }
    >
  >;
}

interface Part {
  readonly type?: string;
  readonly char?: string;
  readonly default?: unknown;
  readonly options?: readonly string[];
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')); // our own build made it
const commandsPage = readFileSync(join(root, 'docs/cli.md'), 'utf8');

function promised({ type, char, default: byDefault, options, required, multiple }: Part) {
  return {
    ...(type === undefined ? {} : { type }),
    ...(char === undefined ? {} : { char }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(options === undefined ? {} : { options }),
    ...(required === true ? { required } : {}),
    ...(multiple === true ? { multiple } : {}),
  };
}

function promisedParts(parts: Readonly<Record<string, Part>>) {
  return Object.fromEntries(
    Object.entries(parts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, promised(part)]),
  );
}

test('commands, arguments, flags, defaults and exit codes are as they were: a script that works goes on working', async () => {
  const commands = Object.entries(manifest.commands)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { aliases, args, flags }]) => [
      id.replaceAll(':', ' '),
      // The order of arguments matters, that of flags does not.
      {
        aliases,
        args: Object.entries(args).map(([name, arg]) => ({ name, ...promised(arg) })),
        flags: promisedParts(flags),
      },
    ]);
  const exitCodes = Object.fromEntries(Object.entries(errorCodes).sort(([a], [b]) => (a < b ? -1 : 1)));

  await expect(
    `${JSON.stringify({ commands: Object.fromEntries(commands), exitCodes }, null, 2)}\n`,
  ).toMatchFileSnapshot('./commands.snap');
});

test.each(Object.keys(manifest.commands))('%s has a summary, examples and a place in docs/cli.md', (id) => {
  const command = manifest.commands[id];

  expect(command?.summary).toMatch(/^[A-Z].*[^.]$/);
  expect(command?.examples?.length).toBeGreaterThan(0);
  expect(commandsPage).toContain(`\`fluxgate ${id.replaceAll(':', ' ')}`);
});

test.each([...new Set(Object.values(errorCodes))])('exit code %i is explained in docs/cli.md', (code) => {
  expect(commandsPage).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
});
