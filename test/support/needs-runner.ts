import { inject, TestRunner } from 'vitest';
import type { Need } from './needs.ts';

/** Runs tests as vitest does, and skips those with the tag of something that is missing on this machine. */
export default class NeedsRunner extends TestRunner {
  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    const missing = inject('missing') ?? {}; // kinds that need nothing provide nothing
    // Nothing is said of what is there: a `skip: false` of one tag would win over another's true.
    const tags = config.tags.map((tag) => (missing[tag.name as Need] === undefined ? tag : { ...tag, skip: true }));
    super({ ...config, tags });
  }
}
