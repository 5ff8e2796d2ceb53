/** The text of a runbook with these sections behind its title, and this front matter. */
export function aRunbook(
  body: string,
  front = 'when: trouble\nuse: Something is not as it should be\nbuyers: Nothing\nparameters:\n  sale: { kind: sale, default: night, description: The sale }',
): string {
  return `---\n${front}\n---\n\n# A title\n\n${body}\n`;
}

/** A step under its heading, with a sentence before its fences: `fence('sh until', 'true')`. */
export function aStep(heading: string, ...fences: readonly string[]): string {
  return [`## ${heading}`, 'This does something.', ...fences].join('\n\n');
}

export function fence(info: string, text: string): string {
  return `\`\`\`${info}\n${text}\n\`\`\``;
}
