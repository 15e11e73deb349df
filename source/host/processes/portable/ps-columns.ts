/** One line of ps for each process: the columns that Linux, macOS and FreeBSD have alike, and how they are read. */
import type { Process } from '../../../core/model/model.ts';

/** A line of ps. `sid` is missing where ps has no such column (macOS). */
export type PsRow = Pick<
  Process,
  'pid' | 'ppid' | 'pgid' | 'uid' | 'threads' | 'rssBytes' | 'tty' | 'state' | 'startedAt' | 'name'
> & {
  readonly sid?: number;
  /** It leads its session (`s` in the state). */
  readonly isLeader: boolean;
  readonly cpuMs: number;
  /** Smallest difference of two values of `cpuMs`. */
  readonly cpuStepMs: number;
  /** The whole command line, its words joined by blanks, unprintable characters as ps escapes them. */
  readonly command: string;
};

type Column = keyof typeof readers;

/** `lstart` stands before and after the name: a name may hold blanks, and is shorter than a date. */
function columnsOn(platform: string): readonly Column[] {
  const session: readonly Column[] = platform === 'darwin' ? [] : ['sid'];
  const threads: readonly Column[] = platform === 'darwin' ? [] : ['nlwp'];
  return ['pid', 'ppid', 'pgid', ...session, 'uid', ...threads, 'rss', 'tty', 'stat', 'time'];
}

/** Arguments of ps that select columns. On BSD a header may hold commas, so that each column needs an `-o` of its own. */
export function psColumns(platform: string): readonly string[] {
  return [...columnsOn(platform), 'lstart', 'ucomm', 'lstart', 'command'].flatMap(name => [
    '-o',
    `${name}=`,
  ]);
}

/** Times are read as UTC, names of months and days as English. */
export const psEnvironment = { LC_ALL: 'C', TZ: 'UTC' };

type Fields = Partial<
  Omit<PsRow, 'startedAt' | 'name' | 'command' | 'isLeader' | 'cpuMs' | 'cpuStepMs'>
> & {
  isLeader?: boolean;
  cpuMs?: number;
  cpuStepMs?: number;
};

const readers = {
  pid: (word: string) => ({ pid: wholeOf(word) }),
  ppid: (word: string) => ({ ppid: wholeOf(word) }),
  pgid: (word: string) => ({ pgid: wholeOf(word) }),
  sid: (word: string) => ({ sid: wholeOf(word) }),
  // Some systems print `nobody` as -2, others as 4294967294.
  uid: (word: string) => ({ uid: /^-?\d+$/.test(word) ? Number(word) >>> 0 : Number.NaN }),
  // `-` for a zombie.
  nlwp: (word: string) => ({ threads: wholeOf(word) || 1 }),
  rss: (word: string) => ({ rssBytes: (wholeOf(word) || 0) * 1024 }),
  tty: (word: string) => ({ tty: terminalNumber(word) }),
  stat: (word: string) => ({ state: word.charAt(0), isLeader: word.slice(1).includes('s') }),
  time: (word: string) => cpuTime(word),
} as const satisfies Record<string, (word: string) => Fields>;

