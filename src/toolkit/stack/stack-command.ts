import { resolve } from 'node:path';

/** `fluxgate stack up`, as somebody can type it for this folder: with --dir unless it is the default one. */
export function stackCommand(verb: string, stackDir: string): string {
  const command = `fluxgate stack ${verb}`;
  if (stackDir === resolve('.fluxgate-stack')) return command;
  const word = /^[\w./-]+$/.test(stackDir) ? stackDir : `'${stackDir.replaceAll("'", "'\\''")}'`;
  return `${command} --dir ${word}`;
}
