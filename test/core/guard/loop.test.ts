/** The loop on the machine of the demo, under a manual clock: what it says, and what it changes. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../source/core/model/model.ts';
import { defaultGuard } from '../../../source/guard/config.ts';
import type { GuardEvent } from '../../../source/guard/observer.ts';
import { guardWorld as world } from '../../helpers/guard-world.ts';

const kinds = (events: readonly GuardEvent[], ...wanted: readonly string[]) =>
  events.filter(({ event }) => wanted.includes(event)).map(({ event }) => event);
const changes = ['reconciled', 'swept', 'killed'];

describe('the guard', () => {
  it('only reports by default: each finding once', async () => {
    const { looks } = world({
      config: { policy: defaultGuard.policy, minimumAgeMs: 30_000, looks: 2 },
    });
    const events = await looks(6);
    expect(kinds(events, ...changes, 'held-back', 'would-sweep', 'would-kill')).toEqual([]);
    const found = events.filter(({ event }) => event === 'found').map(({ target }) => target);
    expect(found.length).toBeGreaterThan(5);
    expect(new Set(found).size).toBe(found.length);
  });

  it('ends, sweeps and reconciles after the polls that its policy wants, one after the other', async () => {
    const { looks, seen, real, concurrent } = world({ config: { everyMs: 90_000 } });
    const events = await looks(7);
    expect(new Set(kinds(events, ...changes))).toEqual(new Set(changes));
    const at = (name: string) => events.find(({ event }) => event === name)?.at ?? 0;
    const began = seen[0]?.at ?? 0;
    expect(at('killed') - began).toBeGreaterThanOrEqual(60_000);
    expect(at('swept') - began).toBeGreaterThanOrEqual(90_000);
    const bad = (rows: readonly Row[]) =>
      rows.filter(row => ['undead', 'husk', 'ghost'].includes(row.class)).map(row => row.key);
    const { totals, rows } = await real.pollTwice();
    const before = new Set(bad(seen[0]?.snapshot.rows ?? []));
    expect(before.size).toBeGreaterThan(4);
    expect(bad(rows).filter(key => before.has(key))).toEqual([]);
    expect(totals.live).toBeGreaterThan(5);
    expect(totals.interactive).toBeGreaterThan(0);
    expect(concurrent()).toBe(1);
  });

  it('says in a dry run what it would do, each once, and changes nothing', async () => {
    const config = { everyMs: 10_000, healthMs: 10_000, minimumAgeMs: 0, looks: 2 };
    const { looks, real, written, beats } = world({ dryRun: true, config });
    const events = await looks(7);
    const would = ['would-kill', 'would-reconcile', 'would-sweep'];
    expect(kinds(events, ...changes)).toEqual([]);
    expect(new Set(kinds(events, ...would))).toEqual(new Set(would));
    for (const name of would) {
      const plans = events.filter(({ event }) => event === name).map(({ about }) => about);
      expect(plans.every((plan, index) => !isDeepStrictEqual(plan, plans[index - 1]))).toBe(true);
    }
    expect([written, beats]).toEqual([[], []]);
    const { totals } = await real.pollTwice();
    expect([totals.undead, totals.husk, totals.ghost].every(count => count > 0)).toBe(true);
  });
});

describe('after a suspension', () => {
  it('the first run only polls, and earlier polls do not count', async () => {
    const { looks, seen } = world({
      config: { everyMs: 1000, healthMs: 1000, minimumAgeMs: 2000, looks: 3 },
      onPoll(count, snapshot, pass) {
        // Within the poll that would be followed by the first action.
        if (count === 3) pass(60_000);
        return snapshot;
      },
    });
    const events = await looks(7);
    const resumed = events.find(({ event }) => event === 'resumed');
    expect(resumed?.text).toContain('suspended for about');
    const first = events.find(({ event }) => changes.includes(event));
    const after = seen.filter(({ at }) => at > (resumed?.at ?? 0) && at < (first?.at ?? 0));
    expect(first?.at).toBeGreaterThan(resumed?.at ?? 0);
    expect(after).toHaveLength(2);
  });

  it('a plan that was made before it is not carried out', async () => {
    const { looks } = world({
      config: {
        everyMs: 1000,
        healthMs: 1000,
        minimumAgeMs: 0,
        looks: 1,
        policy: { ...defaultGuard.policy, husk: 'sweep' },
      },
      // The second poll of the plan.
      onPoll(count, snapshot, pass) {
        if (count === 4) pass(60_000);
        return snapshot;
      },
    });
    const events = await looks(3);
    expect(kinds(events, 'swept', 'resumed')[0]).toBe('resumed');
  });
});

describe('nothing is changed', () => {
  const eager = { everyMs: 1000, healthMs: 1000, minimumAgeMs: 0, looks: 1 };

  it('while a source cannot be read, which is said once', async () => {
    const problem = { source: 'tmux', message: 'tmux socket x: no answer', unread: true } as const;
    const { looks } = world({
      config: eager,
      onPoll: (_, snapshot) => ({ ...snapshot, problems: [...snapshot.problems, problem] }),
    });
    const events = await looks(5);
    expect(kinds(events, ...changes)).toEqual([]);
    const held = events.filter(({ event }) => event === 'held-back');
    expect(held.map(({ text }) => text)).toEqual([`nothing is changed: ${problem.message}`]);
    expect(held[0]).toMatchObject({ kind: 'unread' });
  });

  it('beyond the endings of a minute: an alert is raised, and cleared once', async () => {
    const { looks } = world({
      config: {
        ...eager,
        healthMs: 5000,
        everyMs: 5000,
        maximumEndings: 1,
        policy: { ...defaultGuard.policy, undead: 'kill' },
      },
    });
    const events = await looks(9);
    const ended = events.filter(({ event }) => event === 'killed').map(({ at }) => at);
    expect(ended.length).toBeGreaterThan(0);
    for (const [index, at] of ended.entries())
      if (index > 0) expect(at - (ended[index - 1] ?? 0)).toBeGreaterThanOrEqual(55_000);
    const alerts = events
      .filter(({ name }) => name === 'maximum-endings')
      .map(({ event }) => event);
    expect(alerts).toEqual(['alert-raised', 'alert-cleared']);
  });

  it('while another vigil shuts the workspace down', async () => {
    const { looks, host } = world({ config: eager });
    const [workspace = ''] = (await host.registries.read()).workspaces;
    const table = await host.processes.read();
    const other = table.ok ? table.value.find(({ ppid }) => ppid === 1) : undefined;
    if (other === undefined) throw new Error('the demo has processes');
    const by = { pid: other.pid, start: other.start, bootId: host.machine.bootId };
    const times = { timestamp: 'now', startedAt: 'now' };
    const state = {
      ...times,
      by,
      reason: 'test',
      phase: 'agents',
      resumed: 0,
      agents: [],
    } as const;
    host.shutdownJournal.write(workspace, state);
    const events = await looks(4);
    expect(kinds(events, ...changes)).toEqual([]);
    expect(events.find(({ event }) => event === 'held-back')).toMatchObject({ kind: 'shutdown' });
  });

  it('when a signal stops it between the poll and the action', async () => {
    const { looks } = world({ config: eager });
    expect(kinds(await looks(1), ...changes)).toEqual([]);
  });
});

it('thresholds raise and clear once each, and become the health', async () => {
  let cut = false;
  const { looks, written } = world({
    config: { policy: defaultGuard.policy },
    onPoll(count, snapshot) {
      cut = count > 5;
      return cut ? { ...snapshot, rows: snapshot.rows.slice(0, 3) } : snapshot;
    },
  });
  const events = await looks(8);
  const alerts = events.filter(({ name }) => name === 'many-agents').map(({ event }) => event);
  expect(alerts).toEqual(['alert-raised', 'alert-cleared']);
  expect(written[0]).toMatchObject({ health: 'warning', alerts: [{ name: 'many-agents' }] });
  expect(written.at(-1)).toMatchObject({ health: 'good', alerts: [] });
});

it('a cleanup at the critical threshold does not wait for the interval', async () => {
  const run = async (cleanAtCritical: boolean) => {
    const { looks } = world({
      config: {
        minimumAgeMs: 0,
        looks: 1,
        everyMs: 3_600_000,
        thresholds: { warn: 2, critical: 3, cleanAtCritical },
      },
    });
    return kinds(await looks(6), 'swept', 'reconciled').length;
  };
  expect(await run(false)).toBe(0);
  expect(await run(true)).toBeGreaterThan(0);
});

it('a limit ends the agent that is over it, and no other', async () => {
  const before = await world().real.pollTwice();
  const live = before.rows.filter(row => row.class === 'live' && row.processes.length > 0);
  const [largest] = live.toSorted((a, b) => b.rssBytes - a.rssBytes);
  const second = live.toSorted((a, b) => b.rssBytes - a.rssBytes)[1]?.rssBytes ?? 0;
  const limits = { rssBytes: Math.round(((largest?.rssBytes ?? 0) + second) / 2) };
  const { looks, real } = world({
    config: {
      minimumAgeMs: 2000,
      healthMs: 1000,
      looks: 3,
      limits,
      policy: { ...defaultGuard.policy, limit: 'kill' },
    },
  });
  const events = await looks(8);
  const killed = events.filter(({ event }) => event === 'killed');
  expect(killed).toHaveLength(1);
  expect(killed[0]).toMatchObject({ targets: [{ agentId: largest?.agentId }] });
  const { rows } = await real.pollTwice();
  const alive = new Set(rows.filter(row => row.class === 'live').map(row => row.key));
  expect(live.filter(row => !alive.has(row.key)).map(row => row.key)).toEqual([largest?.key]);
});

it('an idle agent is swept if the policy says so, and no other live one', async () => {
  const { rows, takenAt } = await world().real.pollTwice();
  const ageOf = ({ lastActivityAt = takenAt }: Row) => takenAt - lastActivityAt;
  const [idlest, next] = rows
    .filter(each => each.class === 'live' && each.session?.attached === 0)
    .toSorted((a, b) => ageOf(b) - ageOf(a));
  if (idlest === undefined || next === undefined) throw new Error('the demo has two live agents');
  const idleLimitMs = (ageOf(idlest) + ageOf(next)) / 2;
  expect(ageOf(idlest) - ageOf(next)).toBeGreaterThan(10_000);
  const policy = { ...defaultGuard.policy, idle: 'sweep' as const };
  const { looks } = world({
    config: { minimumAgeMs: 0, looks: 2, healthMs: 1000, everyMs: 1000, idleLimitMs, policy },
  });
  const swept = (await looks(4))
    .filter(({ event }) => event === 'swept')
    .flatMap(({ targets }) => targets as { target: string }[]);
  expect(swept.map(({ target }) => target)).toEqual([idlest.key]);
});

it('a row that another vigil is ending is left to it', async () => {
  const { looks } = world({
    config: {
      minimumAgeMs: 0,
      looks: 1,
      healthMs: 1000,
      policy: { ...defaultGuard.policy, undead: 'kill' },
    },
    onPoll: (_, snapshot) => ({
      ...snapshot,
      rows: snapshot.rows.map(each => ({ ...each, escalation: { stage: 'killing' as const } })),
    }),
  });
  expect(kinds(await looks(4), ...changes, 'found')).toEqual([]);
});

it('a guard that runs once keeps what its polls agree on', async () => {
  const { guard, written, stopping } = world({ isOnce: true });
  await guard.once(stopping.signal);
  expect(written.at(-1)?.seen?.length).toBeGreaterThan(5);
  expect(written.at(-1)?.seen?.every(([, seen]) => seen.looks === 1)).toBe(true);
});
