/** Login sessions of systemd, from /proc and the files of logind: no program is run. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Logins } from '../../core/ports/logins.ts';
import { namesIn, tryTo } from '../run/try-to.ts';

/** @param root directory that holds proc, etc, usr, run and var. */
export function createLogins(root = '/'): Logins {
  const textAt = (...path: readonly string[]) =>
    tryTo(() => readFileSync(join(root, ...path), 'utf8')) ?? '';
  return {
    read(pid) {
      const found = parseLogin(textAt('proc', String(pid), 'cgroup'));
      const user = found && userName(textAt('etc', 'passwd'), found.uid);
      if (found === undefined || user === undefined) return undefined;
      return {
        pid,
        session: found.session,
        isLingering: existsSync(join(root, 'var/lib/systemd/linger', basename(user))),
        killsProcesses: killsProcessesOf(user, settingsOf(root, textAt)),
      };
    },
  };
}

/** @returns the user, and the login session unless it is below the user's manager; nothing outside both. */
export function parseLogin(
  cgroups: string,
): { readonly uid: number; readonly session?: string } | undefined {
  const line = /\/user-(\d+)\.slice\/(?:session-([\w-]+)\.scope|user@\1\.service)(?=\/|$)/m.exec(
    cgroups,
  );
  return line === null ? undefined : { uid: Number(line[1]), session: line[2] };
}

function userName(passwd: string, uid: number): string | undefined {
  const fields = passwd.split('\n').map(line => line.split(':'));
  return fields.find(([, , each]) => each === String(uid))?.[0];
}

/** From the lowest to the highest priority (logind.conf(5)). */
const configDirectories = [
  'usr/lib/systemd',
  'usr/local/lib/systemd',
  'run/systemd',
  'etc/systemd',
];

type Settings = ReadonlyMap<string, string>;

/** The last value of each setting. The distribution's default is in the shipped file, as a comment. */
function settingsOf(root: string, textAt: (...path: readonly string[]) => string): Settings {
  const mains = configDirectories.map(directory => textAt(directory, 'logind.conf'));
  const main = mains.findLast(text => text !== '') ?? '';
  const dropIns = new Map(
    configDirectories.flatMap(directory =>
      namesIn(join(root, directory, 'logind.conf.d'))
        .filter(name => name.endsWith('.conf'))
        .map(name => [name, textAt(directory, 'logind.conf.d', name)] as const),
    ),
  );
  const ordered = [...dropIns].sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = [main, ...ordered.map(([, text]) => text)];
  const standard = mains.flatMap(text => settingsIn(text, /^#(\w+)=(.*)$/gm));
  return new Map([...standard, ...texts.flatMap(text => settingsIn(text, /^(\w+) *=(.*)$/gm))]);
}

function settingsIn(text: string, pattern: RegExp): (readonly [string, string])[] {
  return [...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value.trim()]);
}

/** logind's own rule: root is excluded unless other users are. */
function killsProcessesOf(user: string, settings: Settings): boolean | undefined {
  const listOf = (name: string) => (settings.get(name) ?? '').split(/\s+/).filter(Boolean);
  const excluded = listOf('KillExcludeUsers');
  if (excluded.length === 0 ? user === 'root' : excluded.includes(user)) return false;
  const only = listOf('KillOnlyUsers');
  if (only.length > 0) return only.includes(user);
  const kills = settings.get('KillUserProcesses');
  return kills === undefined ? undefined : /^(1|yes|y|true|t|on)$/i.test(kills);
}
