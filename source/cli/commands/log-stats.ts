/** `vigil log --stats`: how long cleanups take, and how often they escalate or fail. */
import type { Deed } from '../../core/model/history.ts';
import { type CleanupStats, statsOf } from '../../guard/cleanup-stats.ts';
import { cleanupOf } from '../../guard/cleanups.ts';
import { stampOf } from '../../text/history-lines.ts';
import { type Line, span } from '../../text/line.ts';
import { printable } from '../../text/printable.ts';
import { counted } from '../../text/units.ts';
import type { Output } from '../output.ts';

export function printStats(deeds: readonly Deed[], json: boolean, output: Output): void {
  const stats = statsOf(deeds.flatMap(deed => cleanupOf(deed) ?? []));
  if (json) output.json(statsJson(stats), 'indented');
  else output.lines(statsLines(stats));
}

function statsLines(stats: CleanupStats): Line[] {
  const { count, from = 0, to = 0, durations, outcomes, escalated, retries, respawned } = stats;
  const line = (name: string, value: string): Line => [
    span(printable(name.padEnd(10)), 'dim'),
    span(printable(value)),
  ];
  if (durations === undefined && count === 0) return [line('cleanups', 'none')];
  const share = ((100 * escalated) / count).toFixed(1);
  const counts = [...outcomes].map(([outcome, number]) => `${number} ${outcome}`);
  const { p50 = 0, p95 = 0, p99 = 0, longest = 0 } = durations ?? {};
  const times = `p50 ${seconds(p50)}, p95 ${seconds(p95)}, p99 ${seconds(p99)}, longest ${seconds(longest)}`;
  return [
    line('cleanups', `${count} (${stampOf(from)} to ${stampOf(to)})`),
    ...(durations === undefined ? [] : [line('duration', times)]),
    line('outcomes', counts.join(', ')),
    line('SIGKILL', `${counted(escalated, 'escalation')} (${share}%)`),
    line('retries', String(retries)),
    line('respawned', String(respawned)),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** Schema `vigil.log-stats/1` of docs/json.md. */
export function statsJson(stats: CleanupStats) {
  const { count, from, to, durations, outcomes, escalated, retries, respawned } = stats;
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    schema: 'vigil.log-stats/1',
    cleanups: count,
    from: time(from),
    to: time(to),
    durationMs: durations ?? null,
    outcomes: Object.fromEntries(outcomes),
    escalated,
    retries,
    respawned,
  };
}
