/** A `vigil.snapshot/1` of another machine. */
import { readFarSnapshot } from '../../../source/fleet/far-snapshot.ts';
import type { FleetHost } from '../../../source/fleet/fleet-host.ts';

/** The clock there is three hours behind. */
export const now = Date.parse('2026-11-30T12:00:00.000Z');
const takenAt = '2026-11-30T09:00:00.000Z';

export function host(name: string): FleetHost {
  return { name, at: { destination: name }, readOnly: false, command: 'vigil' };
}

const row = {
  class: 'live',
  key: 'agent:a-1',
  agentId: 'a-1',
  processes: [
    {
      ...{ pid: 7, start: '99', ppid: 1, state: 'S', role: 'agent', reason: 'its pane' },
      ...{ startedAt: '2026-11-30T08:50:00.000Z', command: 'claude --print', cpuPercent: 1 },
      rssBytes: 5,
    },
  ],
  ...{ cpuPercent: 1, rssBytes: 5, startedAt: '2026-11-30T08:50:00.000Z' },
  evidenceKinds: [{ kind: 'own-pane', strength: 'proof', text: 'its pane' }],
};

export function farDocument(more: object = {}): object {
  return {
    ...{ schema: 'vigil.snapshot/1', version: '1.2.3', takenAt, tookMs: 8, host: 'box7' },
    bootId: 'b-1',
    vitals: { load: 0.5, cores: 8, memoryBytes: 100, availableBytes: 50 },
    workspaces: ['/w'],
    rows: [row, { ...row, class: 'ghost', key: 'agent:a-2', agentId: 'a-2', processes: [] }],
    totals: { live: 1, ghost: 1, rssBytes: 5, reclaimableBytes: 3 },
    problems: [{ source: 'tmux', message: 'no tmux', unread: true }],
    ...more,
  };
}

/** @throws if it cannot be read. */
export function farSnapshot(document: object) {
  const reading = readFarSnapshot(JSON.stringify(document), 'devbox', now);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value;
}
