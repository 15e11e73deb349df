/** Which sockets are trusted: by the rule that tmux itself has for their directory. */
import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../run/try-to.ts';

/** tmux's socket directory of this user (tmux.c: TMUX_TMPDIR, else /tmp). */
export function socketDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  return join(env.TMUX_TMPDIR || '/tmp', `tmux-${uid}`);
}

/** Checks the socket directory by tmux's own rule (tmux.c, make_label): another user with write
 * access could listen in our name.
 * @returns why its sockets are not trusted; nothing if it is ours alone, or missing. */
export function untrustedDirectory(path: string): string | undefined {
  const uid = process.getuid?.();
  let info: Stats | undefined;
  try {
    info = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return `its socket directory cannot be read (${codeOf(error)})`;
  }
  if (info === undefined || uid === undefined) return undefined;
  if (!info.isDirectory()) return 'its socket directory is not a directory';
  if (info.uid !== uid)
    return `its socket directory belongs to uid ${info.uid} and is ignored (as tmux does)`;
  if ((info.mode & 0o007) !== 0)
    return 'its socket directory is open to other users and is ignored (as tmux does)';
  return undefined;
}

/** A socket of this user; another user's may be a trap. */
export function isOwnSocket(path: string): boolean {
  const info = lstatSync(path, { throwIfNoEntry: false });
  return info?.isSocket() === true && info.uid === process.getuid?.();
}
