/** Every test of the program runs what was built from the sources as they are. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildPrograms } from './programs.ts';

const script = fileURLToPath(new URL('../../build/build.js', import.meta.url));

export default async function build(): Promise<void> {
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
  await buildPrograms();
}
