/** Entries of several workspaces that name the same session: ids are copied with a workspace, and may be the same by
 * chance. The project that an agent works in says whose it is. */
import { describe, expect, it } from 'vitest';
import { registriesElsewhere } from '../../source/core/inventory/other-projects.ts';
import { createProcessTree } from '../../source/core/inventory/process-tree.ts';
import type { Inventory, RegistryReading } from '../../source/core/model/model.ts';
import { entry, inventory, judge, pane, planned, process, registry } from '../helpers/inventory.ts';

/** A registry of the workspace of a project that records `a-1`. */
function recordedIn(project: string, status = 'working', more = {}): RegistryReading {
  const workspace = `${project}/.agent-workspace`;
  const path = `${workspace}/TASK-1/AGENT_REGISTRY.json`;
  return registry('task', [entry('a-1', status, more)], { workspace, path });
}

/** Agents by pid, each in a session `agent_a-1` of a server of its own, with the directories that they work in. */
function world(
  places: Readonly<Record<number, string>>,
  registries: readonly RegistryReading[],
  more: Partial<Inventory> = {},
): Inventory {
  const pids = Object.keys(places).map(Number);
  const panes = pids.map(pid => pane('agent_a-1', pid, { serverPid: pid - 1000 }));
  const given = inventory(
    {
      processes: pids.flatMap(pid => [
        process(pid - 1000, 1, 'tmux', { name: 'tmux: server' }),
        process(pid, pid - 1000, 'claude'),
      ]),
      registries,
    },
    {
      directories: new Map(pids.map(pid => [pid, places[pid] ?? ''])),
      workspaces: [...new Set(registries.map(({ workspace }) => workspace))],
      servers: panes.map(each => ({
        ...{ socket: `s${each.panePid}`, path: `/tmp/s${each.panePid}` },
        reading: { ok: true, value: [each] },
      })),
      ...more,
    },
  );
  return given;
}

/** `WORKSPACE CLASS PIDS` of each row of `a-1`. */
function rowsOf(given: Inventory): readonly string[] {
  return judge(given)
    .snapshot.rows.filter(row => row.agentId === 'a-1')
    .map(row => {
      const pids = row.processes.map(({ pid }) => pid);
      return [row.workspace?.split('/')[1], row.class, ...pids].join(' ');
    })
    .sort();
}

describe('two workspaces record an agent of the same id', () => {
  const both = [recordedIn('/one'), recordedIn('/two')];

  it('each has its own, if each project has one', () => {
    for (const registries of [both, [...both].reverse()])
      expect(rowsOf(world({ 5000: '/one/src', 7000: '/two' }, registries))).toEqual([
        'one live 5000',
        'two live 7000',
      ]);
  });

  it('a single agent is that of the project it works in; the other entry is a ghost', () => {
    for (const registries of [both, [...both].reverse()]) {
      const given = world({ 5000: '/one' }, registries);
      expect(rowsOf(given)).toEqual(['one live 5000', 'two ghost']);
      const isWanted = (row: { workspace?: string }) => row.workspace?.startsWith('/two') === true;
      const { targets } = planned(given, { isWanted }).plan;
      expect(targets.flatMap(({ members, session }) => [...members, session])).toEqual([undefined]);
    }
  });

  it('of a project in another one, the inner one counts', () => {
    const nested = [recordedIn('/one'), recordedIn('/one/two')];
    const rows = judge(world({ 5000: '/one/two/src' }, nested)).snapshot.rows;
    expect(rows.find(row => row.class === 'live')?.workspace).toBe('/one/two/.agent-workspace');
  });

  it('elsewhere, or where the directory is unknown, it stays an agent of both', () => {
    expect(rowsOf(world({ 5000: '/three' }, both))).toEqual(['one live 5000', 'two live 5000']);
    const unread = world({ 5000: '/one' }, both, { directories: new Map() });
    expect(rowsOf(unread)).toEqual(['one live 5000', 'two live 5000']);
  });
});

describe('a copy of a workspace is shown alone', () => {
  const tracked = [{ pid: 5000, start: '50000', bootId: 'boot' }];
  const elsewhere = [recordedIn('/one', 'working', { tracked })];

  it('an agent in the project of the original is not its', () => {
    for (const [status, found] of [
      ['working', 'two ghost'],
      ['completed', 'two ended'],
    ]) {
      const copied = [recordedIn('/two', status, { tracked })];
      expect(rowsOf(world({ 5000: '/one' }, copied, { elsewhere }))).toEqual([found]);
      expect(rowsOf(world({ 5000: '/two' }, copied, { elsewhere }))).not.toEqual([found]);
    }
  });

  it('but what the original records as finished does not speak for it', () => {
    const finished = [recordedIn('/one', 'completed')];
    const given = world({ 5000: '/one' }, [recordedIn('/two')], { elsewhere: finished });
    expect(rowsOf(given)).toEqual(['two live 5000']);
  });
});

describe('registries of other projects', () => {
  const agent = process(5001, 5000, 'claude');
  const shell = process(5000, 4000, 'bash');
  const found = (directory: string | undefined, session: string) => ({
    agents: [agent],
    directories: new Map(directory === undefined ? [] : [[agent.pid, directory]]),
    panes: [pane(session, shell.pid)],
    tree: createProcessTree([shell, agent]),
  });
  const known = {
    workspaces: ['/two/.agent-workspace'],
    registries: [recordedIn('/two')],
    problems: [],
  };
  const read = (directory: string | undefined, session = 'agent_a-1') =>
    registriesElsewhere(found(directory, session), known, async processes => {
      expect(processes).toEqual([agent]);
      return [recordedIn('/one')];
    });

  it('are read for an agent outside our projects in a session that an entry names', async () => {
    expect(await read('/one')).toHaveLength(1);
    expect(await read('/twofold')).toHaveLength(1);
  });

  it('are not read otherwise', async () => {
    expect(await read('/two')).toBeUndefined();
    expect(await read('/two/src')).toBeUndefined();
    expect(await read(undefined)).toBeUndefined();
    expect(await read('/one', 'agent_b-1')).toBeUndefined();
    expect(await read('/one', 'main')).toBeUndefined();
  });
});
