import { defineConfig } from 'vitest/config';

/** One project a kind of test: unit and property are pure and quick, the others start what they need themselves. */
const kinds = ['unit', 'property', 'contract', 'integration', 'cli', 'e2e'] as const;

export default defineConfig({
  test: {
    projects: kinds.map((kind) => ({
      test: {
        name: kind,
        include: [`test/${kind}/**/*.test.ts`, `test/${kind}/**/*.test.tsx`],
        testTimeout: kind === 'unit' || kind === 'property' ? 10_000 : 120_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
