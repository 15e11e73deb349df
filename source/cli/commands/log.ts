/** `vigil log [TARGET…]`: what vigil has done, by whom and how it went, across runs. */
import { createHistorian } from '../../core/inventory/historian.ts';
import { type Deed, deedsAbout } from '../../core/model/history.ts';
import type { Host } from '../../core/ports/host.ts';
import { historyLines } from '../../text/history-lines.ts';
import { wrapPrinted } from '../../text/line.ts';
import { exitCodes, type Output } from '../output.ts';
import { printStats } from './log-stats.ts';

export type LogOptions = {
  readonly json: boolean;
  readonly signals: boolean;
  /** Statistics instead of entries. */
  readonly stats: boolean;
  /** Only what began in the last so many milliseconds. */
  readonly sinceMs?: number;
};

/** @returns 0; 3 if the log has nothing about a target; 5 if it cannot be read. */
export function log(
  host: Pick<Host, 'auditLog' | 'clock' | 'control' | 'processes'>,
  names: readonly string[],
  { json, signals, stats, sinceMs = Number.POSITIVE_INFINITY }: LogOptions,
  output: Output,
): number {
  const warn = (message: string) => output.warn(`vigil log: ${message}`);
  const reading = createHistorian(host).all();
  if (!reading.ok) {
    warn(`the audit log cannot be read: ${reading.reason}`);
    return exitCodes.unreadable;
  }
  const recent = reading.value.filter(({ at }) => host.clock.now() - at <= sinceMs);
  const about = names.map(name => deedsAbout(recent, name));
  const missing = names.filter((_, index) => about[index]?.length === 0);
  for (const name of missing) warn(`nothing about ${name} in the audit log`);
  const wanted = new Set(about.flat());
  const deeds = names.length === 0 ? recent : recent.filter(deed => wanted.has(deed));
  if (stats) printStats(deeds, json, output);
  else if (json) output.json({ schema: 'vigil.log/1', entries: deeds.map(deedJson) }, 'indented');
  else {
    if (recent.length === 0 && names.length === 0)
      warn(`nothing was done${Number.isFinite(sinceMs) ? ' in this time' : ' yet'}`);
    const lines = historyLines(deeds, { charset: output.charset, withSignals: signals });
    output.lines(wrapPrinted(lines, output.width));
  }
  return missing.length > 0 ? exitCodes.noTarget : exitCodes.done;
}

export function deedJson(deed: Deed) {
  const { at, by, kind, target, agentId, task, session, key, reason, outcome } = deed;
  return {
    time: new Date(at).toISOString(),
    kind,
    target,
    name: deed.name ?? null,
    agentId: agentId ?? null,
    task: task ?? null,
    session: session ?? null,
    class: deed.class ?? null,
    outcome,
    reason: reason ?? null,
    durationMs: deed.durationMs ?? null,
    by: {
      uid: by.uid,
      user: by.user ?? null,
      pid: by.pid,
      command: by.command ?? null,
      from: by.from ?? null,
      run: by.run ?? null,
    },
    key: key ?? null,
    notes: deed.notes,
    archived_files: deed.archived,
    signals: deed.signals.map(({ at: time, pid, signal, result, command }) => ({
      time: new Date(time).toISOString(),
      ...{ pid, signal, result, command },
    })),
  };
}
