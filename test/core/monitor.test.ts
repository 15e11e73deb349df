/** The poll loop, on a simulated machine and clock. */

import { expect, it } from 'vitest';
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import { repeatedSources } from '../../source/core/inventory/repeated-sources.ts';
import type { Process, Snapshot } from '../../source/core/model/model.ts';
import type { Host } from '../../source/core/ports/host.ts';
import { row, rowProcess, snapshotOf } from '../fixtures/snapshot.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { entry, inventory, knowledge, now, process, registry } from '../helpers/inventory.ts';

function machine(modifiedAt: number) {
  const { host: made } = createFakeMachine();
  const given = inventory({
    registries: [registry('task', [entry('a-1', 'working')], { modifiedAt })],
  });
  const counts = { looks: 0, atOnce: 0, most: 0 };
  const host: Host = {
    ...made,
    processes: {
      ...made.processes,
      async read() {
        counts.looks++;
        counts.most = Math.max(counts.most, ++counts.atOnce);
        await Promise.resolve();
        counts.atOnce--;
        return given.processes as { ok: true; value: readonly Process[] };
      },
    },
    servers: { ...made.servers, read: async () => given.servers },
    registries: {
      ...made.registries,
      read: async () => ({
        workspaces: given.workspaces,
        registries: given.registries,
        problems: [],
      }),
    },
  };
  return { host, counts, monitor: createMonitor(host, knowledge) };
}

it('polls once if the evidence has settled', async () => {
  const { monitor, counts } = machine(now - 60_000);
  expect((await monitor.pollUntilSettled()).rows[0]?.class).toBe('ghost');
  expect(counts.looks).toBe(1);
});

it('polls again half a second later if it has not', async () => {
  const { monitor, counts, host } = machine(now - 100);
  expect((await monitor.pollUntilSettled()).rows[0]?.class).toBe('ghost');
  expect(counts.looks).toBe(2);
  expect(host.clock.now() - now).toBeGreaterThanOrEqual(500);
});

it('shares a running poll', async () => {
  const { monitor, counts } = machine(now - 60_000);
  const [first, second] = await Promise.all([monitor.poll(), monitor.poll()]);
  expect(first).toBe(second);
  expect(counts).toMatchObject({ looks: 1, most: 1 });
});

it('a poll with one more server is separate and runs alone', async () => {
  const asked: (readonly string[])[] = [];
  const { host, counts } = machine(now - 60_000);
  const readWith = async (sockets: readonly string[]) => {
    asked.push(sockets);
    return [];
  };
  const servers = { ...host.servers, read: () => readWith([]), readWith };
  const monitor = createMonitor({ ...host, servers }, knowledge);
  await Promise.all([monitor.poll(), monitor.pollWith(['/sock']), monitor.pollWith(['/other'])]);
  expect(asked).toEqual([[], ['/sock'], ['/other']]);
  expect(counts.most).toBe(1);
});

it('keeps answers only in repeated polls: another poll waits for a running one and asks afresh', async () => {
  const asked: (boolean | undefined)[] = [];
  const { host } = machine(now - 60_000);
  const read: Host['servers']['read'] = async how => {
    asked.push(how?.mayBeKept);
    return [];
  };
  const monitor = createMonitor({ ...host, servers: { ...host.servers, read } }, knowledge);
  const stop = new AbortController();
  const running = monitor.run(
    () => ({ intervalMs: 1000, paused: false }),
    () => stop.abort(),
    stop.signal,
  );
  const snapshots = await Promise.all([monitor.poll(), monitor.poll()]);
  await running;
  expect(snapshots[0]).toBe(snapshots[1]);
  expect(asked).toEqual([true, undefined]);
});

