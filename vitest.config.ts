import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks',
    // On a machine that is busy a second is not long.
    expect: { poll: { timeout: 20_000 } },
    // The end-to-end files mostly wait for the program's own ticks, so more of them than there are processors run at once.
    maxWorkers: 3,
  },
});
