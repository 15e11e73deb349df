/** What each class of rows means, in one table: for the manual, and in brief for the screen's help. */
import type { RowClass } from './model.ts';

export type ClassWords = {
  /** What the registry says. */
  readonly registry: string;
  /** What runs on the machine. */
  readonly machine: string;
  /** Both on one line. */
  readonly brief: string;
};

export const classWords: Readonly<Record<RowClass, ClassWords>> = {
  live: {
    registry: 'active',
    machine: 'its session or an agent program of it is alive',
    brief: 'recorded as active, and alive',
  },
  undead: {
    registry: 'finished',
    machine: 'still alive',
    brief: 'recorded as finished, and still alive',
  },
  ghost: {
    registry: 'active',
    machine: 'nothing alive',
    brief: 'recorded as active, and nothing is alive',
  },
  husk: {
    registry: 'either',
    machine: 'the session lives, but only shells and wrappers are in it',
    brief: 'its session lives, with only shells and wrappers in it',
  },
  orphan: {
    registry: 'no entry',
    machine: 'an agent session nobody recorded, or a process that an agent left behind',
    brief: 'alive, and nobody has it on record',
  },
  interactive: {
    registry: 'no entry',
    machine: 'an agent program on somebody’s terminal (or run by a service or an editor)',
    brief: 'an agent program on a person’s terminal',
  },
  zombie: {
    registry: '–',
    machine: 'dead, not reaped; the parent at fault is named',
    brief: 'dead, and its parent has not reaped it',
  },
  unknown: {
    registry: 'any',
    machine: 'a source could not be read, or a second look has yet to agree: nothing is claimed',
    brief: 'a source could not be read: nothing is claimed',
  },
  ended: {
    registry: 'finished',
    machine: 'nothing alive; hidden unless asked for with --class ended',
    brief: 'recorded as finished, and gone; hidden',
  },
};
