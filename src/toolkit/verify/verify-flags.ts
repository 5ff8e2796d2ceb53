import { Flags } from '@oclif/core';

/** What `fluxgate verify` may be asked, besides where the books are. */
export const verifyFlags = {
  history: Flags.string({
    description: 'What buyers heard, as `load run --history` wrote it, also gzipped; may be given several times',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  junit: Flags.string({ description: 'Write the verdicts into this file, too, as JUnit XML', helpValue: 'FILE' }),
  github: Flags.boolean({
    description: 'Annotate the step and its summary for GitHub Actions; default: where GITHUB_ACTIONS is true',
    allowNo: true,
  }),
  wait: Flags.string({
    description: 'How long to wait for outbox and lag to drain',
    helpValue: 'TIME',
    default: '30s',
  }),
  'max-revoked': Flags.integer({ description: 'Revoked orders that are no finding', default: 0, min: 0 }),
  since: Flags.string({
    description:
      'Look only at orders accepted since then, as far as they are looked at one by one: 10m, 2h, or a moment',
    helpValue: 'TIME',
  }),
  watch: Flags.boolean({
    description: 'Verify again and again until Ctrl-C; ends with 20 if any round was violated, else as the last one',
    exclusive: ['junit', 'json', 'export-history'],
  }),
  every: Flags.string({
    description: 'With --watch: pause between two rounds (at least four times as long as a round took)',
    helpValue: 'TIME',
    default: '10s',
  }),
  'json-stream': Flags.boolean({ description: 'With --watch: one JSON object a line', dependsOn: ['watch'] }),
  explain: Flags.string({
    description: "Tell one order's story across the four books: by its id, or with --user by the key that made it",
    helpValue: 'ORDER',
    exclusive: ['watch', 'junit', 'since', 'export-history'],
  }),
  user: Flags.string({ description: 'With --explain: who sent the key', helpValue: 'ID', dependsOn: ['explain'] }),
  'export-history': Flags.string({
    description: 'Write histories and ledger for elle-cli and the checkers of Jepsen: FILE.edn or FILE.json',
    helpValue: 'FILE',
    dependsOn: ['history'],
  }),
  sale: Flags.string({ char: 's', description: 'Only this sale', helpValue: 'ID' }),
};
