/** Everything that a person may try in the demo, through the one engine, under a manual clock. */
import { describe, expect, it } from 'vitest';
import { shutdown } from '../../source/core/lifecycle/shutdown.ts';
import { previewSweep, sweep } from '../../source/core/lifecycle/sweep.ts';
import type { Snapshot } from '../../source/core/model/model.ts';
import { createReconciler } from '../../source/core/reconcile/reconciler.ts';
import type { EndEvent } from '../../source/core/termination/end.ts';
import { createEnder } from '../../source/core/termination/ender.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { demoWorld } from '../helpers/demo.ts';

const policy = defaultPolicy;
const options = { policy, lockWaitMs: 1000, spareNames: [] };

function tools(world: ReturnType<typeof demoWorld>) {
  const escalateNow = new AbortController().signal;
  return { ...world, ...options, escalateNow };
}

async function endOne(world: ReturnType<typeof demoWorld>, key: string, force = false) {
  const all = tools(world);
  const ender = createEnder(all);
  const snapshot = await world.monitor.pollUntilSettled();
  const rows = snapshot.rows.filter(row => row.key === key);
  expect(rows).toHaveLength(1);
  const plan = ender.plan(snapshot, rows);
  if (plan === undefined) throw new Error('there is no plan');
  const events: EndEvent[] = [];
  const report = await ender.run(plan, { force }, event => events.push(event));
  const [end] = report.ends;
  if (end === undefined) throw new Error('nothing was ended');
  return { end, events, report };
}

function classOf(snapshot: Snapshot, key: string) {
  return snapshot.rows.find(row => row.key === key)?.class;
}

describe('ending in the demo', () => {
  it('lets a cooperative agent leave a third of a second after SIGTERM', async () => {
    const world = demoWorld();
    const key = 'agent:registry_fixer-225412-09aa1c';
    const { end, report } = await endOne(world, key);
    expect(end).toMatchObject({ isSessionKilled: true, errors: [] });
    expect(end.result.outcome).toBe('exited');
    expect(end.result.durationMs).toBeGreaterThan(200);
    expect(end.result.durationMs).toBeLessThan(900);
    expect(end.recorded).toMatchObject({ promptDeleted: true });
    expect(report.ok).toBe(true);
    const after = await world.monitor.pollUntilSettled();
    expect(after.rows.find(row => row.key === key)).toMatchObject({
      class: 'ended',
      status: 'terminated',
    });
  });

  it('needs all attempts and SIGKILL for the stubborn one', async () => {
    const { end, events } = await endOne(demoWorld(), 'agent:file_lock_builder-230102-62aa15');
    const stages = events.flatMap(event => {
      if (event.kind !== 'staged') return [];
      const { stage } = event;
      return stage.stage === 'terminating' ? `attempt ${stage.attempt}` : stage.stage;
    });
    expect(stages).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'killing', 'verifying', 'gone']);
    expect(end.result.outcome).toBe('killed');
    expect(end.result.durationMs).toBeGreaterThanOrEqual(3500);
  });

  it('kills the stubborn one at once with force', async () => {
    const { end } = await endOne(demoWorld(), 'agent:file_lock_builder-230102-62aa15', true);
    expect(end.result.outcome).toBe('killed');
    expect(end.result.durationMs).toBeLessThan(500);
  });

  for (const force of [false, true])
    it(`shows a server that comes back, once${force ? ', by force' : ''}`, async () => {
      const world = demoWorld();
      const { end, events } = await endOne(world, 'agent:doc_writer-231500-5ea51d', force);
      expect(end.result.outcome).toBe('survived');
      expect(events.map(event => event.kind)).toContain('respawned');
      const orphan = (await world.monitor.pollUntilSettled()).rows.find(
        row => row.class === 'orphan' && row.parent === 'doc_writer-231500-5ea51d',
      );
      const again = await endOne(world, orphan?.key ?? '');
      expect(again.end.result.outcome).toBe('exited');
      expect(again.events.map(event => event.kind)).not.toContain('respawned');
      const after = await world.monitor.poll();
      expect(after.rows.filter(row => row.key === orphan?.key)).toEqual([]);
    });

  it('freezes and thaws, but for the pane’s own process', async () => {
    const world = demoWorld();
    const all = tools(world);
    const ender = createEnder(all);
    const key = 'agent:code_auditor-225401-71587d';
    const toggle = async () => {
      const snapshot = await world.monitor.pollUntilSettled();
      return ender.freeze(
        snapshot,
        snapshot.rows.filter(row => row.key === key),
      );
    };
    expect(await toggle()).toMatch(/^frozen: 2 processes; pane process \d+ keeps running/);
    expect(await toggle()).toBe('thawed: 2 processes');
  });
});

describe('the other verbs in the demo', () => {
  it('reconcile closes the ghosts, and then there is nothing to do', async () => {
    const world = demoWorld();
    const { monitor, host } = world;
    const reconciler = createReconciler({ host, monitor, lockWaitMs: 1000 });
    const preview = await reconciler.preview();
    if (preview.kind !== 'planned') throw new Error(preview.reasons.join());
    const report = await reconciler.apply(preview.plan);
    expect(report.failures).toEqual([]);
    expect(report.outcomes.filter(({ change }) => change.kind === 'close')).toHaveLength(4);
    const after = await monitor.pollUntilSettled();
    expect(after.totals.ghost).toBe(0);
    expect(after.rows.filter(row => row.status === 'terminated')).toHaveLength(5);
    expect(reconciler.deadEntries(after)).toBe(0);
    // What was written can be taken back.
    const [backup] = await host.registryStore.backups('');
    for (const file of backup?.files ?? [])
      expect((await host.registryStore.restore(file, 1000)).kind).toBe('done');
    expect((await monitor.pollUntilSettled()).totals.ghost).toBe(4);
  });

  it('sweep ends undead, husks and orphans, and tidies up their files', async () => {
    const world = demoWorld();
    const all = tools(world);
    const preview = await previewSweep(all, {});
    if (preview.kind !== 'planned') throw new Error(preview.reasons.join());
    const report = await sweep(all, preview.plan, { reason: 'tried' });
    expect(report.ok).toBe(true);
    expect(report.files.length).toBeGreaterThan(10);
    const after = await world.monitor.pollUntilSettled();
    expect(after.totals).toMatchObject({ live: 10, undead: 0, husk: 0, orphan: 0, ghost: 4 });
    const again = await previewSweep(all, {});
    expect(again).toMatchObject({ kind: 'planned', plan: { files: [], deploys: [] } });
  });

  it('shutdown leaves nobody but people, and the story begins to deploy again', async () => {
    const world = demoWorld();
    const all = tools(world);
    const stopping = new AbortController().signal;
    const result = await shutdown(all, { reason: 'tried', stopping });
    if (result.kind !== 'report') throw new Error(result.kind);
    expect(result.report).toMatchObject({ ok: true, survivors: [], errors: [] });
    const after = await world.monitor.pollUntilSettled();
    expect(after.totals).toMatchObject({ live: 0, undead: 0, husk: 0, orphan: 0, ghost: 0 });
    expect(after.totals.interactive).toBe(2);
    expect(classOf(after, 'agent:code_auditor-225401-71587d')).toBe('ended');
    expect((await world.watch(60)).at(-1)?.totals.live).toBeGreaterThan(0);
  });
});
