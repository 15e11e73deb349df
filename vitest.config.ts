import { defineConfig } from 'vitest/config';

/** Sweep and shutdown end what is left over on the whole machine, and some tests count it: nobody else's agents may
 * be about. */
const wholeMachine = [
  'test/lifecycle/**/*.test.ts',
  'test/evidence/**/*.test.ts',
  'test/screen-cleanup.test.ts',
  // These count what is on the machine, or judge what is not.
  'test/farm.test.ts',
  'test/host/tmux-sockets.test.ts',
  'test/host/process-changes.test.ts',
  'test/commands/list-options.test.ts',
  'test/commands/restore.test.ts',
];
const all = 'test/**/*.test.{ts,tsx}';
/** The campaign plays ten thousand cases where the short form plays a hundred. */
const testTimeout = process.env.VIGIL_CAMPAIGN === undefined ? 60_000 : 900_000;
const shared = {
  testTimeout,
  hookTimeout: 60_000,
  env: { FORCE_COLOR: '0', TZ: 'UTC' },
  setupFiles: ['test/helpers/seed.ts'],
};

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/build.ts', 'test/helpers/seed.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'side by side',
          include: [all],
          exclude: wholeMachine,
          // Most tests wait for real processes: three at a time keep two cores busy.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: wholeMachine,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
