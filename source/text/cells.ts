/** Row → cells: the content of each column, regardless of width. */

import type { Row } from '../core/model/model.ts';
import { commandOf } from '../core/programs/process-name.ts';
import { shortCommand } from '../core/programs/short-command.ts';
import type { ColumnName } from '../core/rows/columns.ts';
import {
  isNamedByCommand,
  labelOf,
  mainProcessOf,
  modelOf,
  type Placed,
  statusOf,
} from '../core/rows/describe.ts';
import { projectOf } from '../core/rows/project-of.ts';
import { workspaceNameOf } from '../core/rows/workspace-names.ts';
import {
  classWords,
  escalationText,
  escalationTone,
  isOver,
  shownClassTone,
} from './escalation-text.ts';
import type { Tone } from './line.ts';
import { type Charset, type Cut, type Printable, printable } from './printable.ts';
import { sparkline } from './sparkline.ts';
import { age, bytes, percent } from './units.ts';

/** What a cell says; several texts where a shorter one says it too, the longest first. */
type Words = string | readonly string[] | undefined;

type ColumnSpec = {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Cells on a terminal. */
  readonly width: number;
  /** What a text loses that is too long. */
  readonly cut: Cut | ((row: Row) => Cut);
  /** Undefined where there can be nothing. */
  words(placed: Placed, now: number): Words;
  tone(row: Row): Tone;
};

const text = (title: string, width: number, cut: ColumnSpec['cut'] = 'end') =>
  ({ title, align: 'left', width, cut, tone: (): Tone => 'plain' }) as const;
const amount = (title: string, width: number) =>
  ({ title, align: 'right', width, cut: 'end', tone: (): Tone => 'plain' }) as const;
const dim = (): Tone => 'dim';
const isRunning = (row: Row) => row.processes.length > 0 && !isOver(row);
/** Without processes there is nothing to measure, and zombies use nothing. */
const measured = (row: Row, words: string) =>
  isRunning(row) && row.class !== 'zombie' ? words : undefined;

/** Cells of a graph in a row. */
const graphCells = 8;

const table: Readonly<Record<ColumnName, ColumnSpec>> = {
  class: {
    ...text('CLASS', 11),
    words: ({ row }) => classWords(row),
    tone: row => row.mark ?? shownClassTone(row),
  },
  agent: {
    // Ids differ in their tail, commands in their beginning.
    ...text('AGENT', 22, row => (isNamedByCommand(row) ? 'end' : 'middle')),
    words: ({ row, branch }) => branch + labelOf(row),
    tone: row => row.mark ?? (row.class === 'ended' ? 'dim' : 'plain'),
  },
  pid: {
    ...amount('PID', 7),
    words: ({ row }) => (isRunning(row) ? mainProcessOf(row)?.pid.toString() : undefined),
  },
  cpu: { ...amount('CPU%', 4), words: ({ row }) => measured(row, percent(row.cpuPercent)) },
  mem: {
    ...amount('MEM ', 6),
    // Fast growth has a sign of its own behind the number.
    words: ({ row }) =>
      measured(row, `${bytes(row.rssBytes)}${row.growth === undefined ? ' ' : '↑'}`),
    tone: row => (row.growth === undefined ? 'plain' : 'problem'),
  },
  up: {
    ...amount('UP', 5),
    words: ({ row }, now) =>
      row.startedAt === undefined || !isRunning(row) ? undefined : age(now - row.startedAt),
  },
  status: {
    ...text('STATUS', 16),
    words: ({ row }, now) => escalationText(row, now) ?? statusWords(row),
    tone: row => escalationTone(row) ?? 'plain',
  },
  project: { ...text('PROJECT', 10), words: ({ row }) => projectOf(row), tone: dim },
  idle: {
    ...amount('IDLE', 5),
    words: ({ row: { lastActivityAt } }, now) =>
      lastActivityAt === undefined ? undefined : age(now - lastActivityAt),
  },
  'cpu-graph': {
    ...text('CPU 10m', graphCells),
    words: ({ row: { trend } }) =>
      trend && sparkline(trend.cpuPercent, graphCells, Math.max(100, ...known(trend.cpuPercent))),
    tone: dim,
  },
  'mem-graph': {
    ...text('MEM 10m', graphCells),
    words: ({ row: { trend } }) =>
      trend && sparkline(trend.rssBytes, graphCells, Math.max(...known(trend.rssBytes))),
    tone: dim,
  },
  // Ids of tasks differ in their tail.
  task: { ...text('TASK', 10, 'start'), words: ({ row }) => row.task || undefined, tone: dim },
  command: {
    ...text('COMMAND', 20),
    words({ row }) {
      const main = mainProcessOf(row);
      return main && [commandOf(main), shortCommand(main.argv) || commandOf(main)];
    },
    tone: dim,
  },
  workspace: {
    ...text('WORKSPACE', 12, 'middle'),
    words: ({ row }) => workspaceNameOf(row),
    tone: dim,
  },
  session: { ...text('SESSION', 20, 'middle'), words: ({ row }) => row.session?.name, tone: dim },
  windows: { ...amount('WINDOWS', 7), words: ({ row }) => row.session?.windows?.toString() },
  clients: { ...amount('CLIENTS', 7), words: ({ row }) => row.session?.attached.toString() },
  model: { ...text('MODEL', 14, 'middle'), words: ({ row }) => modelOf(row), tone: dim },
  host: { ...text('HOST', 10, 'middle'), words: ({ row }) => row.far?.host },
  directory: { ...text('DIRECTORY', 24, 'start'), words: ({ row }) => row.cwd, tone: dim },
};

/** Columns that change with time alone. */
const timed = ['up', 'idle', 'status'] as const;

/** What a row says that depends on the time: where that is the same, all of its cells are. */
export function timedWords(placed: Placed, now: number): string {
  return timed.map(name => table[name].words(placed, now)).join('\n');
}

/** `frozen, working 40%`, and shorter. */
function statusWords(row: Row): Words {
  const status = statusOf(row);
  return status === '' ? undefined : [status, status.replace(/ \d+%$/, '')];
}

function known(values: readonly number[]): readonly number[] {
  return values.filter(value => !Number.isNaN(value));
}

export type Column = ColumnSpec & { readonly name: ColumnName };

export function columnWith(name: ColumnName): Column {
  return { name, ...table[name] };
}

/** @param width of the cell; without one the longest text is taken. */
export function cellOf(
  column: Column,
  placed: Placed,
  now: number,
  charset: Charset,
  width = Number.POSITIVE_INFINITY,
): Printable | undefined {
  const words = column.words(placed, now);
  if (words === undefined) return undefined;
  if (typeof words === 'string') return printable(words, charset);
  return printable(words.find(each => each.length <= width) ?? words.at(-1) ?? '', charset);
}
