/** What processes inherited and run from: a few named environment variables, service and scope,
 * executable, pid namespace. The rest of an environment is never stored: it holds secrets. */
import type { Origin, Process } from '../../core/model/model.ts';
import type { Processes } from '../../core/ports/processes.ts';
import { managerDirectoryNames, managerMarkNames } from '../../core/programs/managers.ts';
import { programMarkNames } from '../../core/programs/program-marks.ts';
import { terminalMarkNames } from '../../core/programs/terminal-marks.ts';
import { directoryVariables } from '../../core/programs/vendors.ts';
import { linkAt, readLatin1 } from '../run/try-to.ts';
import { isResourceLimit } from './resource-limits.ts';
import { parseTmux } from './tmux-variable.ts';

type Kept = Pick<Process, 'start' | 'argv'> & {
  readonly origin: Origin;
  /** The last read that included this process. */
  usedAt: number;
};

/** A termination polls twenty times a second and reads other processes than the screen's poll: an
 * entry is kept for this many reads in which it was not needed. */
const keptReads = 100;

/** Caches an origin for as long as the process has the same arguments. */
export function createOriginReader(root = '/proc'): Processes['readOrigins'] {
  const kept = new Map<number, Kept>();
  const ownDepth = namespaceDepth(readText(`${root}/self/status`) ?? '');
  let reads = 0;
  return candidates => {
    reads++;
    const origins = new Map<number, Origin>();
    for (const { pid, start, argv } of candidates) {
      const before = kept.get(pid);
      if (before?.start === start && before.argv === argv) {
        before.usedAt = reads;
        origins.set(pid, before.origin);
        continue;
      }
      const origin = readOrigin(`${root}/${pid}`, ownDepth);
      // What was unreadable now may be readable in the next poll.
      if (origin === undefined) continue;
      kept.set(pid, { start, argv, origin, usedAt: reads });
      origins.set(pid, origin);
    }
    if (reads % keptReads === 0)
      for (const [pid, { usedAt }] of kept) if (usedAt <= reads - keptReads) kept.delete(pid);
    return origins;
  };
}

function readOrigin(path: string, ownDepth: number): Origin | undefined {
  const [environ, cgroup] = [readText(`${path}/environ`), readText(`${path}/cgroup`)];
  if (environ === undefined || cgroup === undefined) return undefined;
  const settings = new Map<string, string>();
  for (const entry of environ.split('\0')) {
    const at = entry.indexOf('=');
    const name = at > 0 ? entry.slice(0, at) : '';
    if (wanted.has(name) && !settings.has(name))
      settings.set(name, entry.slice(at + 1, at + 1 + longestMark));
  }
  const pick = (names: readonly string[]) => {
    const found = names.flatMap(name => {
      const value = settings.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return found.length > 0 ? new Map(found) : undefined;
  };
  const status = readText(`${path}/status`) ?? '';
  return {
    isUnread: isOverwritten(environ) || undefined,
    agentMark: settings.get('VIGIL_AGENT'),
    programMarks: pick(programMarkNames),
    directories: pick(directories),
    managerMarks: pick(managerMarkNames),
    terminalMarks: pick(terminalMarkNames),
    tmux: parseTmux(settings.get('TMUX')),
    tmuxPane: settings.get('TMUX_PANE'),
    service: parseService(cgroup),
    isUserService: /\/user@\d+\.service\/.*\.service$/m.test(cgroup) || undefined,
    scope: parseScope(cgroup),
    executable: linkAt(`${path}/exe`)?.replace(/ \(deleted\)$/, ''),
    isNamespaced: (ownDepth > 0 && namespaceDepth(status) > ownDepth) || undefined,
  };
}

const directories = [...directoryVariables, ...managerDirectoryNames];
const wanted: ReadonlySet<string> = new Set([
  'VIGIL_AGENT',
  'TMUX',
  'TMUX_PANE',
  ...programMarkNames,
  ...directories,
  ...managerMarkNames,
  ...terminalMarkNames,
]);
/** Values are ids and paths; a longer value is neither. */
const longestMark = 512;

/** A program that sets its title may overwrite its environment, which then has no `NAME=value`
 * first. An empty environment reads the same as that of a shell without marks. */
function isOverwritten(environ: string): boolean {
  return !/^[A-Za-z_][^=\0]*=/.test(environ);
}

/** @returns the depth of pid namespaces, counted from ours (`NSpid`, readable by every user). */
function namespaceDepth(status: string): number {
  const line = /^NSpid:\t(.*)$/m.exec(status)?.[1];
  return line === undefined ? 0 : line.split('\t').length;
}

/** @returns the innermost service of a cgroup path; the user manager itself does not count. */
export function parseService(cgroups: string): string | undefined {
  for (const line of cgroups.split('\n')) {
    const last = line.split(':').slice(2).join(':').split('/').at(-1) ?? '';
    if (last.endsWith('.service') && !last.startsWith('user@')) return last;
  }
  return undefined;
}

/** @returns the systemd scope that tmux created for a pane, the innermost if nested; child
 * cgroups belong to it. */
export function parseScope(cgroups: string): string | undefined {
  return [...cgroups.matchAll(/\/(tmux-spawn-[\w-]+\.scope)(?=\/|$)/gm)].at(-1)?.[1];
}

/** @returns nothing if no descriptor is available; an unreadable file is empty. */
function readText(path: string): string | undefined {
  try {
    return readLatin1(path);
  } catch (error) {
    return isResourceLimit(error) ? undefined : '';
  }
}
