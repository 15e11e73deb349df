/** The test programs built by `build/test-programs.js`. */
import { fileURLToPath } from 'node:url';

const local = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Adds one to a number in a registry; normally, without any native package, and with a fail
 * point at every file system call. */
export const updater = local('node_modules/.cache/vigil-updater.mjs');
export const plainUpdater = local('node_modules/.cache/vigil-plain-updater.mjs');
export const failingUpdater = local('node_modules/.cache/vigil-failing-updater.mjs');
export const orchestrator = local('test/programs/orchestrator.py');
export const careless = local('test/programs/careless.py');
export const onlooker = local('test/programs/onlooker.py');
/** Writes a database like the orchestrator. */
export const stateDb = local('test/programs/state_db.py');
