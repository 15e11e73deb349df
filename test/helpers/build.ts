/** Every test of the program runs what was built from the sources as they are. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function build(): void {
  execFileSync(
    process.execPath,
    [fileURLToPath(new URL('../../build/build.js', import.meta.url))],
    {
      stdio: 'inherit',
    },
  );
}
