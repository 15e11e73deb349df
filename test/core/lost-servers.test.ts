/** tmux servers whose socket file was removed: what is said of them, whose their panes are, and their rescue. */
import { describe, expect, it } from 'vitest';
import { isRescued, planRescue, rescue } from '../../source/core/lifecycle/rescue.ts';
import type { Inventory, LostServer } from '../../source/core/model/model.ts';
import {
  entry,
  inventory,
  judge,
  type Parts,
  pane,
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

  describe('holds an agent in the session that the server was started with', () => {
    const at = (session: number) => {
      const tmux = { socketPath: lost.path, serverPid, session };
      return { [agentPid]: { ...inPane('%0'), tmux } };
    };
    const started = (command: string, more: Partial<Parts> = {}) => {
      const given = { ...parts, origins: at(0), ...more };
      const { rows } = judge(
        inventory(given, {
          ...{ servers: [], lostServers: [lost] },
          processes: {
            ok: true,
            value: [
              process(1, 0, '/sbin/init', { uid: 0 }),
              process(serverPid, 1, command, { name: 'tmux: server' }),
              ...(given.processes ?? []),
            ],
          },
        }),
      ).snapshot;
      return rows.map(row => [row.key, row.class, row.processes.map(({ pid }) => pid)]).sort();
    };
    const command = 'tmux -L gone -f /dev/null new-session -d -s agent_a-1 claude';
    const apart = [
      ['agent:a-1', 'unknown', []],
      [`process:${agentPid}@${agentPid}0`, 'unknown', [agentPid]],
    ];

    it('one row, alive', () => {
      expect(started(command)).toEqual([['agent:a-1', 'live', [agentPid]]]);
    });

    it('not by a later session, another name, a finished entry, or a shell alone', () => {
      expect(started(command, { origins: at(1) })).toEqual(apart);
      expect(started('tmux new -s agent_a-12 claude')).toEqual(apart);
      const finished = { registries: [registry('task', [entry('a-1', 'completed')])] };
      expect(started(command, finished)).toContainEqual(apart[1]);
      const shell = { processes: [process(agentPid, serverPid, '-bash', { name: 'bash' })] };
      expect(started(command, shell)).toContainEqual(['agent:a-1', 'ghost', []]);
    });

    it('not where the agent is in another session', () => {
      const second = { processes: [...(parts.processes ?? []), process(4200, 4001, 'claude')] };
      const both = judge(
        inventory(
          { ...parts, ...second, origins: at(0), panes: [pane('agent_a-1', 4200)] },
          { lostServers: [lost] },
        ),
      ).snapshot.rows.find(({ key }) => key === 'agent:a-1');
      expect(both?.processes.map(({ pid }) => pid)).toEqual([4200]);
    });
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
