/** Parsing /proc/PID/stat, straight from bytes. */

export type Stat = {
  readonly name: string;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly tty: number;
  /** utime + stime, clock ticks. */
  readonly cpuTicks: number;
  readonly threads: number;
  /** Field 22 as it is written: the identity's second half. */
  readonly start: string;
  readonly rssPages: number;
  /** Changes with every exec: the start of the stack and of the arguments. */
  readonly exec: string;
};

const closingParenthesis = 0x29;
const openingParenthesis = 0x28;

/** @param bytes one read of /proc/PID/stat, `length` bytes long.
 * @returns its fields, or nothing where it is cut short. The name may hold anything, `) R 1` and
 * newlines included, so it ends at the last `)` (man 5 proc_pid_stat). */
export function parseStat(bytes: Buffer, length: number): Stat | undefined {
  const opened = bytes.indexOf(openingParenthesis);
  const closed = bytes.lastIndexOf(closingParenthesis, length - 1);
  if (opened < 0 || closed < opened || closed >= length) return undefined;
  // Everything behind the name is ASCII; fields[0] is field 3 of the manual.
  const fields = bytes.toString('latin1', closed + 2, length).split(' ');
  if (fields.length < 22) return undefined;
  const field = (number: number) => fields[number - 3] ?? '';
  return {
    name: bytes.toString('utf8', opened + 1, closed),
    state: field(3),
    ppid: Number(field(4)),
    pgid: Number(field(5)),
    sid: Number(field(6)),
    tty: Number(field(7)),
    cpuTicks: Number(field(14)) + Number(field(15)),
    threads: Number(field(20)),
    start: field(22),
    rssPages: Number(field(24)),
    exec: `${field(28)} ${field(48)}`,
  };
}
