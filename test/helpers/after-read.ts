/** Changes files right after somebody has read one: between the first look of a verb and the next. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { StandIns } from './stand-ins.ts';

/** Python: waits until the file is closed by a reader (inotify), then does what it was given. */
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

/** @param steps Python that is run once the file has been read; `path` is the file.
 * @returns once the reader may come, how to wait for the end of the steps. */
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
