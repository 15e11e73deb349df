/** Who runs the program: root is above many rules, so what root may not do nobody is to try as well. */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { RegistryFile } from './registry-file.ts';

export const nobody = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Without a uid: whoever runs the tests. */
export type Person = { readonly name: string; readonly uid?: number };

export const people: readonly Person[] = isRoot
  ? [{ name: 'root' }, { name: 'nobody', uid: nobody }]
  : [{ name: 'an ordinary user' }];

/** The words before a command that make it run as this user, with no group of ours left. */
export function asUser(uid: number | undefined): readonly string[] {
  if (uid === undefined) return [];
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

/** Makes a registry file, and all the way to it, this person's own. Links are not followed. */
export function chownRegistry({ path }: RegistryFile, { uid }: Person): void {
  const root = dirname(dirname(dirname(path)));
  if (uid !== undefined) execFileSync('chown', ['-Rh', `${uid}:${uid}`, root]);
}
