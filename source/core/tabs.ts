/** The tabs of the screen: which classes each lets through. */
import type { RowClass } from './model.ts';

export const tabs = ['All', 'Agents', 'Sessions', 'Orphans', 'Ghosts'] as const;
export type Tab = (typeof tabs)[number];

/** None named: all but `ended`. */
export const classesOf: Readonly<Record<Tab, readonly RowClass[] | undefined>> = {
  All: undefined,
  Agents: ['live', 'undead', 'husk', 'interactive', 'unknown'],
  Sessions: undefined,
  Orphans: ['orphan', 'zombie'],
  Ghosts: ['ghost'],
};
