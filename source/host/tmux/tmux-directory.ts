/** Checks tmux's socket directory by tmux's own rule (tmux.c, make_label): another user with
 * write access could listen in our name. */
import { lstatSync, type Stats } from 'node:fs';

/** @returns why its sockets are not trusted; nothing if it is ours alone, or missing. */
export function untrustedDirectory(path: string): string | undefined {
  const uid = process.getuid?.();
  let info: Stats | undefined;
  try {
    info = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return `its socket directory cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  if (info === undefined || uid === undefined) return undefined;
  if (!info.isDirectory()) return 'its socket directory is not a directory';
  if (info.uid !== uid)
    return `its socket directory belongs to uid ${info.uid} and is ignored (as tmux does)`;
  if ((info.mode & 0o007) !== 0)
    return 'its socket directory is open to other users and is ignored (as tmux does)';
  return undefined;
}
