import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { arrivalsOf, durationMsOf } from './arrival-schedule.ts';
import { readScenario } from './read-scenario.ts';

/** A scenario that ships, in the numbers that tell how large it is. */
export interface ShippedScenario {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly buyers: number;
  readonly units: number;
  readonly products: number;
  /** To the last arrival. */
  readonly seconds: number;
  readonly behaviours: readonly string[];
}

/** From dist/toolkit/load/ or src/toolkit/load/ to the package's own folder. */
const folder = new URL('../../../scenarios/', import.meta.url);

export function shippedNames(): readonly string[] {
  return readdirSync(folder)
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort();
}

/** The path of a scenario that ships. */
export function shippedPath(name: string): string {
  return fileURLToPath(new URL(`${name}.yaml`, folder));
}

export function shippedScenarios(): Promise<readonly ShippedScenario[]> {
  return Promise.all(
    shippedNames().map(async (name) => {
      const { title, why, arrivals, sale, buyers } = await readScenario(shippedPath(name));
      return {
        ...{ name, title, why },
        buyers: Math.round(arrivalsOf(arrivals)),
        units: sale.products.reduce((sum, { quantity }) => sum + quantity, 0),
        products: sale.products.length,
        seconds: Math.round(durationMsOf(arrivals) / 100) / 10,
        behaviours: Object.keys(buyers.behaviours),
      };
    }),
  );
}

const count = new Intl.NumberFormat('en');
/** A terminal of 80 columns. */
const textWidth = 76;

/** What a person reads: a line that says how large it is, then why it is there. */
export function shippedText(scenarios: readonly ShippedScenario[]): string {
  const blocks = scenarios.map(({ name, why, buyers, units, seconds }) =>
    [
      `${name}: ${count.format(buyers)} buyers, ${count.format(units)} units, ${count.format(seconds)} s`,
      ...wrapped(why, textWidth).map((line) => `    ${line}`),
    ].join('\n'),
  );
  return [...blocks, 'Run one: fluxgate load run NAME'].join('\n\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
