/** The output interface of a command: lines, JSON, and messages on stderr. */
import type { Line } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';

export type Output = {
  readonly charset: Charset;
  /** Terminal width in cells; without one nothing is truncated. */
  readonly width?: number;
  lines(lines: readonly Line[]): void;
  /** Prints one JSON document; `compact` on one line. */
  json(value: unknown, layout: 'indented' | 'compact'): void;
  /** Prints one line on stderr, of any words. */
  warn(message: string): void;
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

/** Exit codes when no row matches a target. */
export const notFoundCodes = {
  none: exitCodes.noTarget,
  unread: exitCodes.unreadable,
} as const;

/** Prints what is wrong with a command line. @returns the exit code. */
export function refuseUsage(output: Output, reason: string): ExitCode {
  output.warn(`vigil: ${reason}`);
  return exitCodes.usage;
}
