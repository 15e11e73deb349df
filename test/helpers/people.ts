/** Users to run the program as: root bypasses many rules, so tests also run as an unprivileged
 * user. */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { RegistryFile } from './registry-file.ts';

export const nobody = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Without a uid: the user running the tests. */
export type Person = { readonly name: string; readonly uid?: number };

export const people: readonly Person[] = isRoot
  ? [{ name: 'root' }, { name: 'nobody', uid: nobody }]
  : [{ name: 'an ordinary user' }];

/** The command prefix that runs it as this user, without any of our groups. */
export function asUser(uid: number | undefined): readonly string[] {
  if (uid === undefined) return [];
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

/** Makes a registry file and its directories this user's own. Links are not followed. */
export function chownRegistry({ path }: RegistryFile, { uid }: Person): void {
  const root = dirname(dirname(dirname(path)));
  if (uid !== undefined) execFileSync('chown', ['-Rh', `${uid}:${uid}`, root]);
}
