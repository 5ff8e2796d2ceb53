import type { TestProject } from 'vitest/node';
import { bringNeeds } from './needs.ts';

/** Once before the tests of a kind: so that no test waits for a download, and none starts what cannot be had. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('missing', await bringNeeds((text) => process.stderr.write(`${text}\n`)));
}
