/** Programs of the tests that use vigil's own store: built once, run as processes of their own. */
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const local = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Adds one to a number in a registry; as it is, where no native package can be loaded, and with a fail
 * point at every call to the file system. */
export const updater = local('node_modules/.cache/vigil-updater.mjs');
export const plainUpdater = local('node_modules/.cache/vigil-plain-updater.mjs');
export const failingUpdater = local('node_modules/.cache/vigil-failing-updater.mjs');
export const orchestrator = local('test/programs/orchestrator.py');

const failingFiles: Plugin = {
  name: 'failing files',
  setup({ onResolve }) {
    onResolve({ filter: /^node:fs$/ }, ({ importer }) =>
      importer.includes('/source/host/registry/')
        ? { path: local('test/programs/failing-files.ts') }
        : undefined,
    );
  },
};

const brokenPackages: Plugin = {
  name: 'broken packages',
  setup({ onResolve }) {
    onResolve({ filter: /^@koromix\// }, () => ({
      path: local('test/programs/broken-package.ts'),
    }));
  },
};

export async function buildPrograms(): Promise<void> {
  const common: BuildOptions = {
    entryPoints: [local('test/programs/updater.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    // As it is shipped: in one file, but for what is native.
    minify: true,
    external: ['@koromix/*'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  };
  await build({ ...common, outfile: updater });
  await build({ ...common, outfile: plainUpdater, external: [], plugins: [brokenPackages] });
  await build({ ...common, outfile: failingUpdater, plugins: [failingFiles] });
}
