/** Bundles the program into dist/: launcher, commands and screen, with V8's code cache. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lateBuiltins } from './late-builtins.js';
import { licencesOf } from './licences.js';
import {
  checkApart,
  exportsOf,
  lateEntry,
  lateImports,
  programEntry,
  sharedImports,
  sourcesOf,
} from './parts.js';
import { patches } from './patches/index.js';

const local = path => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(local('package.json'), 'utf8'));

const common = {
  bundle: true,
  absWorkingDir: local(''),
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  minify: true,
  legalComments: 'none',
  // Native, one package per platform, and optional.
  external: ['@koromix/*'],
  // Imports at run time go through the launcher too.
  supported: { 'dynamic-import': false },
  plugins: [...Object.values(patches), lateBuiltins],
  define: {
    // React's development build leaks memory with every frame.
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
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
};

const entry = 'source/cli.tsx';
const late = new Set();
const inProgram = await exportsOf(await sourcesOf(common, entry));
/** What the other parts take from program.js. */
const used = new Map();

const part = (contents, name, plugins) =>
  build({
    ...common,
    stdin: { contents, resolveDir: local(''), sourcefile: name, loader: 'js' },
    outfile: local(`dist/${name}`),
    plugins: [...common.plugins, ...plugins],
  });
const other = (contents, name) =>
  part(contents, name, [sharedImports(inProgram, used), lateImports(late)]);

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
  await other("export * from './source/wiring/live-screen.ts';", 'screen.js'),
  await other("export * from './source/host/metrics/export.ts';", 'metrics.js'),
  // Once for what program.js imports at run time: programEntry needs to know what is taken from there.
  await build({
    ...common,
    entryPoints: [entry],
    write: false,
    plugins: [...common.plugins, lateImports(late)],
  }),
];
for (let before = -1; before < late.size; ) {
  before = late.size;
  made.push(await other(lateEntry(late), 'rest.js'));
}
made.push(await part(programEntry(entry, used), 'program.js', [lateImports(late)]));
const byOutput = new Map(
  made.flatMap(({ metafile }) => Object.keys(metafile.outputs).map(path => [path, metafile])),
);
byOutput.delete('cli.js');
checkApart([...byOutput.values()]);
const scripts = ['program', 'rest', 'screen', 'metrics'];
for (const script of scripts) toAscii(local(`dist/${script}.js`));
const id = createHash('sha256');
for (const script of scripts) id.update(readFileSync(local(`dist/${script}.js`)));
const launcher = readFileSync(local('build/launcher.cjs'), 'utf8');
writeFileSync(local('dist/cli.js'), launcher.replace('BUILD-ID', id.digest('hex').slice(0, 16)), {
  mode: 0o755,
});
const inputs = made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(local('dist/licences.txt'), `${licencesOf(inputs, local(''))}\n`);
writeFileSync(local('dist/package.json'), '{ "type": "commonjs" }\n');

// What the launcher prints without starting the program.
for (const [name, word] of [
  ['version', '--version'],
  ['help', '--help'],
])
  for (const [charset, locale] of [
    ['unicode', 'C.UTF-8'],
    ['ascii', 'C'],
  ]) {
    const env = { ...process.env, LC_ALL: locale, XDG_CACHE_HOME: 'none' };
    const text = execFileSync(process.execPath, [local('dist/cli.js'), word], { env });
    writeFileSync(local(`dist/${name}.${charset}.txt`), text);
  }

const { v8 } = process.versions;
// An empty cache, which V8 rejects: the launcher then compiles the scripts and keeps nothing elsewhere.
for (const script of ['program', 'rest', 'screen'])
  writeFileSync(local(`dist/${script}.js.${v8}.code`), '');
for (const run of ['demo', 'screen', 'list'])
  execFileSync(process.execPath, [local('build/warm-up.cjs'), run], { stdio: 'ignore' });
