/** The columns of `ps` that ps-list omits, by pid. */
import { run } from '../run/run-program.ts';

export type PsLine = {
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly tty: number;
  readonly state: string;
  readonly threads: number;
  readonly rssBytes: number;
  readonly startedAt: number;
};

const isLinux = process.platform === 'linux';
/** macOS has neither sid nor nlwp: the group replaces the session, and the thread count is one. */
const columns = isLinux
  ? 'pid=,ppid=,pgid=,sid=,uid=,nlwp=,rss=,tty=,stat=,lstart='
  : 'pid=,ppid=,pgid=,pgid=,uid=,nice=,rss=,tty=,stat=,lstart=';
/** The same limit as for every other source of a poll. */
export const psTimeoutMs = 2000;

/** @throws if ps cannot be run; the caller makes a failed reading of it. */
export async function readPs(): Promise<ReadonlyMap<number, PsLine>> {
  const result = await run('ps', ['-axo', columns], {
    timeoutMs: psTimeoutMs,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  if (!result.ok) throw new Error(result.reason);
  const lines = new Map<number, PsLine>();
  for (const text of result.value.split('\n')) {
    const line = parsePsLine(text);
    if (line !== undefined) lines.set(line.pid, line);
  }
  return lines;
}

/** Parses one line of these columns; times are UTC with a resolution of one second. */
export function parsePsLine(text: string): (PsLine & { readonly pid: number }) | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length < 14) return undefined;
  const number = (index: number) => Number(words[index]);
  const tty = words[7] ?? '?';
  return {
    pid: number(0),
    ppid: number(1),
    pgid: number(2),
    sid: number(3),
    uid: number(4),
    threads: isLinux ? number(5) : 1,
    rssBytes: number(6) * 1024,
    tty: tty.startsWith('?') ? 0 : 1,
    state: (words[8] ?? '?').charAt(0),
    startedAt: Date.parse(`${words.slice(9).join(' ')} UTC`),
  };
}
