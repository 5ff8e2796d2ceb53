import { Config, Errors, Plugin, run, settings, toConfiguredId } from '@oclif/core';
import { nearestName } from '../../config/nearest-name.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { jsonText } from './json-text.ts';
import { Leaving } from './leaving.ts';
import { errorDocument, errorLines, type ShownError, shownError } from './shown-error.ts';

/**
 * Runs one command line and ends the process with its exit code. Nothing is printed in any other shape than ours: errors
 * on stderr as what, why and next command, or with `--json` as one document on stdout.
 *
 * @param where.root the package's folder; `fromSource` takes the commands from src/ and ignores the manifest
 */
export async function runCommandLine(
  argv: readonly string[],
  where: { readonly root: string; readonly fromSource?: boolean },
): Promise<never> {
  endQuietlyOnClosedPipe();
  // Commands are plain ESM in dist/ or, by bin/dev.js, already made readable: oclif has nothing to transpile.
  settings.enableAutoTranspile = false;
  let helpCommand = 'fluxgate';
  try {
    const config = await loadOclif(where);
    helpCommand = helpCommandFor(argv, config);
    refuseUnknownCommand(argv, config);
    await run([...argv], config);
  } catch (error) {
    report(error, argv, helpCommand);
  }
  return leave();
}

async function loadOclif(where: { readonly root: string; readonly fromSource?: boolean }): Promise<Config> {
  if (!where.fromSource) return Config.load(where.root);
  const { readFile } = await import('node:fs/promises');
  const pjson = JSON.parse(await readFile(`${where.root}/package.json`, 'utf8'));
  // Made here: Config.load forgets `ignoreManifest` for the root, and a build's manifest names the files of dist/.
  const sources = new Plugin({
    root: where.root,
    isRoot: true,
    ignoreManifest: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands: './src/commands' } },
  });
  await sources.load();
  return Config.load({ root: where.root, plugins: new Map([[sources.name, sources]]) });
}

/** Exits after stdout has taken everything: a pipe may still be full. */
function leave(): Promise<never> {
  return new Promise(() => {
    process.stdout.write('', () => process.exit());
  });
}

function report(error: unknown, argv: readonly string[], helpCommand: string): void {
  if (error instanceof Errors.ExitError) {
    process.exitCode = error.oclif.exit ?? 0;
    return;
  }
  const shown: ShownError = shownError(error, { helpCommand });
  process.exitCode = shown.exitCode;
  if (wantsJson(argv)) process.stdout.write(`${jsonText(errorDocument(shown))}\n`);
  else process.stderr.write(`${errorLines(shown).join('\n')}\n`);
  if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** `fluxgate sale show` for `fluxgate sale show x --jsn`: what `--help` belongs behind. */
function helpCommandFor(argv: readonly string[], config: Config): string {
  return ['fluxgate', ...commandWords(argv, config)].join(' ');
}

/** The leading words that name a command or a topic. */
function commandWords(argv: readonly string[], config: Config): readonly string[] {
  const words: string[] = [];
  for (const word of argv) {
    if (!isKnown([...words, word].join(':'), config)) break;
    words.push(word);
  }
  return words;
}

function isKnown(id: string, config: Config): boolean {
  return config.findCommand(id) !== undefined || config.findTopic(id) !== undefined;
}

function refuseUnknownCommand(argv: readonly string[], config: Config): void {
  const known = commandWords(argv, config);
  const rest = argv.slice(known.length);
  const next = rest[0];
  const command = config.findCommand(known.join(':'));
  if (command !== undefined) {
    // oclif would look for a command of that name instead.
    if (Object.keys(command.args).length > 0 || next === undefined || next.startsWith('-')) return;
    throw new FluxError('usage', `fluxgate ${known.join(' ')} takes no argument ${next}`, {
      hint: `fluxgate ${known.join(' ')} --help`,
    });
  }
  if (next === undefined || next.startsWith('-') || next === 'help') return;
  const typed = [...known, next].join(' ');
  const names = config.commandIDs.map((id) => toConfiguredId(id, config));
  const topics = config.topics.map((topic) => toConfiguredId(topic.name, config));
  // `sale opne` is compared as a whole, `sael open` by its first word too.
  const near =
    nearestName([...known, next, ...rest.slice(1, 2)].join(' '), names) ?? nearestName(typed, [...names, ...topics]);
  const parent = known.length === 0 ? 'fluxgate' : `fluxgate ${known.join(' ')}`;
  throw new FluxError(
    'usage',
    near === undefined ? `there is no command ${typed}` : `there is no command ${typed}. Did you mean ${near}?`,
    { hint: near === undefined ? `${parent} --help` : `fluxgate ${near} --help` },
  );
}

/** `fluxgate ... | head` ends quietly once `head` has seen enough. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') void Leaving.leaveQuietly();
    });
  }
}
