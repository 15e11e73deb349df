/** Another program that swaps a directory for a link, as fast as it can. */
import { spawn } from 'node:child_process';
import { eventually } from './eventually.ts';

const script = `
import os, sys
directory, link, aside = sys.argv[1:4]
print('swapping', flush=True)
while True:
    os.rename(directory, aside); os.rename(link, directory)
    os.rename(directory, link); os.rename(aside, directory)
`;

type Swapped = {
  readonly directory: string;
  /** To another directory. */
  readonly link: string;
  /** Where the directory is meanwhile. */
  readonly aside: string;
};

/** Does the work while the directory is swapped; the program has exited afterwards. */
export async function whileSwapping(
  { directory, link, aside }: Swapped,
  work: () => Promise<void>,
): Promise<void> {
  const swapper = spawn('python3', ['-c', script, directory, link, aside], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await new Promise(resolve => swapper.stdout.once('data', resolve));
    await work();
  } finally {
    swapper.kill('SIGKILL');
    await eventually('it has ended', () => swapper.signalCode !== null);
  }
}
