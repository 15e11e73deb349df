/** The demo's made-up world by itself: what happens in it, whoever looks. */
import { describe, expect, it } from 'vitest';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import { demoWorld } from '../helpers/demo.ts';

const megabyte = 1024 * 1024;
const grower = 'agent:heap_profiler-232010-3f7b21';

const rowOf = (snapshot: Snapshot | undefined, key: string): Row | undefined =>
  snapshot?.rows.find(row => row.key === key);

async function readings({ host }: ReturnType<typeof demoWorld>) {
  return {
    processes: await host.processes.read(),
    servers: await host.servers.read(),
    registries: await host.registries.read(),
    endings: host.killRecovery.read(),
    files: host.workspaceFiles.listLeftovers(''),
  };
}

describe('the made-up world', () => {
  it('begins with every class but unknown, in several tasks and depths', async () => {
    const [first] = await demoWorld().watch(0);
    const { totals, rows = [] } = first ?? {};
    expect(totals).toMatchObject({ live: 10, undead: 2, ghost: 4, husk: 1, orphan: 3 });
    expect(totals).toMatchObject({ interactive: 2, zombie: 1, ended: 4, unknown: 0 });
    expect(new Set(rows.flatMap(row => row.task ?? [])).size).toBe(3);
    expect(new Set(rows.flatMap(row => row.depth ?? []))).toEqual(new Set([1, 2, 3]));
    expect(first?.problems).toEqual([]);
  });

  it('is the same however often somebody looks', async () => {
    const watched = demoWorld();
    const left = demoWorld();
    await watched.watch(500, 11.3);
    left.pass(watched.seconds());
    expect(await readings(left)).toEqual(await readings(watched));
  });

  it('has news in every minute of half an hour, and never a problem', async () => {
    const snapshots = await demoWorld().watch(1800, 10);
    const classesOf = ({ rows }: Snapshot) =>
      new Map(rows.map(row => [row.key, `${row.class} ${row.progress ?? ''}`]));
    for (let minute = 0; minute < 30; minute++) {
      const before = classesOf(snapshots[minute * 6] as Snapshot);
      const after = classesOf(snapshots[minute * 6 + 6] as Snapshot);
      const changed = [...after].filter(([key, text]) => before.get(key) !== text);
      expect(changed.length, `minute ${minute}`).toBeGreaterThan(0);
      expect((snapshots[minute * 6] as Snapshot).totals.live).toBeGreaterThanOrEqual(5);
    }
    expect(snapshots.flatMap(({ problems }) => problems)).toEqual([]);
    // What the acts leave behind does not pile up.
    const last = snapshots.at(-1) as Snapshot;
    expect(last.rows.length).toBeLessThan(60);
    expect(last.totals.orphan).toBeLessThanOrEqual(6);
    expect(last.totals.ghost).toBeLessThanOrEqual(10);
  });

  it('lets agents be deployed, get on, and finish', async () => {
    const seen = (await demoWorld().watch(140)).flatMap(({ rows }) =>
      rows.filter(row => row.type === 'dependency_scout'),
    );
    expect(seen[0]).toMatchObject({
      class: 'live',
      progress: 0,
      parent: 'code_auditor-225401-71587d',
    });
    const progress = seen.map(row => row.progress ?? 0);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(new Set(progress).size).toBeGreaterThan(10);
    expect(seen.at(-1)).toMatchObject({ class: 'ended', status: 'completed', progress: 100 });
  });

  it('has one whose memory grows by 8 MB a second until it is over', async () => {
    const world = demoWorld();
    const at = async (seconds: number) =>
      rowOf((await world.watch(seconds, 1)).at(-1), grower)?.rssBytes ?? 0;
    const start = await at(0);
    expect(start).toBeGreaterThan(280 * megabyte);
    expect(start).toBeLessThan(400 * megabyte);
    const later = await at(200);
    expect((later - start) / megabyte).toBeGreaterThan(200 * 7.7);
    expect((later - start) / megabyte).toBeLessThan(200 * 8.3);
    expect(rowOf((await world.watch(290)).at(-1), grower)).toMatchObject({
      class: 'ghost',
      status: 'working',
    });
  });

  it('has one that dies without telling its registry, and one that leaves a server behind', async () => {
    const last = (await demoWorld().watch(110)).at(-1) as Snapshot;
    expect(rowOf(last, 'agent:edge_case_prober-231822-a91f3e')?.class).toBe('ghost');
    const tester = last.rows.find(row => row.type === 'browser_tester');
    expect(tester?.class).toBe('ghost');
    expect(last.rows.find(row => row.parent === tester?.agentId)).toMatchObject({
      class: 'orphan',
      type: 'mcp',
    });
  });

  it('has somebody else’s vigil end one, attempt by attempt', async () => {
    const world = demoWorld();
    const key = 'agent:link_checker-091811-e07a52';
    const rows = (await world.watch(40, 0.2)).flatMap(each => rowOf(each, key) ?? []);
    const stages = rows.map(({ escalation }) => {
      if (escalation === undefined) return '';
      const attempt = 'of' in escalation ? ` ${escalation.attempt}/${escalation.of}` : '';
      return `${escalation.stage}${attempt}`;
    });
    expect(stages.filter((stage, index) => stage !== stages[index - 1])).toEqual([
      '',
      'terminating 1/3',
      'terminating 2/3',
      'terminating 3/3',
      'killing',
      '',
    ]);
    const during = rows.find(row => row.escalation !== undefined);
    expect(during?.evidence.at(-1)?.text).toMatch(/^vigil pid \d+ is ending it$/);
    expect(rows.at(-1)?.class).toBe('ended');
  });

  it('goes on where it was after the machine slept for a week', async () => {
    const world = demoWorld();
    await world.watch(30);
    world.pass(7 * 86_400);
    const [after] = await world.watch(0);
    expect(after?.problems).toEqual([]);
    // Ten minutes of the story at most, not two thousand acts.
    const types = after?.rows.filter(row => row.type === 'retry_tuner') ?? [];
    expect(types.length).toBeLessThanOrEqual(3);
  });

  it('moves the last activity of who works, and not of who is stopped', async () => {
    const world = demoWorld();
    const id = 'agent:registry_fixer-225412-09aa1c';
    const before = rowOf((await world.watch(60)).at(-1), id) as Row;
    for (const process of before.processes) world.host.control.signal(process, 'SIGSTOP');
    world.pass(1);
    const stopped = rowOf((await world.watch(61)).at(-1), id) as Row;
    expect(stopped.processes.map(({ state }) => state)).toEqual(['T', 'T', 'T']);
    expect(stopped.cpuPercent).toBe(0);
    const still = rowOf((await world.watch(160)).at(-1), id) as Row;
    expect(still).toMatchObject({
      progress: stopped.progress,
      lastActivityAt: stopped.lastActivityAt,
      rssBytes: stopped.rssBytes,
    });
    for (const process of before.processes) world.host.control.signal(process, 'SIGCONT');
    const again = rowOf((await world.watch(220)).at(-1), id) as Row;
    expect(again.progress).toBeGreaterThan(stopped.progress as number);
    expect(again.lastActivityAt).toBeGreaterThan(stopped.lastActivityAt as number);
  });
});
