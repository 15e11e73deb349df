/** Rows grouped by their task. */
import { groupBy } from '../model/group-by.ts';
import type { Row } from '../model/model.ts';
import { type Placed, placedRows } from './describe.ts';

export type TaskGroup = {
  /** Of its heading; no row has such a key. */
  readonly key: string;
  /** Undefined for the rows without a task. */
  readonly task?: string;
  readonly rows: readonly Placed[];
  readonly cpuPercent: number;
  readonly rssBytes: number;
};

/** @param placed in order. @param isTree whether agents are placed below their deployer, where that is in the
 * same group.
 * @returns the groups in the order of their first rows; rows keep their order. */
export function groupsOf(placed: readonly Placed[], isTree: boolean): readonly TaskGroup[] {
  const rows = placed.map(({ row }) => row);
  return [...groupBy(rows, taskOfRow)].map(([task, members]) => ({
    key: headingKey(task),
    task,
    rows: placedRows(members, isTree),
    cpuPercent: sum(members, row => row.cpuPercent),
    rssBytes: sum(members, row => row.rssBytes),
  }));
}

/** The key of the heading that a row is under. */
export function headingKeyOf(row: Row): string {
  return headingKey(taskOfRow(row));
}

function headingKey(task: string | undefined): string {
  return task === undefined ? 'no task' : `task:${task}`;
}

function taskOfRow({ task }: Row): string | undefined {
  return task || undefined;
}

/** The part that tells tasks apart: `45548b6a` of `TASK-20251029-225319-45548b6a`. */
export function shortTask(task: string): string {
  return /-([0-9a-f]{6,})$/i.exec(task)?.[1] ?? task;
}

function sum(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
