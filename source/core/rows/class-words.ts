/** Meaning of each class, in one table: for the manual, and in brief for the screen's help. */
import type { RowClass } from '../model/model.ts';

export type ClassWords = {
  /** State of the registry. */
  readonly registry: string;
  /** State of the machine. */
  readonly machine: string;
  /** Both on one line. */
  readonly brief: string;
};

export const classWords: Readonly<Record<RowClass, ClassWords>> = {
  live: {
    registry: 'active',
    machine: 'its session or agent program is alive',
    brief: 'active in the registry, and alive',
  },
  undead: {
    registry: 'finished',
    machine: 'an agent program, or anything but shells, is still alive',
    brief: 'finished in the registry, but still alive',
  },
  ghost: {
    registry: 'active',
    machine: 'nothing alive',
    brief: 'active in the registry, but nothing is alive',
  },
  husk: {
    registry: 'active or finished',
    machine: 'the session is alive, but holds only shells and wrappers',
    brief: 'session alive, but only shells and wrappers in it',
  },
  orphan: {
    registry: 'no entry',
    machine: 'an agent session without an entry, or a process left behind by an agent',
    brief: 'alive, but not in any registry',
  },
  interactive: {
    registry: 'no entry',
    machine: 'an agent program in use on a terminal (or run by a service or an editor)',
    brief: 'an agent program in use on a terminal',
  },
  host: {
    registry: 'no entry',
    machine: 'a daemon that serves several agents of one vendor, or an idle spare',
    brief: 'a daemon shared by several agents',
  },
  zombie: {
    registry: '–',
    machine: 'dead but not reaped: its parent has not collected it',
    brief: 'dead, but not reaped by its parent',
  },
  unknown: {
    registry: 'any',
    machine: 'a source could not be read, or a second poll has yet to agree: no verdict',
    brief: 'a source could not be read: no verdict',
  },
  ended: {
    registry: 'finished',
    machine: 'nothing alive; hidden unless --class ended is given',
    brief: 'finished in the registry, and gone; hidden',
  },
};
