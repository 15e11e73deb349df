/** Labels and order of rows. Pure; strings stay raw. */

import type { Row, RowClass, RowProcess, Snapshot } from '../model/model.ts';
import { rowClasses } from '../model/model.ts';
import { interpreters } from '../programs/known-programs.ts';
import { deployedBy, deployersOf } from './agent-tree.ts';
import { filterOf } from './filter.ts';

export const sortColumns = [
  'class',
  'agent',
  'project',
  'task',
  'pid',
  'cpu',
  'mem',
  'up',
  'idle',
  'status',
] as const;
export type SortColumn = (typeof sortColumns)[number];

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
};

/** A row with its depth in the deploy tree (0 without `--tree`). */
export type Placed = { readonly row: Row; readonly level: number };

/** The agent's id, the session's name, or the program and its arguments. */
export function labelOf(row: Row): string {
  if (row.class !== 'zombie' && row.agentId !== undefined) return row.agentId;
  const process = mainProcessOf(row);
  if (row.class === 'interactive')
    return row.session === undefined ? (row.type ?? '') : `${row.type} (${row.session.name})`;
  if (row.class === 'host') return row.title ?? `${row.type} daemon`;
  if (row.program !== undefined && row.recordedBy !== undefined)
    return row.title === undefined ? row.program : `${row.program} (${row.title})`;
  if (row.session !== undefined) return row.session.name;
  if (process === undefined) return row.previousLabel ?? row.key;
  return programOf(process);
}

/** The last part of the working directory. */
export function projectOf({ cwd }: Row): string | undefined {
  if (cwd === undefined) return undefined;
  return baseName(cwd.replace(/\/+$/, '')) || '/';
}

/** The command without directories and interpreter. */
function programOf(process: RowProcess): string {
  const [first, second, ...rest] = process.argv;
  if (first === undefined) return process.name;
  const isScript =
    interpreters.has(baseName(first)) && second !== undefined && !second.startsWith('-');
  const words = isScript
    ? [baseName(second), ...rest]
    : [baseName(first), ...process.argv.slice(1)];
  return words.join(' ');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
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
function isFrozen({ processes }: Row): boolean {
  const agents = processes.filter(each => each.role === 'agent');
  const judged = agents.length > 0 ? agents : processes;
  return judged.length > 0 && judged.every(each => each.state === 'T');
}

function statusText(row: Row): string {
  if (row.status !== undefined)
    return row.progress !== undefined && row.progress > 0 && row.progress < 100
      ? `${row.status} ${row.progress}%`
      : row.status;
  if (row.class === 'zombie') return `ppid ${mainProcessOf(row)?.ppid ?? '?'}`;
  if (row.session !== undefined && row.session.attached > 0) return 'attached';
  return '';
}

/** Rows that match the view, in its order. `ended` is hidden unless its class is named; rows being terminated
 * stay visible. */
export function selectRows(snapshot: Snapshot, view: View): Placed[] {
  const isLetThrough = filterOf(view.filter, snapshot.takenAt, searchable);
  const rows = snapshot.rows.filter(row => {
    const isWanted =
      row.escalation !== undefined ||
      (view.classes === undefined ? row.class !== 'ended' : view.classes.includes(row.class));
    return isWanted && isLetThrough(row);
  });
  const sorted = rows.sort(comparison(view));
  return view.tree ? asTree(sorted) : sorted.map(row => ({ row, level: 0 }));
}

function searchable(row: Row): string {
  const parts = [
    labelOf(row),
    row.class,
    row.key,
    row.task,
    row.cwd,
    row.title,
    row.type,
    statusOf(row),
    row.session?.name,
  ];
  const pids = row.processes.map(process => String(process.pid));
  return [...parts, ...pids]
    .filter(part => part !== undefined)
    .join('\n')
    .toLowerCase();
}

/** By column (numbers descending), then class, CPU and key: a total order, the same on every poll. */
function comparison(view: View): (a: Row, b: Row) => number {
  const direction = view.reverse ? -1 : 1;
  return (a, b) =>
    direction *
    (compareBy(view.sort, a, b) ||
      compareBy('class', a, b) ||
      compareBy('cpu', a, b) ||
      (a.key < b.key ? -1 : 1));
}

function compareBy(column: SortColumn, a: Row, b: Row): number {
  switch (column) {
    case 'class':
      return rowClasses.indexOf(a.class) - rowClasses.indexOf(b.class);
    case 'agent':
      return compareText(labelOf(a), labelOf(b));
    case 'project':
      return compareText(projectOf(a) ?? '\uffff', projectOf(b) ?? '\uffff');
    case 'task':
      return compareText(a.task ?? '\uffff', b.task ?? '\uffff');
    case 'pid':
      return (mainProcessOf(a)?.pid ?? Infinity) - (mainProcessOf(b)?.pid ?? Infinity) || 0;
    case 'cpu':
      return b.cpuPercent - a.cpuPercent;
    case 'mem':
      return b.rssBytes - a.rssBytes;
    case 'up':
      return upSince(a) - upSince(b) || 0;
    case 'idle':
      return (a.lastActivityAt ?? Infinity) - (b.lastActivityAt ?? Infinity) || 0;
    case 'status':
      return compareText(statusOf(a), statusOf(b));
  }
}

/** Without processes there is no uptime, whatever the record says. */
function upSince({ startedAt, processes }: Row): number {
  return processes.length === 0 ? Infinity : (startedAt ?? Infinity);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Agents below their deployer; at the top if that one is not shown. */
function asTree(rows: readonly Row[]): Placed[] {
  const deployers = deployersOf(rows);
  const deployed = deployedBy(rows);
  const placed: Placed[] = [];
  const seen = new Set<Row>();
  // An explicit stack: a chain of parents may be deeper than the call stack.
  const place = (top: Row) => {
    const open: Placed[] = [{ row: top, level: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { row, level } = next;
      if (seen.has(row)) continue;
      seen.add(row);
      placed.push(next);
      const below = deployed.get(row) ?? [];
      for (const child of [...below].reverse()) open.push({ row: child, level: level + 1 });
    }
  };
  for (const row of rows) if (!deployers.has(row)) place(row);
  // Agents that name each other as parents have no root: show them all the same.
  for (const row of rows) place(row);
  return placed;
}
