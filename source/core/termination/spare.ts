/** Who is never signalled, whatever evidence there is, and why. */

import { createProcessTree } from '../inventory/process-tree.ts';
import { type Kind, programNamesOf } from '../inventory/recognise.ts';
import { identityOf, type Machine, type Process, type Snapshot } from '../model.ts';

export type Spared = { readonly pid: number; readonly command: string; readonly reason: string };

export type SpareRules = (process: Process) => string | undefined;

/** Why a program is spared that the person named. */
export const onSpareList = 'on your spare list';

/** @param targets keys of the rows that are to be ended: their own members are not others'.
 * @param names programs that the person spares; exact names, and not what they started. */
export function spareRules(
  processes: readonly Process[],
  machine: Machine,
  snapshot: Snapshot,
  targets: ReadonlySet<string>,
  kindOf: (process: Process) => Kind,
  names: readonly string[] = [],
): SpareRules {
  const tree = createProcessTree(processes);
  const self = tree.byPid.get(machine.pid);
  const ancestors = new Set(self === undefined ? [] : tree.ancestorsOf(self).map(each => each.pid));
  const own = new Set(
    self === undefined ? [machine.pid] : tree.subtreeOf(self).map(each => each.pid),
  );
  const others = new Map(
    snapshot.rows
      .filter(row => !targets.has(row.key))
      .flatMap(row => row.processes.map(process => [identityOf(process), row] as const)),
  );
  const listed = new Set(names);
  const isListed = (name: string) => listed.has(name);
  return process => {
    if (!Number.isSafeInteger(process.pid) || process.pid <= 2) return 'pid 1 and 2 are the system';
    if (process.argv.length === 0 && process.ppid === 2) return 'a kernel thread';
    if (own.has(process.pid) || process.ppid === machine.pid) return 'vigil itself';
    if (ancestors.has(process.pid)) return 'vigil runs below it';
    const { kind } = kindOf(process);
    if (kind === 'tmux server') return 'a tmux server';
    if (kind === 'infrastructure') return 'part of the system or of a person’s session';
    const name = names.length === 0 ? undefined : programNamesOf(process).find(isListed);
    if (name !== undefined) return `${onSpareList} (--spare ${name})`;
    if (machine.uid !== 0 && process.uid !== machine.uid) return `it belongs to uid ${process.uid}`;
    const other = others.get(identityOf(process));
    if (other !== undefined) return `it belongs to ${other.agentId ?? other.key}`;
    return undefined;
  };
}
