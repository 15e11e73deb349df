/** Builds the test programs that use vigil's store; each runs as its own process. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const local = path => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** @type {import('esbuild').Plugin} */
const failingFiles = {
  name: 'failing files',
  setup({ onResolve }) {
    onResolve({ filter: /^node:fs$/ }, ({ importer }) =>
      importer.includes('/source/host/registry/')
        ? { path: local('test/programs/failing-files.ts') }
        : undefined,
    );
  },
};

/** @type {import('esbuild').Plugin} */
const brokenPackages = {
  name: 'broken packages',
  setup({ onResolve }) {
    onResolve({ filter: /^@koromix\// }, () => ({
      path: local('test/programs/broken-package.ts'),
    }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  entryPoints: [local('test/programs/updater.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  // Bundled like the release: one file, except for native packages.
  minify: true,
  external: ['@koromix/*'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};
const cache = name => local(`node_modules/.cache/${name}.mjs`);

await build({ ...common, outfile: cache('vigil-updater') });
await build({
  ...common,
  outfile: cache('vigil-plain-updater'),
  external: [],
  plugins: [brokenPackages],
});
await build({ ...common, outfile: cache('vigil-failing-updater'), plugins: [failingFiles] });
