import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';
import { hasNamespaces, ownWorlds } from './test/pool.ts';

/** Pure: no process, no tmux, nothing but the code. */
const unit = [
  'test/{core,text,components,manual}/**/*.test.{ts,tsx}',
  'test/architecture.test.ts',
  'test/faults.test.ts',
  'test/perform.test.ts',
  'test/completion/candidates.test.ts',
];
/** With the real agent programs: `npm run test:vendors`. */
const vendors = ['test/vendors/**/*.test.ts'];
/** For half an hour: `npm run soak`. */
const soak = ['test/soak/**/*.test.ts'];
/** The campaign plays ten thousand cases where the short form plays a hundred. */
const testTimeout = process.env.VIGIL_CAMPAIGN === undefined ? 120_000 : 900_000;
const shared = {
  testTimeout,
  hookTimeout: 120_000,
  // No home: agents that a developer runs record themselves there, and would be rows.
  env: { FORCE_COLOR: '0', TZ: 'UTC', HOME: '/dev/null' },
  setupFiles: ['test/helpers/seed.ts'],
};

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/build.ts', 'test/helpers/seed.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      // They change nothing outside themselves, and loading the program for each file costs as much as its tests.
      {
        test: {
          ...shared,
          name: 'unit',
          include: unit,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      ...(process.env.VIGIL_VENDORS === undefined
        ? []
        : [{ test: { ...shared, name: 'vendors', include: vendors, maxWorkers: 1 } }]),
      ...(process.env.VIGIL_SOAK === undefined
        ? []
        : [{ test: { ...shared, name: 'soak', include: soak, maxWorkers: 1 } }]),
      {
        test: {
          ...shared,
          name: 'real',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...unit, ...vendors, ...soak],
          // vigil looks at the whole machine, and a sweep ends what is left over on it.
          ...(hasNamespaces ? { pool: ownWorlds, maxWorkers: 3 } : { maxWorkers: 1 }),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
