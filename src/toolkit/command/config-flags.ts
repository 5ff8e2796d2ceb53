import { Flags } from '@oclif/core';

/** Parsed flags: those named like a setting (`data-dir` for `dataDir`) override it, the others mean nothing to the configuration. */
export type SettingFlags = Readonly<Record<string, unknown>>;

/** For every command that reads or opens a data folder. No defaults here: environment and file come before those. */
export const dataDirFlag = {
  'data-dir': Flags.string({
    char: 'd',
    description: 'Folder with everything that is kept (FLUXGATE_DATA_DIR, default .fluxgate)',
    helpValue: 'FOLDER',
  }),
};

/** For commands that talk to a running `fluxgate serve`. */
export const serverFlags = {
  ...dataDirFlag,
  url: Flags.string({
    char: 'u',
    description: 'Address of a running `fluxgate serve` (FLUXGATE_URL); default: the one of the data folder',
    helpValue: 'URL',
  }),
};

/** For commands that show or use how `serve` runs and where it listens. The configuration says which modes there are. */
export const configFlags = {
  ...dataDirFlag,
  mode: Flags.string({
    description: 'Where gate, order log and ledger live (FLUXGATE_MODE, default embedded)',
    helpValue: 'embedded|stack',
  }),
  host: Flags.string({ description: 'Address to listen on (FLUXGATE_HOST, default 127.0.0.1)', helpValue: 'ADDRESS' }),
  port: Flags.integer({
    char: 'p',
    description: 'Port to listen on; 0 takes a free one (FLUXGATE_PORT, default 3000)',
  }),
};
