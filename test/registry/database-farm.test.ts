/** The farm of the process leak analysis, with its agents in a database: classified, ended and reconciled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Python, startPython, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Farm, startFarm } from '../helpers/farm.ts';
import { stateDb } from '../helpers/programs.ts';
import { start } from '../helpers/registry-file.ts';
import { vigil } from '../helpers/vigil.ts';
import type { AgentSpec } from '../helpers/workspace.ts';

type JsonRow = {
  class: string;
  agentId: string | null;
  status: string;
  evidence: string[];
  recordedBy: string[];
};

let farm: Farm;
let python: Python;
let database: TestDatabase;
beforeAll(async () => {
  farm = await startFarm();
  python = startPython();
  database = python.database(farm.workspace.path);
});
afterAll(() => {
  python?.close();
  farm?.close();
});

const run = (...words: string[]) =>
  vigil([...words, ...farm.options], {
    env: { XDG_STATE_HOME: join(farm.standIns.directory, 'state') },
  });

async function list() {
  const { stdout, stderr, code } = await run('list', '--json', '--class', everyClass);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const json = JSON.parse(stdout);
  const rows = (json.rows as JsonRow[]).filter(row => row.agentId !== null);
  return {
    classes: Object.fromEntries(rows.map(row => [row.agentId, row.class])),
    rows,
    kinds: json.registries.map(({ kind }: { kind: string }) => kind),
    registries: json.registries as Record<string, unknown>[],
  };
}
const everyClass = 'live,undead,ghost,husk,orphan,interactive,zombie,unknown,ended';
const rowOf = (rows: readonly JsonRow[], id: string) => rows.find(row => row.agentId === id);
const statusInJson = (id: string) =>
  JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents.find(
    (each: { id: string }) => each.id === id,
  )?.status;

describe('a farm whose agents are in a database', () => {
  let agents: readonly AgentSpec[];
  beforeAll(() => {
    const { ids } = farm;
    const active = [...ids.live, ...ids.ghosts, ids.husk].map(id => ({ id, status: 'working' }));
    const ended = [...ids.ended, ids.undead, ids.leaker].map(id => ({ id, status: 'completed' }));
    agents = [...active, ...ended];
  });

  it('has the same classes in JSON, in SQLite, and in both where JSON is out of date', async () => {
    const inJson = await list();
    expect(Object.values(inJson.classes).filter(each => each === 'ghost')).toHaveLength(46);

    await database.fill(farm.task, agents);
    farm.workspace.writeTask(farm.task, []);
    farm.workspace.writeGlobal({});
    // A writer that is connected and writes all the time.
    const writer = start(stateDb, ['count', database.path, farm.ids.live[0] as string, 1_000_000]);
    try {
      const inDatabase = await list();
      expect(inDatabase.classes).toEqual(inJson.classes);
      expect(inDatabase.registries).toContainEqual(
        expect.objectContaining({
          kind: 'sqlite',
          ok: true,
          agents: 95,
          recordedActive: 55,
          actualActive: 8,
        }),
      );
      expect(new Set(inDatabase.rows.flatMap(row => row.recordedBy))).toEqual(
        new Set(['orchestrator-sqlite']),
      );
    } finally {
      writer.child.kill('SIGKILL');
      await writer.ended;
    }

    // Each second entry says the opposite, and each fifth is missing.
    const drift = agents.flatMap((agent, index) => {
      const status = agent.status === 'working' ? 'completed' : 'working';
      return index % 5 === 0 ? [] : index % 2 === 0 ? [{ ...agent, status }] : [agent];
    });
    farm.workspace.writeTask(farm.task, drift);
    farm.workspace.age();
    const inBoth = await list();
    expect(inBoth.classes).toEqual(inJson.classes);
    const [differing] = drift.filter(agent =>
      agents.every(each => each.id !== agent.id || each.status !== agent.status),
    );
    expect(rowOf(inBoth.rows, differing?.id ?? '')?.evidence.join()).toContain(
      'database and task registry disagree: status working, completed',
    );
    expect(rowOf(inBoth.rows, drift[0]?.id ?? '')?.recordedBy).toEqual([
      'orchestrator-sqlite',
      'orchestrator-json',
    ]);
    const { stdout } = await run('list');
    expect(stdout).toContain('active: 55 recorded, 8 actual');
    expect(stdout).toContain('json+sqlite');
  });

  it('records an ending in the database and in JSON', async () => {
    const id = farm.ids.live[1] as string;
    const { code, stderr } = await run('kill', id, '--yes', '--reason', 'a test');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { agents: rows, agent_progress_latest: latest } = await database.rows();
    const row = rows.find(each => each.agent_id === id);
    expect(row).toMatchObject({ status: 'terminated', progress: 40 });
    expect(row?.completed_at).toBe(row?.last_update);
    expect(latest).toMatchObject([{ agent_id: id, status: 'terminated', message: 'a test' }]);
    expect(statusInJson(id)).toBe('terminated');
    expect(rowOf((await list()).rows, id)?.class).toBe('ended');
  });

  it('records an ending in both where the database was locked while it was planned', async () => {
    const id = farm.ids.live[7] as string;
    expect(statusInJson(id)).toBe('working');
    const lock = await database.lock();
    const sessions = () => farm.server.tmux('list-sessions', '-F', '#{session_name}').split('\n');
    const killing = run('kill', id, '--yes');
    await eventually('its session is gone', () => !sessions().includes(`agent_${id}`));
    await lock.release();
    const { code, stderr } = await killing;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect([(await database.statuses()).get(id), statusInJson(id)]).toEqual([
      'terminated',
      'terminated',
    ]);
  });

  it('is reconciled: ghosts are closed in both, and JSON follows the database', async () => {
    const { code, stderr } = await run('reconcile', '--yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const statuses = await database.statuses();
    expect(farm.ids.ghosts.map(id => statuses.get(id))).toEqual(Array(46).fill('terminated'));
    expect(farm.ids.live.slice(2, 7).map(id => statuses.get(id))).toEqual(Array(5).fill('working'));
    for (const { id } of agents) expect([undefined, statuses.get(id)]).toContain(statusInJson(id));
    expect(await database.check()).toBe('ok');
    const copies = readdirSync(join(farm.workspace.path, 'registry', 'backups'), {
      recursive: true,
    });
    expect(copies.filter(name => String(name).endsWith('state.sqlite3')).length).toBeGreaterThan(0);
    const again = await run('reconcile', '--dry-run', '--json');
    expect(
      JSON.parse(again.stdout).changes.filter(({ kind }: { kind: string }) => kind !== 'track'),
    ).toEqual([]);
  });

  it('shows what the orchestrator writes', async () => {
    const id = farm.ids.live[7] as string;
    await database.end(id, 'failed');
    const { rows } = await list();
    expect(rowOf(rows, id)).toMatchObject({ status: 'failed' });
  });
});
