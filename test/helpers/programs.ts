/** Programs of the tests, as `build/test-programs.js` has built them. */
import { fileURLToPath } from 'node:url';

const local = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Adds one to a number in a registry; as it is, where no native package can be loaded, and with a fail
 * point at every call to the file system. */
export const updater = local('node_modules/.cache/vigil-updater.mjs');
export const plainUpdater = local('node_modules/.cache/vigil-plain-updater.mjs');
export const failingUpdater = local('node_modules/.cache/vigil-failing-updater.mjs');
export const orchestrator = local('test/programs/orchestrator.py');
