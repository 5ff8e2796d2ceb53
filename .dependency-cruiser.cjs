/**
 * The arrows of the house (design.md, section 3): commands -> toolkit, server, compose -> adapters -> engine/ports ->
 * engine/domain. Type imports count as imports. A planted violation of each rule is in test/unit/house/arrows.test.ts.
 */
const inside = (folder) => `^src/${folder}/`;

/** `from` may import from these folders of src/ and from packages, and from nothing else in src/. */
function only(name, from, allowed, comment) {
  return { name, severity: 'error', comment, from, to: { path: '^src/', pathNot: allowed } };
}

module.exports = {
  forbidden: [
    only(
      'domain-imports-domain',
      { path: inside('engine/domain') },
      [inside('engine/domain')],
      'Decisions need no one.',
    ),
    only(
      'ports-import-domain',
      { path: inside('engine/ports') },
      [inside('engine/domain'), inside('engine/ports')],
      'A port speaks in the words of the domain.',
    ),
    only('engine-imports-engine', { path: inside('engine') }, [inside('engine')], 'The sale itself is pure.'),
    {
      name: 'engine-without-packages',
      severity: 'error',
      comment: 'No library, not even one of Node: time, chance and I/O come in through ports.',
      from: { path: inside('engine') },
      to: { pathNot: '^src/' },
    },
    only(
      'adapters-import-engine',
      { path: inside('adapters') },
      [inside('adapters'), inside('engine')],
      'An adapter knows ports and its own technology.',
    ),
    {
      name: 'adapters-apart',
      severity: 'error',
      comment: 'A technology can be taken out alone; what two of them need is said by a port.',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: inside('adapters'), pathNot: '^src/adapters/$1/' },
    },
    only('config-imports-domain', { path: inside('config') }, [inside('config'), inside('engine/domain')], ''),
    only(
      'server-turns-outcomes-into-responses',
      { path: inside('server') },
      [inside('server'), inside('engine'), inside('config')],
      'Nothing else, and with no technology below it.',
    ),
    only(
      'toolkit-knows-no-adapter',
      { path: inside('toolkit') },
      [inside('toolkit'), inside('engine'), inside('config'), inside('server')],
      'Commands hand over what compose has opened.',
    ),
    only(
      'commands-go-through-compose',
      { path: inside('commands') },
      [
        inside('commands'),
        inside('toolkit'),
        inside('server'),
        inside('config'),
        inside('engine/domain'),
        '^src/compose',
      ],
      'Only compose*.ts know adapters.',
    ),
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      comment: 'A command is an end.',
      from: { path: '^src/', pathNot: inside('commands') },
      to: { path: inside('commands') },
    },
    {
      name: 'docker-client-when-asked',
      severity: 'error',
      comment: 'Half a thousand files that commands without Docker never need: import() it in the function that does.',
      from: { path: '^src/' },
      to: { path: '(^|/)testcontainers(/|$)', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-cycle', severity: 'error', comment: '', from: {}, to: { circular: true } },
    { name: 'no-dead-import', severity: 'error', comment: '', from: {}, to: { couldNotResolve: true } },
    {
      name: 'ships-what-it-imports',
      severity: 'error',
      comment: 'src/ may not lean on a devDependency.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript API; swc reads the same syntax.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
