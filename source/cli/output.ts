/** What a command may do to the outside: write lines, write JSON, say something on stderr. */
import type { Line } from '../text/line.ts';
import type { Charset, Printable } from '../text/printable.ts';

export type Output = {
  readonly charset: Charset;
  /** Cells of the terminal; without one nothing is cut. */
  readonly width?: number;
  lines(lines: readonly Line[]): void;
  /** One JSON document; `compact` on a line of its own. */
  json(value: unknown, layout: 'indented' | 'compact'): void;
  /** One line on stderr. */
  complain(message: Printable): void;
};

/** The exit codes; readme.md lists them. */
export const exitCodes = {
  done: 0,
  survived: 1,
  usage: 2,
  noTarget: 3,
  refused: 4,
  unreadable: 5,
  problemsFound: 10,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where no row is what was named. */
export const notFoundCodes = {
  none: exitCodes.noTarget,
  unread: exitCodes.unreadable,
} as const;
