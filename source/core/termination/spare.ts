/** Processes that are never signalled, whatever the evidence, and why. */

import { createProcessTree } from '../inventory/process-tree.ts';
import {
  identityOf,
  type Machine,
  type Origin,
  type Process,
  type ProcessRef,
  type Snapshot,
} from '../model/model.ts';
import { commandOf } from '../programs/process-name.ts';
import { confirmedKind, type Kind, programNamesOf } from '../programs/recognise.ts';
import { usersProgram } from '../programs/users-programs.ts';

export type SpareKind =
  | 'system'
  | 'self'
  | 'ancestor'
  | 'tmux-server'
  | 'shared-host'
  | 'infrastructure'
  | 'peoples-program'
  /** Only a registry names it. */
  | 'claim'
  /** Named by the user with `--spare`. */
  | 'listed'
  /** Its exit would hang up the terminal of another spared process. */
  | 'terminal'
  /** tmux would resume it. */
  | 'pane'
  | 'other-row';

export type SpareReason = { readonly kind: SpareKind; readonly text: string };

export type Spared = ProcessRef & {
  readonly startedAt: number;
  readonly command: string;
  readonly reason: SpareReason;
};

/** An entry of the list of what is spared. */
export function sparedOf(process: Process, reason: SpareReason): Spared {
  const { pid, start, startedAt } = process;
  return { pid, start, startedAt, command: commandOf(process), reason };
}

/** @param origin inherited marks and executable, if they were read. */
export type SpareRules = (process: Process, origin?: Origin) => SpareReason | undefined;

export type SpareOptions = {
  readonly processes: readonly Process[];
  readonly machine: Machine;
  readonly snapshot: Snapshot;
  /** Keys of the rows to terminate; members of all other rows are spared. */
  readonly targets: ReadonlySet<string>;
  readonly kindOf: (process: Process) => Kind;
  /** Exact names of programs to spare; their children are not spared. */
  readonly names?: readonly string[];
};

export function spareRules(options: SpareOptions): SpareRules {
  const { processes, machine, snapshot, targets, kindOf, names = [] } = options;
  const tree = createProcessTree(processes);
  const self = tree.byPid.get(machine.pid);
  const ancestors = new Set(self === undefined ? [] : tree.ancestorsOf(self).map(each => each.pid));
  const own = new Set(
    self === undefined ? [machine.pid] : tree.subtreeOf(self).map(each => each.pid),
  );
  const others = new Map(
    snapshot.rows
      .filter(row => !targets.has(row.key) && row.sharedWith === undefined)
      .flatMap(row => row.processes.map(process => [identityOf(process), row] as const)),
  );
  const hosts = new Set(
    snapshot.rows
      .filter(row => targets.has(row.key) && row.class === 'host')
      .flatMap(row => row.processes.map(identityOf)),
  );
  const listed = new Set(names);
  return (process, origin) => {
    if (!Number.isSafeInteger(process.pid) || process.pid <= 2)
      return { kind: 'system', text: 'pid 1 and 2 are the system' };
    if (process.argv.length === 0 && process.ppid === 2)
      return { kind: 'system', text: 'a kernel thread' };
    if (own.has(process.pid) || process.ppid === machine.pid)
      return { kind: 'self', text: 'vigil itself' };
    if (ancestors.has(process.pid)) return { kind: 'ancestor', text: 'an ancestor of vigil' };
    const { kind } = confirmedKind(kindOf(process), origin);
    if (kind === 'tmux server') return { kind: 'tmux-server', text: 'a tmux server' };
    if (kind === 'host' && !hosts.has(identityOf(process)))
      return { kind: 'shared-host', text: 'a daemon shared with other agents' };
    const program = origin && usersProgram(process, origin);
    if (program !== undefined)
      return { kind: 'peoples-program', text: `${program}, whatever started it` };
    if (kind === 'infrastructure')
      return { kind: 'infrastructure', text: 'part of the system or of a user session' };
    const name =
      names.length === 0 ? undefined : programNamesOf(process).find(each => listed.has(each));
    if (name !== undefined) return { kind: 'listed', text: `on your spare list (--spare ${name})` };
    const other = others.get(identityOf(process));
    if (other !== undefined)
      return { kind: 'other-row', text: `it belongs to ${other.agentId ?? other.key}` };
    return undefined;
  };
}