const date =
  /^((?:\S+ +)+?)((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) (.*)$/;

/** @returns the process of one line; undefined if the line is none, which is no absence of a process. */
export function parsePsRow(line: string, platform: string): PsRow | undefined {
  const [, head = '', lstart = '', rest = ''] = date.exec(line.trimStart()) ?? [];
  const words = head.trimEnd().split(/ +/);
  const names = columnsOn(platform);
  const nameEnd = rest.indexOf(lstart);
  if (lstart === '' || nameEnd < 0 || words.length !== names.length) return undefined;
  const startedAt = Date.parse(`${lstart} UTC`);
  const fields: Fields = Object.assign(
    {},
    ...names.map((name, index) => readers[name](words[index] ?? '')),
  );
  const { pid, ppid, pgid, uid, rssBytes, tty = 0, state = '?' } = fields;
  const { threads = 1, isLeader = false, cpuMs = 0, cpuStepMs = 1000, sid } = fields;
  if (![pid, ppid, pgid, uid, rssBytes, startedAt].every(Number.isSafeInteger)) return undefined;
  if (sid !== undefined && !Number.isSafeInteger(sid)) return undefined;
  // BSD pads a date.
  const command = rest.slice(nameEnd + lstart.length).trim();
  const name = programName(rest.slice(0, nameEnd).trim(), command, { ppid, tty, isLeader });
  const numbers = { pid, ppid, pgid, uid, rssBytes } as Pick<
    PsRow,
    'pid' | 'ppid' | 'pgid' | 'uid' | 'rssBytes'
  >;
  const session = sid === undefined ? {} : { sid };
  return {
    ...{ ...numbers, ...session, tty, state, threads, isLeader, cpuMs, cpuStepMs, startedAt },
    name,
    command,
  };
}

/** The words of a command line. A zombie and a kernel thread have none; ps shows their name in brackets. */
export function wordsOfCommand({ command, name, state }: PsRow): readonly string[] {
  if (state === 'Z' || command === `[${name}]` || command === `(${name})`) return [];
  return command.split(' ').filter(word => word !== '');
}

function wholeOf(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : Number.NaN;
}

/** A number for each terminal: only compared. 0 is none, which ps shows as `?`, `??` or `-`. */
function terminalNumber(word: string): number {
  if (/^(\?+|-)$/.test(word)) return 0;
  let hash = 17;
  for (const letter of word) hash = (hash * 31 + letter.charCodeAt(0)) % 0x7fffffff;
  return hash + 1;
}

/** `[[days-]hours:]minutes:seconds`, on BSD with hundredths. */
function cpuTime(word: string): { cpuMs: number; cpuStepMs: number } {
  const [, days = '0', clock = '', hundredths] =
    /^(?:(\d+)-)?([\d:]+)(?:\.(\d+))?$/.exec(word) ?? [];
  const seconds = clock.split(':').reduce((sum, each) => sum * 60 + Number(each), 0);
  const fraction = hundredths === undefined ? 0 : Number(`0.${hundredths}`);
  return {
    cpuMs: Math.round((Number(days) * 86_400 + seconds + fraction) * 1000),
    cpuStepMs: hundredths === undefined ? 1000 : 10,
  };
}

/** tmux names its server where the system lets it. Elsewhere (macOS) the server has the arguments of the client that
 * started it; it leads a session without a terminal. */
function programName(
  name: string,
  command: string,
  { ppid, tty, isLeader }: { ppid?: number; tty: number; isLeader: boolean },
): string {
  if (command.startsWith('tmux: server') || command.startsWith('tmux: client'))
    return command.slice(0, 'tmux: server'.length);
  // Any program may take that name, and no other one has tmux's arguments for nothing.
  const program = command.split(' ', 1)[0] ?? '';
  if (name.startsWith('tmux: ') && !program.includes('tmux'))
    return program.split('/').at(-1) ?? '';
  if (name !== 'tmux') return name;
  return tty === 0 && (isLeader || ppid === 1) ? 'tmux: server' : 'tmux: client';
}

/** Session ids where ps has none. A terminal has one session, and a process group lies in one; else the group stands for
 * the session, which is a part of it: too little, never too much. */
export function sessionIds(rows: readonly PsRow[]): ReadonlyMap<number, number> {
  const known = new Map<number, number>();
  const byTerminal = new Map<number, number>();
  for (const { pid, tty, isLeader } of rows) if (isLeader && tty !== 0) byTerminal.set(tty, pid);
  const byGroup = new Map<number, number>();
  for (const { pid, pgid, tty, isLeader, sid } of rows) {
    const session = sid ?? (isLeader ? pid : byTerminal.get(tty));
    if (session === undefined) continue;
    known.set(pid, session);
    byGroup.set(pgid, session);
  }
  for (const { pid, pgid } of rows) if (!known.has(pid)) known.set(pid, byGroup.get(pgid) ?? pgid);
  return known;
}
