/** tmux servers whose socket file was removed: what is said of them, whose their panes are, and their rescue. */
import { describe, expect, it } from 'vitest';
import { isRescued, planRescue, rescue } from '../../source/core/lifecycle/rescue.ts';
import type { Inventory, LostServer } from '../../source/core/model/model.ts';
import {
  entry,
  inventory,
  judge,
  type Parts,
  process,
  registry,
  serverPid,
  workspace,
} from '../helpers/inventory.ts';
import { inPane } from '../helpers/observation.ts';

const lost: LostServer = {
  pid: serverPid,
  start: `${serverPid}0`,
  path: '/tmp/tmux-1000/default',
  isTaken: false,
};
const agentPid = 4100;
const parts: Parts = {
  processes: [process(agentPid, serverPid, 'claude')],
  registries: [registry('task', [entry('a-1', 'working')])],
  origins: { [agentPid]: inPane('%0') },
};
const found = (more: Partial<Inventory> = {}, given = parts) =>
  judge(inventory(given, { servers: [], lostServers: [lost], ...more })).snapshot;
const seen = {
  ...{ serverPid, serverStart: lost.start, sessionId: '$1' },
  ...{ workspace, task: 'TASK-1', agentId: 'a-1' },
};

describe('a server without its socket', () => {
  it('is named with its path, and with what rescues it', () => {
    const [problem, ...more] = found().problems;
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ source: 'tmux', about: lost.path, unread: false });
    expect(problem?.message).toMatch(`server ${serverPid}: its socket ${lost.path} was removed`);
    expect(problem?.message).toMatch('vigil doctor --rescue');
  });

  it('is not to be rescued while another server has its path', () => {
    const [problem] = found({ lostServers: [{ ...lost, isTaken: true }] }).problems;
    expect(problem?.message).toMatch(`another server has its socket ${lost.path}`);
  });

  it('holds an agent that an earlier poll has seen there: one row, alive', () => {
    const { rows } = found({ sightings: [seen] });
    expect(rows.map(row => [row.key, row.class])).toEqual([['agent:a-1', 'live']]);
    expect(rows[0]?.processes.map(({ pid }) => pid)).toEqual([agentPid]);
  });

  it('holds an agent that VIGIL_AGENT names: one row, alive', () => {
    const origins = { [agentPid]: { ...inPane('%0'), agentMark: 'a-1:uuid' } };
    const { rows } = found({}, { ...parts, origins });
    expect(rows.map(row => [row.key, row.class])).toEqual([['agent:a-1', 'live']]);
  });

  it('proves nothing by a session of another server, or of one that had its pid', () => {
    for (const wrong of [
      { ...seen, serverStart: 'another' },
      { ...seen, sessionId: '$2' },
    ]) {
      const { rows } = found({ sightings: [wrong] });
      expect(rows.map(row => [row.key, row.class]).sort()).toEqual([
        ['agent:a-1', 'unknown'],
        [`process:${agentPid}@${agentPid}0`, 'unknown'],
      ]);
    }
  });
});

describe('the rescue', () => {
  const taken = { ...lost, pid: 4001, isTaken: true };
  const monitor = { inventory: () => inventory({}, { lostServers: [lost, taken] }) };

  it('leaves out a server whose path another one has', () => {
    expect(planRescue(monitor)).toEqual({ servers: [lost], taken: [taken] });
    expect(planRescue({ inventory: () => undefined })).toEqual({ servers: [], taken: [] });
    const rescued = [{ server: lost, done: { ok: true, value: true } }] as const;
    expect(isRescued({ servers: [lost], taken: [] }, rescued)).toBe(true);
    expect(isRescued({ servers: [lost], taken: [taken] }, rescued)).toBe(false);
  });

  it('asks each server of the plan once, and records the outcome', async () => {
    const written: unknown[] = [];
    const asked: number[] = [];
    const host = {
      auditLog: { write: (line: unknown) => written.push(line) },
      sessions: {
        recreateSocket: async ({ pid }: LostServer) => {
          asked.push(pid);
          return { ok: false, reason: 'it has exited' };
        },
      },
    } as unknown as Parameters<typeof rescue>[0];
    const [rescued] = await rescue(host, planRescue(monitor), ':');
    expect([asked, rescued]).toEqual([
      [serverPid],
      { server: lost, done: { ok: false, reason: 'it has exited' } },
    ]);
    expect(written).toMatchObject([
      { event: 'rescue', target: lost.path, outcome: 'failed', key: ':' },
    ]);
  });
});
