/** Bundles the program into dist/: launcher, commands and screen, with the code V8 made of them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';
import { patches } from './patches/index.js';

const local = path => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(local('package.json'), 'utf8'));

/** The screen is a file of its own: commands are not to load Ink. */
const screenApart = {
  name: 'screen apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/app\.tsx$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './screen.js', external: true } : undefined,
    );
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
    // Native, one for each platform, and not always there.
    external: ['@koromix/*'],
    // What is loaded late goes through the launcher too.
    supported: { 'dynamic-import': false },
    plugins: [...Object.values(patches), screenApart],
    define: {
      // React's development build leaks memory with every frame.
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      // yoga would load its layout code through fetch, and with it Node's whole network stack.
      fetch: 'undefined',
      // Only asked for by packages that would read their own package.json.
      'import.meta': '{"url":"file:///vigil"}',
      VIGIL_VERSION: JSON.stringify(version),
    },
    alias: {
      // CI=true does not mean that nobody is looking: the screen only starts on a terminal.
      'is-in-ci': local('build/not-in-ci.js'),
      // One copy for us, Ink and what Ink brings.
      'string-width': local('node_modules/string-width/index.js'),
    },
    metafile: true,
    logLevel: 'warning',
  });

/** esbuild leaves some signs in patterns and tagged templates as they are; plain ASCII is read and
 * kept in half the time and space. */
function toAscii(path) {
  const escaped = sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // The launcher puts it into a function, where no `#!` may be.
  const text = readFileSync(path, 'utf8').replace(/^#!.*\n/, '');
  writeFileSync(path, text.replace(/[^\0-\x7f]/g, escaped));
}

rmSync(local('dist'), { recursive: true, force: true });
const made = [
  await bundle('source/cli.tsx', 'dist/program.js'),
  await bundle('build/screen.js', 'dist/screen.js'),
];
for (const script of ['dist/program.js', 'dist/screen.js']) toAscii(local(script));
copyFileSync(local('build/launcher.cjs'), local('dist/cli.js'));
chmodSync(local('dist/cli.js'), 0o755);
const inputs = made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(local('dist/licences.txt'), `${licencesOf(inputs, local(''))}\n`);
writeFileSync(local('dist/package.json'), '{ "type": "commonjs" }\n');
const { v8 } = process.versions;
// Empty code, which V8 rejects: the launcher then loads the scripts in the way that can keep it.
for (const script of ['program', 'screen'])
  writeFileSync(local(`dist/${script}.js.${v8}.code`), '');
for (const run of ['screen', 'list'])
  execFileSync(process.execPath, [local('build/warm-up.cjs'), run], { stdio: 'ignore' });
