/** Labels and order of rows. Pure; strings stay raw. */

import {
  type Row,
  type RowClass,
  type RowProcess,
  rowClasses,
  type Snapshot,
} from '../model/model.ts';
import type { RecordOwner } from '../model/vendor-record.ts';
import { baseName } from '../programs/command-line.ts';
import { interpreters } from '../programs/known-programs.ts';
import { cutTo, shortCommand } from '../programs/short-command.ts';
import type { ColumnName } from './columns.ts';
import { farHostOf } from './far-rows.ts';
import { filterOf, namesClass } from './filter.ts';
import { projectOf } from './project-of.ts';
import { branchesOf, deployedBy, placedInTree } from './tree.ts';
import { workspaceNameOf } from './workspace-names.ts';

/** What each column is sorted by, numbers descending; undefined where the cell is blank. */
const sortKeys = {
  class: row => rowClasses.indexOf(row.class),
  agent: labelOf,
  project: projectOf,
  task: row => row.task || undefined,
  pid: row => mainProcessOf(row)?.pid,
  // As shown: rows with the same number do not trade places.
  cpu: row => ifUsing(row, -Math.round(row.cpuPercent * 10)),
  mem: row => ifUsing(row, -row.rssBytes),
  // Without processes there is no uptime, whatever the record says.
  up: row => ifRunning(row, row.startedAt),
  idle: row => row.lastActivityAt,
  status: row => statusOf(row) || undefined,
  workspace: workspaceNameOf,
  host: row => row.far?.host,
} as const satisfies Readonly<Record<string, (row: Row) => number | string | undefined>>;
export type SortColumn = keyof typeof sortKeys;
export const sortColumns = Object.keys(sortKeys) as readonly SortColumn[];

function ifRunning({ processes }: Row, value: number | undefined): number | undefined {
  return processes.length === 0 ? undefined : value;
}

/** A zombie uses nothing. */
function ifUsing(row: Row, value: number): number | undefined {
  return row.class === 'zombie' ? undefined : ifRunning(row, value);
}

/** @param name as typed, or as a column title: `cpu`, `CPU%`. */
export function sortColumnOf(name: string): SortColumn | undefined {
  const plain = name.toLowerCase().replace('%', '');
  return sortColumns.find(each => each === plain);
}

export type View = {
  readonly classes?: readonly RowClass[];
  readonly filter: string;
  readonly sort: SortColumn;
  readonly reverse: boolean;
  readonly tree: boolean;
  /** The columns to show, in this order; the standard ones unless given. */
  readonly columns?: readonly ColumnName[];
};

/** A row with its depth in the deploy tree (0 without `--tree`), and what connects it to its parent there. */
export type Placed = { readonly row: Row; readonly level: number; readonly branch: string };

/** What the table calls it: the agent's id, the session's name, or the program and its arguments. */
export function labelOf(row: Row): string {
  if (row.class !== 'zombie' && row.agentId !== undefined) return row.agentId;
  const process = mainProcessOf(row);
  if (row.class === 'interactive') return nameOfInteractive(row);
  if (row.class === 'host') return row.title ?? `${row.type} daemon`;
  if (row.program !== undefined && row.recordedBy !== undefined)
    return row.title === undefined ? inProject(row, row.program) : `${row.program} (${row.title})`;
  if (row.session !== undefined) return row.session.name;
  if (process === undefined) return row.previousLabel ?? row.key;
  const count = row.class === 'zombie' ? row.processes.length : 1;
  return count === 1 ? programOf(process) : `${programOf(process)} ×${count}`;
}

/** Its name in a sentence: where the command is all there is to it, with the pid; of another machine, with that. */
export function nameOf(row: Row): string {
  const process = mainProcessOf(row);
  const name =
    process !== undefined && isNamedByCommand(row)
      ? `pid ${process.pid} ${labelOf(row)}`
      : labelOf(row);
  const host = farHostOf(row);
  return host === undefined ? name : `${name} on ${host}`;
}

/** Its label is the command of its main process. */
export function isNamedByCommand(row: Row): boolean {
  const process = mainProcessOf(row);
  return process !== undefined && labelOf(row) === programOf(process);
}

/** `claude in app (work)`: the program, its project and its session. */
function nameOfInteractive(row: Row): string {
  const name = inProject(row, row.type ?? '');
  return row.session === undefined ? name : `${name} (${row.session.name})`;
}

function inProject(row: Row, program: string): string {
  const project = projectOf(row);
  return project === undefined ? program : `${program} in ${project}`;
}

