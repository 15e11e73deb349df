/** Row → cells: the content of each column, regardless of width. */

import type { Row } from '../core/model/model.ts';
import { labelOf, mainProcessOf, type Placed, projectOf, statusOf } from '../core/rows/describe.ts';
import type { Tone } from './line.ts';
import { type Charset, type Printable, printable } from './printable.ts';
import { age, bytes, duration, percent } from './units.ts';

type ColumnSpec = {
  readonly align: 'left' | 'right';
  /** Narrowest useful and widest sensible width, in cells. */
  readonly narrow: number;
  readonly wide: number;
  /** Undefined is shown as a dash. */
  words(placed: Placed, now: number): string | undefined;
  tone(row: Row): Tone;
};

const plain = (): Tone => 'plain';
const dim = (): Tone => 'dim';
const text = (narrow: number, wide: number) =>
  ({ align: 'left', narrow, wide, tone: plain }) as const;
const amount = (wide: number) => ({ align: 'right', narrow: 5, wide, tone: plain }) as const;

const table = {
  CLASS: {
    ...text(7, 11),
    // Not proven to be a leftover.
    words: ({ row }) => (row.confidence === 'suspected' ? `${row.class}?` : row.class),
    tone: row => row.mark ?? row.class,
  },
  AGENT: {
    ...text(12, 60),
    words: ({ row, level }) => branchOf(level) + labelOf(row),
    tone: row => row.mark ?? (row.class === 'ended' ? 'dim' : 'plain'),
  },
  PROJECT: { ...text(7, 24), words: ({ row }) => projectOf(row), tone: dim },
  TASK: { ...text(6, 29), words: ({ row }) => row.task || undefined, tone: dim },
  PID: { ...amount(7), words: ({ row }) => mainProcessOf(row)?.pid.toString() },
  'CPU%': {
    ...amount(5),
    words: ({ row }) => (row.processes.length > 0 ? percent(row.cpuPercent) : undefined),
  },
  MEM: {
    ...amount(5),
    words: ({ row }) => (row.processes.length > 0 ? bytes(row.rssBytes) : undefined),
  },
  GROWTH: {
    ...text(8, 16),
    words: ({ row }) => growthText(row),
    tone: () => 'problem',
  },
  UP: {
    ...amount(5),
    words: ({ row: { startedAt, processes } }, now) =>
      startedAt === undefined || processes.length === 0 ? undefined : age(now - startedAt),
  },
  IDLE: {
    ...amount(5),
    words: ({ row: { lastActivityAt } }, now) =>
      lastActivityAt === undefined ? undefined : age(now - lastActivityAt),
  },
  STATUS: { ...text(9, 18), words: ({ row }) => statusOf(row) || undefined },
  ESCALATION: {
    ...text(10, 24),
    words: ({ row }, now) => escalationText(row, now),
    tone: row => (row.escalation === undefined ? 'plain' : 'problem'),
  },
} satisfies Readonly<Record<string, ColumnSpec>>;

export type Title = keyof typeof table;
export type Column = ColumnSpec & { readonly title: Title };

export const columns: readonly Column[] = (Object.entries(table) as [Title, ColumnSpec][]).map(
  ([title, spec]) => ({ title, ...spec }),
);

/** Made once: there may be thousands of empty cells. */
const dashes = { unicode: printable('–', 'unicode'), ascii: printable('–') };

export function cellOf(column: Column, placed: Placed, now: number, charset: Charset): Printable {
  const words = column.words(placed, now);
  return words === undefined ? dashes[charset] : printable(words, charset);
}

/** What connects a row of a tree to its parent. */
export function branchOf(level: number): string {
  return level === 0 ? '' : `${'  '.repeat(level - 1)}└ `;
}

/** `+8.1M/s full 4m`, the time until memory is full; empty unless memory grows fast. */
function growthText({ growth }: Row): string {
  if (growth === undefined) return '';
  const { bytesPerSecond, fullInMs } = growth;
  const full = fullInMs === undefined ? '' : ` full ${duration(fullInMs)}`;
  return `+${bytes(bytesPerSecond)}/s${full}`;
}

/** Outcomes after which no process remains. */
const deadOutcomes: ReadonlySet<string> = new Set(['exited', 'killed', 'vanished']);

/** `terminating 2/3 0.8s`: the attempt, and its remaining wait. */
function escalationText({ escalation }: Row, now: number): string | undefined {
  if (escalation === undefined) return undefined;
  const over = deadOutcomes.has(escalation.stage) ? 'gone: ' : '';
  const count = 'of' in escalation ? ` ${escalation.attempt}/${escalation.of}` : '';
  const wait = 'deadline' in escalation ? waitUntil(escalation.deadline, now) : '';
  return `${over}${escalation.stage}${count}${wait}`;
}

/** At zero, the next stage comes with the next poll. */
function waitUntil(deadline: number, now: number): string {
  const left = (deadline - now) / 1000;
  return left > 0 ? ` ${left.toFixed(1)}s` : ' polling';
}
