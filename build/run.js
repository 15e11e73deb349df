/** `node build/run.js FILE.ts [WORDS]`: bundles a script with the sources it imports, and runs
 * it. */
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [script = '', ...words] = process.argv.slice(2);
// Two directories below the root, like test/helpers, so that its files find the program.
const outfile = `node_modules/.cache/vigil-${basename(script, '.ts')}.mjs`;
await build({
  entryPoints: [script],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.argv.splice(1, process.argv.length, script, ...words);
await import(pathToFileURL(outfile).href);
