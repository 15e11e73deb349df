/** Parsing /proc/PID/stat, straight from bytes: this runs for every process and look. */

export type Stat = {
  readonly name: string;
  readonly isKernelThread: boolean;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly tty: number;
  /** utime + stime, clock ticks. */
  readonly cpuTicks: number;
  readonly threads: number;
  /** Clock ticks since boot, as written: the identity's second half. */
  readonly start: string;
  readonly rssPages: number;
  /** Where the stack begins: it changes with every exec, and never before. */
  readonly stackStart: string;
};

const openingParenthesis = 0x28;
const closingParenthesis = 0x29;
/** PF_KTHREAD of linux/sched.h. */
const kernelThreadFlag = 0x00200000;
/** Field 3 of the manual is the first behind the name, field 28 the last that is wanted. */
const wantedFields = 26;

/** @param bytes one read of /proc/PID/stat, `length` bytes long.
 * @returns its fields, or nothing where it is cut short. The name may hold anything, `) R 1` and
 * newlines included, so it ends at the last `)` (man 5 proc_pid_stat). */
export function parseStat(bytes: Buffer, length: number): Stat | undefined {
  const opened = bytes.indexOf(openingParenthesis);
  const closed = bytes.lastIndexOf(closingParenthesis, length - 1);
  if (opened < 0 || closed < opened) return undefined;
  // Everything behind the name is ASCII. A native split beats a loop of ours while the code is cold.
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
