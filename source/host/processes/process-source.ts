/** Where processes are read from. */
import { existsSync } from 'node:fs';

/** `proc`: Linux. `portable`: ps and nothing else, as on macOS and FreeBSD. `listing`: a system whose ps vigil does not
 * know: it is shown, and nothing is changed. */
export type ProcessSource = 'proc' | 'portable' | 'listing';

/** Systems whose columns of ps are known. */
const knownSystems: ReadonlySet<string> = new Set(['darwin', 'freebsd']);

/** @param forced the value of VIGIL_PROCESS_SOURCE: `portable` does on Linux without /proc, for tests.
 * @param root the mount point of procfs. */
export function sourceOn(
  platform: string,
  forced: string | undefined,
  root = '/proc',
): ProcessSource {
  if (forced === 'portable' && (platform === 'linux' || knownSystems.has(platform)))
    return 'portable';
  if (platform === 'linux') return existsSync(`${root}/self/stat`) ? 'proc' : 'listing';
  return knownSystems.has(platform) ? 'portable' : 'listing';
}

export const processSource = sourceOn(process.platform, process.env.VIGIL_PROCESS_SOURCE);

/** The mount point of procfs. The portable source reads nothing below it: no path below a file exists. */
export const procRoot = processSource === 'portable' ? '/dev/null' : '/proc';

/** A pid cannot be verified right before a signal where only lists of processes are read, so vigil changes no process and
 * no agent's file there. @returns why; nothing if it may. */
export function readOnlyReason(source = processSource): string | undefined {
  return source === 'listing'
    ? 'without /proc vigil is read-only: a pid cannot be verified before a signal'
    : undefined;
}

/** @returns what this source cannot read of any process: what would follow from it is never claimed. */
export function unseenBy(source: ProcessSource): string | undefined {
  return source === 'portable'
    ? 'open files and pipe ends, cgroups, executables, namespaces, environments of protected programs'
    : undefined;
}
