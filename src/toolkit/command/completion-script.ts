/** What completion knows of a command. */
export interface CompletedCommand {
  /** `sale show` */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly { readonly name: string; readonly char: string | undefined; readonly summary: string }[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that makes a shell complete commands and flags of `fluxgate`; everything else completes as file names. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
    default:
      return shell satisfies never;
  }
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = [
    ...commands.map(({ name, flags }) => {
      const words = flags.map((flag) => `--${flag.name}`).join(' ');
      return `    "${name}"|"${name} "*) candidates="${words}" ;;`;
    }),
    ...[...nextWords(commands)].map(([typed, next]) => `    "${typed}") candidates="${next.join(' ')}" ;;`),
  ];
  return `# Completion of fluxgate for bash, and for zsh through bashcompinit.
_fluxgate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" typed="" candidates="" place
  for ((place = 1; place < COMP_CWORD; place++)); do
    [[ "\${COMP_WORDS[place]}" == -* ]] || typed+="\${typed:+ }\${COMP_WORDS[place]}"
  done
  case "$typed" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _fluxgate fluxgate
`;
}

/** The words that may follow what was typed, for every beginning of a command. */
function nextWords(commands: readonly CompletedCommand[]): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  for (const { name } of commands) {
    const words = name.split(' ');
    for (let length = 0; length < words.length; length += 1) {
      const typed = words.slice(0, length).join(' ');
      const word = words[length] ?? '';
      const known = next.get(typed) ?? [];
      if (!known.includes(word)) known.push(word);
      next.set(typed, known);
    }
  }
  return next;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = ['# Completion of fluxgate for fish.'];
  for (const [typed, next] of nextWords(commands)) {
    const seen = typed === '' ? 'not __fish_seen_subcommand_from' : '__fish_seen_subcommand_from';
    const condition =
      typed === ''
        ? `${seen} ${next.join(' ')}`
        : `${seen} ${typed}; and not __fish_seen_subcommand_from ${next.join(' ')}`;
    for (const word of next) {
      const summary = commands.find(({ name }) => name === `${typed} ${word}`.trim())?.summary ?? '';
      lines.push(`complete -c fluxgate -n '${condition}' -a ${word} -d ${quoted(summary)}`);
    }
  }
  for (const { name, flags } of commands) {
    const condition = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    for (const { name: flag, char, summary } of flags) {
      const short = char === undefined ? '' : ` -s ${char}`;
      lines.push(`complete -c fluxgate -n '${condition}' -l ${flag}${short} -d ${quoted(summary)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
