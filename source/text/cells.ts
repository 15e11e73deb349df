/** Row → cells: the content of each column, regardless of width. */

import type { Row } from '../core/model/model.ts';
import { labelOf, mainProcessOf, type Placed, projectOf, statusOf } from '../core/rows/describe.ts';
import type { Tone } from './line.ts';
import { type Charset, type Printable, printable, text } from './printable.ts';
import { age, bytes, duration, percent } from './units.ts';

export type Column = {
  readonly title:
    | 'CLASS'
    | 'AGENT'
    | 'PROJECT'
    | 'TASK'
    | 'PID'
    | 'CPU%'
    | 'MEM'
    | 'GROWTH'
    | 'UP'
    | 'IDLE'
    | 'STATUS'
    | 'ESCALATION';
  readonly align: 'left' | 'right';
  /** Narrowest useful and widest sensible width, in cells. */
  readonly narrow: number;
  readonly wide: number;
  cell(placed: Placed, now: number, charset: Charset): Printable;
  tone(row: Row): Tone;
};

const plain = (): Tone => 'plain';
const dim = (): Tone => 'dim';
const empty = '–' as Printable;

export const columns: readonly Column[] = [
  {
    title: 'CLASS',
    align: 'left',
    narrow: 7,
    wide: 11,
    // Not proven to be a leftover.
    cell: ({ row }) => printable(row.confidence === 'suspected' ? `${row.class}?` : row.class),
    tone: row => row.mark ?? row.class,
  },
  {
    title: 'AGENT',
    align: 'left',
    narrow: 12,
    wide: 60,
    cell: ({ row, level }, _now, charset) =>
      text`${indent(level, charset)}${printable(labelOf(row), charset)}`,
    tone: row => row.mark ?? (row.class === 'ended' ? 'dim' : 'plain'),
  },
  {
    title: 'PROJECT',
    align: 'left',
    narrow: 7,
    wide: 24,
    cell: ({ row }, _now, charset) => orEmpty(projectOf(row), charset),
    tone: dim,
  },
  {
    title: 'TASK',
    align: 'left',
    narrow: 6,
    wide: 29,
    cell: ({ row }, _now, charset) => orEmpty(row.task, charset),
    tone: dim,
  },
  {
    title: 'PID',
    align: 'right',
    narrow: 5,
    wide: 7,
    cell: ({ row }, _now, charset) => orEmpty(mainProcessOf(row)?.pid.toString(), charset),
    tone: plain,
  },
  {
    title: 'CPU%',
    align: 'right',
    narrow: 5,
    wide: 5,
    cell: ({ row }, _now, charset) =>
      row.processes.length > 0 ? percent(row.cpuPercent) : orEmpty(undefined, charset),
    tone: plain,
  },
  {
    title: 'MEM',
    align: 'right',
    narrow: 5,
    wide: 5,
    cell: ({ row }, _now, charset) =>
      row.processes.length > 0 ? bytes(row.rssBytes) : orEmpty(undefined, charset),
    tone: plain,
  },
  {
    title: 'GROWTH',
    align: 'left',
    narrow: 8,
    wide: 16,
    cell: ({ row }) => growthCell(row),
    tone: () => 'problem',
  },
  {
    title: 'UP',
    align: 'right',
    narrow: 5,
    wide: 5,
    cell: ({ row }, now, charset) =>
      row.startedAt === undefined || row.processes.length === 0
        ? orEmpty(undefined, charset)
        : age(now - row.startedAt),
    tone: plain,
  },
  {
    title: 'IDLE',
    align: 'right',
    narrow: 5,
    wide: 5,
    cell: ({ row }, now, charset) =>
      row.lastActivityAt === undefined
        ? orEmpty(undefined, charset)
        : age(now - row.lastActivityAt),
    tone: plain,
  },
  {
    title: 'STATUS',
    align: 'left',
    narrow: 9,
    wide: 18,
    cell: ({ row }, _now, charset) => orEmpty(statusOf(row) || undefined, charset),
    tone: plain,
  },
  {
    title: 'ESCALATION',
    align: 'left',
    narrow: 10,
    wide: 24,
    cell: ({ row }, now, charset) => escalationCell(row, now, charset),
    tone: row => (row.escalation === undefined ? 'plain' : 'problem'),
  },
];

/** `+8.1M/s full 4m`, the time until memory is full; empty unless memory grows fast. */
function growthCell({ growth }: Row): Printable {
  if (growth === undefined) return printable('');
  const { bytesPerSecond, fullInMs } = growth;
  const full = fullInMs === undefined ? text`` : text` full ${duration(fullInMs)}`;
  return text`+${bytes(bytesPerSecond)}/s${full}`;
}

/** Outcomes after which no process remains. */
const deadOutcomes: ReadonlySet<string> = new Set(['exited', 'killed', 'vanished']);

/** `terminating 2/3 0.8s`: the attempt, and its remaining wait. */
function escalationCell({ escalation }: Row, now: number, charset: Charset): Printable {
  if (escalation === undefined) return orEmpty(undefined, charset);
  const over = deadOutcomes.has(escalation.stage) ? text`gone: ` : text``;
  const count = 'of' in escalation ? text` ${escalation.attempt}/${escalation.of}` : text``;
  const wait = 'deadline' in escalation ? waitUntil(escalation.deadline, now) : text``;
  return text`${over}${printable(escalation.stage)}${count}${wait}`;
}

/** At zero, the next stage comes with the next poll. */
function waitUntil(deadline: number, now: number): Printable {
  const left = (deadline - now) / 1000;
  return left > 0 ? text` ${printable(left.toFixed(1))}s` : text` polling`;
}

function orEmpty(value: string | undefined, charset: Charset): Printable {
  if (value === undefined || value === '') return charset === 'ascii' ? printable('-') : empty;
  return printable(value, charset);
}

function indent(level: number, charset: Charset): Printable {
  if (level === 0) return printable('');
  return printable(`${'  '.repeat(level - 1)}└ `, charset);
}
