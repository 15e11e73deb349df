/** Changes files right after another process has read one: between the first and second read of a
 * command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { StandIns } from './stand-ins.ts';

/** Python: waits until a reader closes the file (inotify), then runs the given steps. */
const program = `
import ctypes, os, sys, time
path, ready, steps = sys.argv[1:4]
libc = ctypes.CDLL(None)
watch = libc.inotify_init()
IN_CLOSE_NOWRITE = 0x10
assert libc.inotify_add_watch(watch, path.encode(), IN_CLOSE_NOWRITE) >= 0
open(ready, 'w').close()
os.read(watch, 4096)
exec(steps)
`;

let count = 0;

/** @param steps Python to run once the file has been read; `path` is the file.
 * @returns once the watch is set, a function that waits for the steps to finish. */
export async function afterRead(
  standIns: StandIns,
  path: string,
  steps: string,
): Promise<{ done(): Promise<unknown> }> {
  const ready = join(standIns.directory, `watching-${++count}`);
  const child = standIns.start('python3', ['-c', program, path, ready, steps]);
  await eventually('the file is watched', () => existsSync(ready));
  return {
    done: async () => {
      await eventually('what was to be changed is changed', () => child.exitCode !== null);
      if (child.exitCode !== 0) throw new Error(`the change failed: ${child.exitCode}`);
    },
  };
}
