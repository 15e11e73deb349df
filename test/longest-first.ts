/** The order of the test files with real processes: the longest first, as nothing else is left to run beside the last. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = [
  'test/lifecycle/shutdown-cut-off.test.ts',
  'test/lifecycle/shutdown.test.ts',
  'test/lifecycle/deploy-failures.test.ts',
  'test/commands/kill-many.test.ts',
  'test/commands/hostile-crowd.test.ts',
  'test/screen-terminals.test.ts',
  'test/registry/every-call.test.ts',
  'test/registry/odd-places.test.ts',
  'test/registry/kills-beside-writers.test.ts',
  'test/host/careless-writers.test.ts',
  'test/commands/odd-state-files.test.ts',
  'test/evidence/state-directory.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex(file => moduleId.endsWith(`/${file}`));
      return place < 0 ? longest.length : place;
    };
    return others.sort((a, b) => placeOf(a) - placeOf(b));
  }
}
