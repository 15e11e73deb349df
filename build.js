/** Bundles the program into dist/: one file for the commands, chunks for what they load late. */
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const local = path => fileURLToPath(new URL(path, import.meta.url));

/** meow brings a reader of package.json files that takes as long to start as all the rest. vigil
 * gives its own `pkg`, so the reader is not used; it is left out once its start-up is marked pure. */
const meowWithoutPackageReader = {
  name: 'meow without package reader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/dependencies\.js$/ }, ({ importer }) =>
      importer.endsWith('meow/build/options.js')
        ? { path: 'no-package-reader', namespace: 'shim' }
        : undefined,
    );
    onLoad({ filter: /^no-package-reader$/, namespace: 'shim' }, () => ({
      contents: 'export const a = () => undefined; export const n = () => {};',
    }));
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(var|const) (\w+) = (require\w+\(\)|getDefaultExportFromCjs\(\w+\));$/gm,
        '$1 $2 = /* @__PURE__ */ $3;',
      ),
    }));
  },
};

rmSync(local('dist'), { recursive: true, force: true });
await build({
  entryPoints: [local('source/cli.tsx')],
  outdir: local('dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  minify: true,
  legalComments: 'none',
  plugins: [meowWithoutPackageReader],
  define: {
    // React's development build leaks memory with every frame.
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    VIGIL_VERSION: JSON.stringify(version),
  },
  // Ink's optional developer tools are never used.
  // Nor is its guess that CI=true means nobody is looking: the screen only starts on a terminal.
  alias: {
    'react-devtools-core': local('source/screen/no-devtools.js'),
    'is-in-ci': local('source/screen/not-in-ci.js'),
  },
  banner: {
    js: "import{createRequire as vigilCreateRequire}from'node:module';const require=vigilCreateRequire(import.meta.url);",
  },
  chunkNames: 'chunk-[name]-[hash]',
  logLevel: 'warning',
});
