/** What a made-up agent shows when its row is opened: its lines depend on its id and the time alone. */
import type { Inspection, Subject } from '../core/model/inspection.ts';
import type { Process, Vitals } from '../core/model/model.ts';
import { fieldsOf } from '../core/registry/fields.ts';
import { project } from './cast.ts';
import type { Machine } from './machine.ts';
import { chance } from './noise.ts';

const deeds = [
  'Read source/registry/merge.ts',
  'Read source/cli.ts',
  'Run npm test -- registry',
  'Edit source/registry/lock.ts',
  'Search for "flock("',
  'The lock is taken twice when a task is retried',
  'Compare the counters with the entries',
  'All 41 tests pass',
];
/** One thing is done in this time. */
const deedMs = 9000;
/** How many are in the detail, and in a whole log. */
const shownDeeds = { detail: 8, log: 120, screen: 8 } as const;

/** @returns what is known of one row of the made-up machine. */
export function inspect(
  { timeline, processes, registries }: Machine,
  subject: Subject,
): Inspection {
  const { key, agentId, pane, aspect } = subject;
  const alive = subject.processes.filter(processes.isThere);
  const log = agentId === undefined ? [] : logOf(agentId, timeline.wall(), shownDeeds[aspect]);
  const last = log.at(-1)?.message;
  return {
    key,
    aspect,
    directories: new Map(alive.map(({ pid }) => [pid, project])),
    ports: new Map(alive.map(({ pid }) => [pid, { ok: true, value: processes.portsOf(pid) }])),
    records: subject.registries.map(path => ({
      path,
      fields: fieldsOf(registries.textOf(path) ?? '', agentId ?? ''),
    })),
    tails: subject.tails.map(({ name }) => {
      const lines = name === 'log' ? log.map(line => JSON.stringify(line)) : undefined;
      return { name, lines: { ok: true, value: lines } };
    }),
    screen: pane && last ? { ok: true, value: [`> ${last}`, '', '  ? for shortcuts'] } : undefined,
  };
}

function logOf(agentId: string, now: number, count: number) {
  const seed = [...agentId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const first = Math.floor(now / deedMs) - count + 1;
  return Array.from({ length: count }, (_, index) => {
    const step = first + index;
    const message = deeds[Math.floor(chance(seed, step) * deeds.length)];
    return { timestamp: new Date(step * deedMs).toISOString(), type: 'assistant', message };
  });
}

const memoryBytes = 32 * 2 ** 30;
const othersBytes = 9 * 2 ** 30;

/** How the made-up machine is, by what its processes use; what vigil costs is made up as well. */
export function vitalsOf({ processes }: Machine): Vitals {
  const table = processes.table();
  const sum = (of: (process: Process) => number) =>
    table.reduce((total, each) => total + of(each), 0);
  return {
    load: Math.round(sum(each => each.cpuPercent) / 10) / 10,
    cores: 8,
    memoryBytes,
    availableBytes: memoryBytes - othersBytes - sum(each => each.rssBytes),
    ownCpuPercent: 0.6,
    ownRssBytes: 90 * 2 ** 20,
  };
}
