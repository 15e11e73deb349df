/** Rows grouped by their machine, task, workspace or tmux server. */
import { groupBy } from '../model/group-by.ts';
import type { Row, Snapshot } from '../model/model.ts';
import { type Placed, placedRows } from './describe.ts';
import { farHostOf } from './far-rows.ts';
import { workspaceNameOf } from './workspace-names.ts';

/** What rows can be grouped by, and what it is called of a row; undefined where it has none. */
const namesBy = {
  task: ({ task }) => task || undefined,
  host: ({ far }) => far?.host,
  workspace: row => onHost(row, workspaceNameOf(row)),
  server: row => onHost(row, row.session?.socket),
} as const satisfies Readonly<Record<string, (row: Row) => string | undefined>>;
export type Grouping = keyof typeof namesBy;

/** Machines have workspaces and servers of the same name. */
function onHost(row: Row, name: string | undefined): string | undefined {
  const host = farHostOf(row);
  return host === undefined || name === undefined ? name : `${name} on ${host}`;
}

export type RowGroup = {
  /** Of its heading; no row has such a key. */
  readonly key: string;
  readonly by: Grouping;
  /** The machine, the task's id, the workspace's name, or the socket of the server; undefined for the rows without one. */
  readonly name?: string;
  readonly rows: readonly Placed[];
  readonly cpuPercent: number;
  readonly rssBytes: number;
};

/** @param placed in order. @param isTree whether agents are placed below their deployer, where that is in the
 * same group.
 * @returns the groups in the order of their first rows; rows keep their order. */
export function groupsOf(
  placed: readonly Placed[],
  by: Grouping,
  isTree: boolean,
): readonly RowGroup[] {
  const rows = placed.map(({ row }) => row);
  return [...groupBy<Row, string | undefined>(rows, namesBy[by])].map(([name, members]) => ({
    key: headingKey(by, name),
    by,
    name,
    rows: placedRows(members, isTree),
    cpuPercent: sum(members, row => row.cpuPercent),
    rssBytes: sum(members, row => row.rssBytes),
  }));
}

/** The key of the heading that a row is under. */
export function headingKeyOf(row: Row, by: Grouping): string {
  return headingKey(by, namesBy[by](row));
}

/** The next way to group, and at last none: those that would make a single group are left out.
 * @param current undefined while rows are one list. */
export function nextGrouping(
  { rows, workspaces, hosts = [] }: Pick<Snapshot, 'rows' | 'workspaces' | 'hosts'>,
  current: Grouping | undefined,
): Grouping | undefined {
  const sockets = new Set(rows.flatMap(row => namesBy.server(row) ?? []));
  const ways: readonly Grouping[] = [
    ...(hosts.length > 1 ? (['host'] as const) : []),
    'task',
    ...(workspaces.length > 1 ? (['workspace'] as const) : []),
    ...(sockets.size > 1 ? (['server'] as const) : []),
  ];
  if (current === undefined) return ways[0];
  return ways[ways.indexOf(current) + 1];
}

function headingKey(by: Grouping, name: string | undefined): string {
  return name === undefined ? `no ${by}` : `${by}:${name}`;
}

/** The part that tells tasks apart: `45548b6a` of `TASK-20251029-225319-45548b6a`. */
export function shortTask(task: string): string {
  return /-([0-9a-f]{6,})$/i.exec(task)?.[1] ?? task;
}

function sum(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