it('repeated polls search for other workspaces once in five seconds, and again for other agents', async () => {
  const { host } = machine(now - 60_000);
  const searched: (readonly Process[])[] = [];
  const readAround = async (agents: readonly Process[]) => {
    searched.push(agents);
    return [];
  };
  const registries = { ...host.registries, readAround };
  const repeated = repeatedSources({ ...host, registries }).registries;
  const agents = [process(7, 1, 'claude')];
  const first = repeated.readAround(agents, ['/w']);
  await host.clock.sleep(4999);
  expect(repeated.readAround(agents, ['/w'])).toBe(first);
  await host.clock.sleep(1);
  await repeated.readAround(agents, ['/w']);
  await repeated.readAround([], ['/w']);
  expect(searched).toEqual([agents, agents, []]);
});

it('polls at the given pace, never concurrently, and soon after an open verdict', async () => {
  const { monitor, counts, host } = machine(now - 100);
  const stop = new AbortController();
  const times: number[] = [];
  const seen: Snapshot[] = [];
  await monitor.run(
    () => ({ intervalMs: 2000, paused: false }),
    snapshot => {
      times.push(host.clock.now() - now);
      seen.push(snapshot);
      if (seen.length === 4) stop.abort();
    },
    stop.signal,
  );
  expect(seen.map(snapshot => snapshot.rows[0]?.class)).toEqual([
    'unknown',
    'ghost',
    'ghost',
    'ghost',
  ]);
  expect(times).toEqual([0, 520, 2520, 4520]);
  expect(counts.most).toBe(1);
});

it('does not poll while paused', async () => {
  const { monitor, counts } = machine(now - 60_000);
  const stop = new AbortController();
  let rounds = 0;
  await monitor.run(
    () => {
      if (++rounds > 10) stop.abort();
      return { intervalMs: 1000, paused: true };
    },
    () => expect.unreachable(),
    stop.signal,
  );
  expect(counts.looks).toBe(0);
});

it('adds the ports of each row’s processes on demand; unreadable ones have none', async () => {
  const { host } = machine(now - 60_000);
  const asked: number[] = [];
  const processes: Host['processes'] = {
    ...host.processes,
    readPorts(wanted) {
      asked.push(wanted.length);
      return new Map(
        wanted.map(({ pid }) => [
          pid,
          pid % 2 === 0 ? { ok: true, value: [pid] } : { ok: false, reason: 'EACCES' },
        ]),
      );
    },
  };
  const monitor = createMonitor({ ...host, processes }, knowledge);
  const busy = Array.from({ length: 300 }, (_, pid) => rowProcess(pid, ['x']));
  const rows = [
    row({ class: 'ghost', key: 'agent:a' }),
    row({ class: 'live', key: 'agent:b', processes: [rowProcess(4, ['a']), rowProcess(5, ['b'])] }),
    row({ class: 'live', key: 'agent:c', processes: busy }),
  ];
  const snapshot = await monitor.withPorts(snapshotOf(rows));
  expect(snapshot.rows.slice(0, 2).map(each => each.ports)).toEqual([[], [4]]);
  expect(snapshot.rows[2]?.ports).toHaveLength(150);
  expect(Math.max(...asked)).toBeLessThanOrEqual(200);
});

it('joins its signals once, not for each wait', async () => {
  const { host } = machine(now - 60_000);
  const waits: AbortSignal[] = [];
  const clock = {
    ...host.clock,
    sleep: async (_ms: number, signal?: AbortSignal) => void (signal && waits.push(signal)),
  };
  const stopping = new AbortController();
  const wakes = [new AbortController(), new AbortController()];
  let polls = 0;
  await createMonitor({ ...host, clock }, knowledge).run(
    () => ({ intervalMs: 1, paused: false, wake: wakes[polls < 100 ? 0 : 1]?.signal }),
    () => void (++polls === 200 && stopping.abort()),
    stopping.signal,
  );
  expect(waits).toHaveLength(200);
  expect(new Set(waits).size).toBe(2);
  expect(waits.every(signal => signal.aborted)).toBe(true);
});
