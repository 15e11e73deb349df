/** Builds the program from the current sources before the tests run. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const scripts = ['build.js', 'test-programs.js'];

export default function build(): void {
  // `npm test` builds once for all runs it starts.
  if (process.env.VIGIL_TEST_BUILT === '1') return;
  for (const script of scripts) {
    const path = fileURLToPath(new URL(`../../build/${script}`, import.meta.url));
    execFileSync(process.execPath, [path], { stdio: 'inherit' });
  }
}
