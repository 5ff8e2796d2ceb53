// Prints the traces of seeds 1 to TRACED and the digest of seeds 1 to COUNT, on whichever Node it is started with:
// node trace-seeds.js DIST TRACED COUNT. Plain JavaScript, and nothing of the command line, which would look for a newer Node.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, traced, count] = process.argv.slice(2);
const from = (path) => import(pathToFileURL(join(dist, path)).href);
const { composeSimulation } = await from('compose-simulation.js');
const { planOf, runSealed } = await from('toolkit/simulate/seeds/run-seed.js');
const { runSeedChunk } = await from('toolkit/simulate/seeds/seed-chunk.js');
const { traceLine } = await from('toolkit/simulate/text/trace-line.js');

const parts = composeSimulation();
for (let seed = 1; seed <= Number(traced); seed += 1) {
  const lines = [];
  const trace = { on: true, add: (event) => lines.push(traceLine(event)) };
  const { digest, steps } = await runSealed(planOf(seed, parts), { parts, trace });
  process.stdout.write(`${lines.join('\n')}\nseed ${seed}: ${steps} steps, digest ${digest}\n`);
}
const tally = await runSeedChunk({ from: 1, count: Number(count) }, { parts, plant: null, stopAtFirst: false });
process.stdout.write(`${JSON.stringify(tally)}\n`);
