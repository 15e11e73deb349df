/** The columns of the table by name, in their standard order: a wider terminal shows more of them, at the right, so that
 * those before stay where they are. */

export const columnWords = {
  class: 'what the row is: live, ghost, orphan, …',
  agent: 'its id, session or command',
  pid: 'its main process',
  cpu: 'of all its processes, in percent of one core',
  mem: 'of all its processes; ↑ where it grows fast',
  up: 'time since its start',
  status: 'as recorded, or the stage of its termination',
  project: 'the last part of its working directory',
  idle: 'time since its last output',
  'cpu-graph': 'CPU over the last ten minutes',
  'mem-graph': 'memory over the last ten minutes',
  task: 'the task that it works on',
  command: 'the command line of its main process',
  workspace: 'the workspace that records it',
  session: 'its tmux session',
  windows: 'windows of its session',
  clients: 'clients attached to its session',
  model: 'the model that its command line names',
  directory: 'its working directory',
  host: 'the machine that it is on, with several',
} as const;
export type ColumnName = keyof typeof columnWords;
export const columnNames = Object.keys(columnWords) as readonly ColumnName[];

/** What the table shows unless it is told otherwise: the rest can be chosen. */
export const standardColumns: readonly ColumnName[] = columnNames.slice(
  0,
  columnNames.indexOf('command') + 1,
);

/** With several workspaces, which of them records a row comes before what gives way first. */
const withWorkspace: readonly ColumnName[] = [
  ...standardColumns.slice(0, standardColumns.indexOf('status') + 1),
  'workspace',
  ...standardColumns.slice(standardColumns.indexOf('status') + 1),
];

/** For the sessions tab: what says which session it is comes first of what is not always shown. */
const sessionColumns: readonly ColumnName[] = [
  ...standardColumns.slice(0, standardColumns.indexOf('status') + 1),
  'session',
  'windows',
  'clients',
  ...standardColumns.slice(standardColumns.indexOf('status') + 1),
];

/** With several machines, which of them a row is on comes right after its name. */
export function withHost(columns: readonly ColumnName[]): readonly ColumnName[] {
  const at = columns.indexOf('agent') + 1;
  return columns.includes('host')
    ? columns
    : [...columns.slice(0, at), 'host', ...columns.slice(at)];
}

const choices = {
  one: { one: standardColumns, several: withWorkspace, sessions: sessionColumns },
  several: {
    one: withHost(standardColumns),
    several: withHost(withWorkspace),
    sessions: withHost(sessionColumns),
  },
};

/** What there may be several of. */
export type ColumnNeeds = {
  readonly workspaces?: readonly string[];
  readonly hosts?: readonly string[];
};

/** What the table shows unless columns were chosen; always the same array for the same needs.
 * @param isOfSessions for the tab of sessions. */
export function standardColumnsFor(
  { workspaces = [], hosts = [] }: ColumnNeeds = {},
  isOfSessions = false,
): readonly ColumnName[] {
  const { one, several, sessions } = hosts.length > 1 ? choices.several : choices.one;
  if (isOfSessions) return sessions;
  return workspaces.length > 1 ? several : one;
}

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