/** The model that the command line of its agent program names. */
export function modelOf(row: Row): string | undefined {
  const main = mainProcessOf(row);
  if (main?.role !== 'agent') return undefined;
  // `python -m aider`: there -m names a module.
  const words = interpreters.has(baseName(main.argv[0] ?? '')) ? main.argv.slice(2) : main.argv;
  const at = words.findIndex(word => word === '--model' || word === '-m');
  const joined = words.find(word => word.startsWith('--model='));
  return at >= 0 ? words[at + 1] : joined?.slice('--model='.length);
}

/** Longest label taken from a command: the detail and plans have the whole of it. */
const commandWidth = 40;

function programOf({ argv, name }: RowProcess): string {
  return argv.length === 0 ? name : cutTo(shortCommand(argv), commandWidth);
}

export function mainProcessOf(row: Row): RowProcess | undefined {
  return row.processes[0];
}

/** The recorded status, with progress if there is any; otherwise a short summary. */
export function statusOf(row: Row): string {
  if (row.mark === 'gone') return 'gone';
  const text = statusText(row);
  return isFrozen(row) ? ['frozen', text].filter(Boolean).join(', ') : text;
}

/** Stopped (state T): all its agent programs, or all processes if it has none. */
export function isFrozen({ processes }: Row): boolean {
  const agents = processes.filter(each => each.role === 'agent');
  const judged = agents.length > 0 ? agents : processes;
  return judged.length > 0 && judged.every(each => each.state === 'T');
}

function statusText(row: Row): string {
  if (row.status !== undefined)
    return row.progress !== undefined && row.progress > 0 && row.progress < 100
      ? `${row.status} ${row.progress}%`
      : row.status;
  const isAgent = row.processes.some(({ role }) => role === 'agent');
  if (row.class === 'orphan' && row.program !== undefined && !isAgent)
    return `left by ${row.program}`;
  if (row.class === 'zombie') return `ppid ${mainProcessOf(row)?.ppid ?? '?'}`;
  if (row.owner?.managed !== undefined) return `owner ${ownerOf(row.owner)}`;
  if (row.session !== undefined && row.session.attached > 0) return 'attached';
  return '';
}

/** What would bring it back, in a word or two. */
export function ownerOf({ kind, managed }: RecordOwner): string {
  return managed?.isSuspected === true ? `perhaps ${kind}` : kind;
}

/** Whether the view names the class `ended`. */
export function showsEnded({ classes, filter }: Pick<View, 'classes' | 'filter'>): boolean {
  return classes?.includes('ended') ?? namesClass(filter, 'ended');
}

/** Rows that match the view, in its order. `ended` is hidden unless its class is named, in the filter or the
 * view; rows being terminated stay visible. */
export function selectRows(snapshot: Snapshot, view: View): Placed[] {
  const isEndedShown = showsEnded(view);
  const isLetThrough = filterOf(view.filter, snapshot.takenAt, searchable);
  const rows = snapshot.rows.filter(row => {
    const isWanted =
      row.escalation !== undefined ||
      (view.classes?.includes(row.class) ?? (row.class !== 'ended' || isEndedShown));
    return isWanted && isLetThrough(row);
  });
  return placedRows(rows.sort(comparison(view)), view.tree);
}

/** Sorted rows in their places: as a list, or agents below their deployer; at the top if that one is not shown. */
export function placedRows(sorted: readonly Row[], isTree: boolean): Placed[] {
  if (!isTree) return sorted.map(row => ({ row, level: 0, branch: '' }));
  const deployed = deployedBy(sorted);
  const tree = placedInTree(sorted, row => deployed.get(row));
  const branches = branchesOf([...tree.values()]);
  return [...tree].map(([row, level], index) => ({ row, level, branch: branches[index] ?? '' }));
}

function searchable(row: Row): string {
  const { key, far, task, type, program, cwd, title, session, processes } = row;
  const names = [key, far?.host, task, type, program, cwd, title, session?.name];
  return [labelOf(row), row.class, statusOf(row), ...names, ...processes.map(({ pid }) => pid)]
    .filter(part => part !== undefined)
    .join('\n')
    .toLowerCase();
}

/** By column, then class, CPU and key: a total order, the same on every poll. Blank cells are last, also in
 * the reversed order. */
function comparison({ sort, reverse }: View): (a: Row, b: Row) => number {
  const keys = [sortKeys[sort], sortKeys.class, sortKeys.cpu, (row: Row) => row.key];
  return (a, b) => {
    for (const keyOf of keys) {
      const one = keyOf(a.sortedAs ?? a);
      const other = keyOf(b.sortedAs ?? b);
      if (one === other) continue;
      if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
      return one < other === reverse ? 1 : -1;
    }
    return 0;
  };
}
