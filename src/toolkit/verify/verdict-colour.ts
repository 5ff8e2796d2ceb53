import chalk from 'chalk';
import type { Paint } from './report-text.ts';

const colours = { holds: chalk.green, violated: chalk.red.bold, inconclusive: chalk.yellow } as const;

/** Green, red, yellow. Only for a terminal. */
export const colourOf: Paint = (verdict, text) => colours[verdict](text);
