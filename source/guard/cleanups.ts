/** Cleanups: terminations with an outcome, from the lines of the audit log, so that those of other commands count too. */
import { type Deed, historyOf } from '../core/model/history.ts';
import type { ProcessRef } from '../core/model/model.ts';

/** Signals that escalate: each after a gentler one. */
export const escalationSignals = ['SIGTERM', 'SIGKILL'] as const;
export type EscalationSignal = (typeof escalationSignals)[number];

/** Outcomes after which something may still run. */
export const failures = ['survived', 'denied', 'interrupted'] as const;

export type Cleanup = {
  /** When it ended, epoch milliseconds. */
  readonly at: number;
  /** 0 if it was interrupted. */
  readonly durationMs: number;
  readonly outcome: string;
  /** SIGKILL was needed after a gentler signal. */
  readonly escalated: boolean;
  readonly escalations: readonly EscalationSignal[];
  /** Waits after the first one. */
  readonly retries: number;
  readonly respawnedBy?: string;
};

/** @returns nothing for a deed that is no termination, or has no outcome yet. */
export function cleanupOf(deed: Deed): Cleanup | undefined {
  if (deed.kind !== 'end' || deed.outcome === 'running') return undefined;
  const { at, outcome, durationMs = 0, attempts = 0, signals, respawnedBy } = deed;
  const has = (name: string) => signals.some(({ signal }) => signal === name);
  const wasSent = (name: string) =>
    signals.some(({ signal, result }) => signal === name && result === 'sent');
  const escalations = escalationSignals.filter(name =>
    name === 'SIGTERM'
      ? has('SIGUSR1') && wasSent(name)
      : (has('SIGUSR1') || has('SIGTERM')) && wasSent(name),
  );
  return {
    at: at + durationMs,
    durationMs,
    outcome,
    escalated: escalations.includes('SIGKILL'),
    escalations,
    retries: Math.max(0, attempts - 1),
    respawnedBy,
  };
}

/** What was new in the log. */
export type LogNews = {
  readonly cleanups: readonly Cleanup[];
  /** Waits for the locks of registries, milliseconds. */
  readonly lockWaitsMs: readonly number[];
};

type Fields = Readonly<Record<string, unknown>>;

/** @param isRunning whether the vigil that wrote a line still runs.
 * @returns a function that takes the next lines and keeps only those of terminations without an outcome. */
export function createLogReader(
  isRunning: (author: ProcessRef) => boolean,
): (lines: Iterable<unknown>) => LogNews {
  const open = new Map<string, unknown[]>();
  return lines => {
    const cleanups: Cleanup[] = [];
    const lockWaitsMs: number[] = [];
    const close = (key: string, group: readonly unknown[]) => {
      const [deed] = historyOf(group, isRunning);
      const cleanup = deed && cleanupOf(deed);
      if (cleanup === undefined) return;
      cleanups.push(cleanup);
      open.delete(key);
    };
    for (const line of lines) {
      const entry = Object(line) as Fields;
      if (typeof entry.registry === 'string' && typeof entry.waitedMs === 'number')
        lockWaitsMs.push(entry.waitedMs);
      if (typeof entry.target !== 'string') continue;
      const { pid, start } = Object(entry.by) as Fields;
      const key = `${pid} ${start} ${entry.target}`;
      const group = open.get(key);
      if (entry.event === 'end') open.set(key, [line]);
      else if (entry.event !== undefined) continue;
      else if (typeof entry.outcome === 'string') close(key, [...(group ?? []), line]);
      else group?.push(line);
    }
    for (const [key, group] of open) close(key, group);
    return { cleanups, lockWaitsMs };
  };
}
