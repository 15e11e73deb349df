/** Conditions of live agents: over a limit, idle, stuck. Pure; what needs several looks is kept in
 * `Activity`. */
import type { Row } from '../core/model/model.ts';
import { bytes, duration, percent } from '../text/units.ts';
import type { Case } from './agreement.ts';
import type { AgentLimits, GuardConfig } from './config.ts';
import type { Look } from './observer.ts';

/** What a poll does not read. */
export type Readings = {
  /** Open descriptors of all processes of a row, by its key; a row that could not be read has none. */
  readonly descriptors: ReadonlyMap<string, number>;
  /** Bytes of an agent's log, by row key; without a log there is none. */
  readonly logBytes: ReadonlyMap<string, number>;
};

/** What a live row did in earlier looks. */
export type Doings = {
  readonly verdict: string;
  /** Since when it has used more CPU than its limit. */
  readonly busySince?: number;
  /** Since when it has done nothing that can be seen. */
  readonly quietSince?: number;
  readonly logBytes?: number;
  readonly activityAt?: number;
};

/** By row key. */
export type Activity = ReadonlyMap<string, Doings>;

export const noActivity: Activity = new Map();

/** CPU below this is no work: of a program that waits with a blinking cursor. */
const quietPercent = 1;

/** Counts a look. A row is compared with what it was in the one before. */
export function nextActivity(
  before: Activity,
  { snapshot, at }: Look,
  readings: Readings,
  { limits }: GuardConfig,
): Activity {
  const live = snapshot.rows.filter(row => row.class === 'live');
  return new Map(
    live.map((row): [string, Doings] => {
      const known = before.get(row.key);
      const verdict = row.verdict ?? '';
      const logBytes = readings.logBytes.get(row.key);
      const activityAt = row.lastActivityAt;
      const facts = { verdict, logBytes, activityAt };
      // CPU of a row that was not there before is that since its start.
      if (known === undefined || known.verdict !== verdict) return [row.key, facts];
      const isBusy = limits.cpu !== undefined && row.cpuPercent >= limits.cpu.percent;
      const isQuiet =
        row.cpuPercent < quietPercent &&
        known.logBytes === logBytes &&
        known.activityAt === activityAt &&
        (logBytes !== undefined || activityAt !== undefined) &&
        !isWaiting(row);
      return [
        row.key,
        {
          ...facts,
          busySince: isBusy ? (known.busySince ?? at) : undefined,
          quietSince: isQuiet ? (known.quietSince ?? at) : undefined,
        },
      ];
    }),
  );
}

/** The conditions that rows meet in this look. */
export function conditionsOf(
  { snapshot, at }: Look,
  activity: Activity,
  readings: Readings,
  config: GuardConfig,
): readonly Case[] {
  return snapshot.rows.flatMap((row): Case[] => {
    if (row.class !== 'live') return [];
    const doings = activity.get(row.key);
    const over = excessesOf(
      row,
      { doings, at, descriptors: readings.descriptors.get(row.key) },
      config.limits,
    );
    const quietMs = doings?.quietSince === undefined ? 0 : at - doings.quietSince;
    const idleMs = row.session === undefined ? 0 : at - (row.lastActivityAt ?? at);
    return [
      ...(over.length > 0 ? [{ subject: 'limit' as const, row, text: over.join(', ') }] : []),
      ...(quietMs >= config.stuckAfterMs && quietMs > 0
        ? [
            {
              subject: 'stuck' as const,
              row,
              text: `no CPU, no output and no log for ${duration(quietMs)}`,
            },
          ]
        : []),
      ...(idleMs > config.idleLimitMs
        ? [
            {
              subject: 'idle' as const,
              row,
              text: `its session has been idle for ${duration(idleMs)}`,
            },
          ]
        : []),
    ];
  });
}

/** It asks for input, so that it is not stuck. */
function isWaiting({ activity, status }: Row): boolean {
  return activity === 'waiting' || status === 'waiting';
}

function excessesOf(
  row: Row,
  {
    doings,
    at,
    descriptors,
  }: { readonly doings?: Doings; readonly at: number; readonly descriptors?: number },
  limits: AgentLimits,
): string[] {
  const { rssBytes, cpu, processes, ageMs } = limits;
  const over: string[] = [];
  if (rssBytes !== undefined && row.rssBytes > rssBytes)
    over.push(`memory ${bytes(row.rssBytes)} of ${bytes(rssBytes)}`);
  const busyMs = doings?.busySince === undefined ? undefined : at - doings.busySince;
  if (cpu !== undefined && busyMs !== undefined && busyMs >= cpu.ms)
    over.push(`CPU ${percent(row.cpuPercent)}%, at least ${cpu.percent}% for ${duration(busyMs)}`);
  if (processes !== undefined && row.processes.length > processes)
    over.push(`${row.processes.length} processes of ${processes}`);
  if (limits.descriptors !== undefined && (descriptors ?? 0) > limits.descriptors)
    over.push(`${descriptors} descriptors of ${limits.descriptors}`);
  if (ageMs !== undefined && row.startedAt !== undefined && at - row.startedAt > ageMs)
    over.push(`running for ${duration(at - row.startedAt)} of ${duration(ageMs)}`);
  return over;
}
