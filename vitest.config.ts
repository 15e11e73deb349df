import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/helpers/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real tmux servers and processes share two cores in CI.
    maxWorkers: 2,
    env: { FORCE_COLOR: '0', TZ: 'UTC' },
  },
});
