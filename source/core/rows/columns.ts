/** The columns of the table by name, in their standard order: a wider terminal shows more of them, at the right, so that
 * those before stay where they are. */

export const columnNames = [
  'class',
  'agent',
  'pid',
  'cpu',
  'mem',
  'up',
  'status',
  'project',
  'idle',
  'cpu-graph',
  'mem-graph',
  'task',
  'command',
  'session',
  'clients',
  'model',
  'directory',
] as const;
export type ColumnName = (typeof columnNames)[number];

/** What the table shows unless it is told otherwise: the rest can be chosen. */
export const standardColumns: readonly ColumnName[] = columnNames.slice(
  0,
  columnNames.indexOf('command') + 1,
);

/** For the sessions tab: what says which session it is comes first of what is not always shown. */
export const sessionColumns: readonly ColumnName[] = [
  ...standardColumns.slice(0, standardColumns.indexOf('status') + 1),
  'session',
  'clients',
  ...standardColumns.slice(standardColumns.indexOf('status') + 1),
];

/** Drawn from earlier polls: only the screen has them. */
const graphs: readonly ColumnName[] = ['cpu-graph', 'mem-graph'];

export function withoutGraphs(columns: readonly ColumnName[]): readonly ColumnName[] {
  return columns.filter(name => !graphs.includes(name));
}

/** @returns the column with this name, or with a title such as `CPU%`. */
export function columnOf(name: string): ColumnName | undefined {
  const plain = name.trim().toLowerCase().replace('%', '');
  return columnNames.find(each => each === plain);
}
