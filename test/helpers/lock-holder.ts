/** Another writer that holds a file's lock, as Python writers do, until released. */
import { spawn } from 'node:child_process';

const script = `
import fcntl, signal, sys
file = open(sys.argv[1], 'r+')
fcntl.flock(file, fcntl.LOCK_EX)
print('held', flush=True)
signal.pause()
`;

/** @returns a function that releases it. */
export async function holdLock(path: string): Promise<() => void> {
  const child = spawn('python3', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => child.stdout.once('data', resolve));
  return () => void child.kill('SIGKILL');
}
