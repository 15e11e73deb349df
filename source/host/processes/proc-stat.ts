/** Parses /proc/PID/stat from bytes: this runs for every process in every poll. */

import type { Process } from '../../core/model/model.ts';

export type Stat = Pick<
  Process,
  'name' | 'state' | 'ppid' | 'pgid' | 'sid' | 'tty' | 'threads' | 'start'
> & {
  readonly isKernelThread: boolean;
  /** utime + stime, clock ticks. */
  readonly cpuTicks: number;
  readonly rssPages: number;
  /** Start of the stack: it changes with every exec and only then. */
  readonly stackStart: string;
};

const openingParenthesis = 0x28;
const closingParenthesis = 0x29;
/** PF_KTHREAD of linux/sched.h. */
const kernelThreadFlag = 0x00200000;
/** Field 3 of the manual is the first after the name, field 28 the last one needed. */
const wantedFields = 26;

/** @param bytes one read of /proc/PID/stat, `length` bytes long.
 * @returns its fields, or nothing if it is truncated. The name may contain anything, `) R 1` and
 * newlines included, so it ends at the last `)` (man 5 proc_pid_stat). */
export function parseStat(bytes: Buffer, length: number): Stat | undefined {
  const opened = bytes.indexOf(openingParenthesis);
  const closed = bytes.lastIndexOf(closingParenthesis, length - 1);
  if (opened < 0 || closed < opened) return undefined;
  // Everything after the name is ASCII. A native split beats a loop while the code is cold.
  const fields = bytes.toString('latin1', closed + 2, length).split(' ', wantedFields);
  if (fields.length < wantedFields) return undefined;
  const field = (number: number) => Number(fields[number - 3]);
  return {
    name: bytes.toString('utf8', opened + 1, closed),
    isKernelThread: (field(9) & kernelThreadFlag) !== 0,
    state: fields[0] ?? '?',
    ppid: field(4),
    pgid: field(5),
    sid: field(6),
    tty: field(7),
    cpuTicks: field(14) + field(15),
    threads: field(20),
    start: fields[19] ?? '',
    rssPages: field(24),
    stackStart: fields[25] ?? '',
  };
}
