/** A store for hosts in tests that change nothing: any change is a failure of the test. */
import type { RegistryStore } from '../../source/core/registry/store.ts';

const unexpected = () => {
  throw new Error('nothing was to be changed');
};

export const noStore: RegistryStore = {
  update: unexpected,
  recover: unexpected,
  backUp: unexpected,
  backups: unexpected,
  restore: unexpected,
};
