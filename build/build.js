/** Bundles the program into dist/: launcher, commands and screen, with V8's code cache. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';
import { patches } from './patches/index.js';

const local = path => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(local('package.json'), 'utf8'));

/** Separate files, so that commands load neither Ink nor prom-client. */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    const separate = (filter, path) =>
      onResolve({ filter }, ({ kind }) =>
        kind === 'dynamic-import' ? { path, external: true } : undefined,
      );
    separate(/\/app\.tsx$/, './screen.js');
    separate(/\/metrics\/export\.ts$/, './metrics.js');
  },
};

const bundle = (from, to) =>
  build({
    entryPoints: [local(from)],
    outfile: local(to),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    // Native, one package per platform, and optional.
    external: ['@koromix/*'],
    // Lazy imports go through the launcher too.
    supported: { 'dynamic-import': false },
    plugins: [...Object.values(patches), apart],
    define: {
      // React's development build leaks memory with every frame.
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      // yoga would load its layout code through fetch, and with it Node's whole network stack.
      fetch: 'undefined',
      // Only used by packages that read their own package.json.
      'import.meta': '{"url":"file:///vigil"}',
      VIGIL_VERSION: JSON.stringify(version),
    },
    alias: {
      // CI=true does not mean that no one is watching: the screen only starts on a terminal.
      'is-in-ci': local('build/not-in-ci.js'),
      // One copy for vigil, Ink and Ink's dependencies.
      'string-width': local('node_modules/string-width/index.js'),
    },
    metafile: true,
    logLevel: 'warning',
  });

/** esbuild leaves non-ASCII characters in patterns and tagged templates; plain ASCII is read and
 * stored in half the time and space. */
function toAscii(path) {
  const escaped = sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // The launcher wraps it in a function, where `#!` is a syntax error.
  const text = readFileSync(path, 'utf8').replace(/^#!.*\n/, '');
  writeFileSync(path, text.replace(/[^\0-\x7f]/g, escaped));
}

rmSync(local('dist'), { recursive: true, force: true });
const made = [
  await bundle('source/cli.tsx', 'dist/program.js'),
  await bundle('build/screen.js', 'dist/screen.js'),
  await bundle('source/host/metrics/export.ts', 'dist/metrics.js'),
];
for (const script of ['dist/program.js', 'dist/screen.js', 'dist/metrics.js'])
  toAscii(local(script));
copyFileSync(local('build/launcher.cjs'), local('dist/cli.js'));
chmodSync(local('dist/cli.js'), 0o755);
const inputs = made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(local('dist/licences.txt'), `${licencesOf(inputs, local(''))}\n`);
writeFileSync(local('dist/package.json'), '{ "type": "commonjs" }\n');
const { v8 } = process.versions;
// An empty cache, which V8 rejects: the launcher then compiles the scripts in a way that can be
// cached.
for (const script of ['program', 'screen'])
  writeFileSync(local(`dist/${script}.js.${v8}.code`), '');
for (const run of ['screen', 'list'])
  execFileSync(process.execPath, [local('build/warm-up.cjs'), run], { stdio: 'ignore' });
