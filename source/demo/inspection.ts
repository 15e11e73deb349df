/** What a made-up agent shows to whoever opens it: its lines hang on its id and the time, not on who looks. */
import type { Inspection, Subject } from '../core/model/inspection.ts';
import type { Vitals } from '../core/model/model.ts';
import { fieldsOf } from '../core/registry/fields.ts';
import { workspace } from './cast.ts';
import { chance } from './noise.ts';
import type { Processes } from './processes.ts';
import type { Registries } from './registries.ts';
import type { Timeline } from './timeline.ts';

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
const shownDeeds = 8;

type World = {
  readonly timeline: Timeline;
  readonly processes: Processes;
  readonly registries: Registries;
};

export function inspectDemo({ timeline, processes, registries }: World) {
  return async (subject: Subject): Promise<Inspection> => {
    const { key, agentId, pane } = subject;
    const alive = subject.processes.filter(ref => processes.isThere(ref));
    const done = agentId === undefined ? [] : deedsOf(agentId, timeline);
    const [last] = done.slice(-1);
    return {
      key,
      directories: new Map(alive.map(({ pid }) => [pid, workspace.replace(/\/[^/]*$/, '')])),
      ports: new Map(alive.map(({ pid }) => [pid, { ok: true, value: processes.portsOf(pid) }])),
      records: subject.registries.map(path => ({
        path,
        fields: fieldsOf(registries.textOf(path) ?? '', agentId ?? ''),
      })),
      tails: subject.tails.map(({ name }) => ({
        name,
        lines: { ok: true, value: name === 'log' ? done.map(lineOf) : undefined },
      })),
      screen:
        pane === undefined || last === undefined
          ? undefined
          : { ok: true, value: [`> ${last.says}`, '', '  ? for shortcuts'] },
    };
  };
}

type Deed = { readonly at: number; readonly says: string };

function deedsOf(agentId: string, timeline: Timeline): Deed[] {
  const seed = [...agentId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const current = Math.floor(timeline.wall() / deedMs);
  return Array.from({ length: shownDeeds }, (_, index) => {
    const step = current - shownDeeds + 1 + index;
    const says = deeds[Math.floor(chance(seed, step) * deeds.length)] ?? '';
    return { at: step * deedMs, says };
  });
}

function lineOf({ at, says }: Deed): string {
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ timestamp, type: 'assistant', message: says });
}

const memoryBytes = 32 * 2 ** 30;
const othersBytes = 9 * 2 ** 30;
const cores = 8;

/** The made-up machine's, from what its processes take; what vigil costs is made up as well. */
export function demoVitals(processes: Processes): Vitals {
  const table = processes.table();
  const rssBytes = table.reduce((sum, each) => sum + each.rssBytes, 0);
  const cpuPercent = table.reduce((sum, each) => sum + each.cpuPercent, 0);
  return {
    load: Math.round(cpuPercent / 10) / 10,
    cores,
    memoryBytes,
    availableBytes: memoryBytes - othersBytes - rssBytes,
    ownCpuPercent: 0.6,
    ownRssBytes: 90 * 2 ** 20,
  };
}
