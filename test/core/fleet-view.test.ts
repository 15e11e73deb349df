/** What connects the screen to a fleet, with a port that records what it is asked. */
import { describe, expect, it, vi } from 'vitest';
import type { Reading, Row } from '../../source/core/model/model.ts';
import type { PlanRequest } from '../../source/fleet/fleet.ts';
import type { FarSnapshot, HostState } from '../../source/fleet/host-state.ts';
import type { FleetOnScreen } from '../../source/fleet/on-screen.ts';
import { createAttaching } from '../../source/screen/attaching.ts';
import { endedRefreshMs } from '../../source/screen/far-ended.ts';
import { createFarPlans } from '../../source/screen/far-plans.ts';
import { createFleetView } from '../../source/screen/fleet-view.ts';
import { createPolling } from '../../source/screen/polling.ts';
import type { Event } from '../../source/screen/state/events.ts';
import type { FarRequest } from '../../source/screen/state/plan-steps.ts';
import {
  builder,
  devbox,
  farPlan,
  farRow,
  gpu,
  hostState,
  hosts,
  lost,
  steady,
} from '../fixtures/fleet.ts';
import { unexpected } from '../fixtures/screen-world.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';

function fakeFleet() {
  let listener: ((states: readonly HostState[]) => void) | undefined;
  const asked: PlanRequest[] = [];
  const retried: string[] = [];
  const { plan, done } = farPlan('devbox');
  const fleet: FleetOnScreen['fleet'] = {
    ask: unexpected,
    snapshot: unexpected,
    hosts: hosts.slice(1),
    subscribe(each) {
      listener = each;
      return () => {
        listener = undefined;
      };
    },
    async plan(request) {
      asked.push(request);
      return { ok: true, value: plan };
    },
    attachCommand: (host, { name }) => ['ssh', '-t', host, name],
    setInterval: unexpected,
    retry: name => void retried.push(name),
    close: async () => undefined,
  };
  const tell = (...states: HostState[]) => listener?.(states);
  return { fleet, plan, done, asked, retried, tell, isHeard: () => listener !== undefined };
}

const shown = { hosts, version: '1.0.0', words: (command: string) => [`--of=${command}`] };
const clock = { now: () => takenAt, steadyNow: () => steady };

describe('the machines on the screen', () => {
  it('are news when one becomes readable or not, once for several, and not with each report', async () => {
    vi.useFakeTimers();
    try {
      const { fleet, tell, isHeard } = fakeFleet();
      let news = 0;
      const view = createFleetView({ fleet, ...shown }, clock, () => {
        news++;
      });
      tell(hostState('devbox', undefined), hostState('gpu-7', undefined));
      tell(devbox, hostState('gpu-7', undefined));
      tell(devbox, gpu);
      vi.runAllTimers();
      expect(news).toBe(1);
      tell(hostState('devbox', [lost]), gpu);
      vi.runAllTimers();
      expect(news).toBe(1);
      tell(hostState('devbox', [lost], { isStale: true }), gpu);
      vi.runAllTimers();
      expect(news).toBe(2);
      await view.close();
      expect(isHeard()).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are told apart by what is known: this one, heard, and not yet connected', () => {
    const { fleet, tell } = fakeFleet();
    const view = createFleetView({ fleet, ...shown }, clock, () => undefined);
    tell(devbox);
    const { snapshot, hosts: lines } = view.merged(snapshotOf(), false);
    expect(lines?.map(({ name, state, version }) => [name, state, version])).toEqual([
      ['local', 'heard', '1.0.0'],
      ['devbox', 'heard', '0.9.0'],
      ['gpu-7', 'connecting', undefined],
    ]);
    expect(lines?.[1]).toMatchObject({ heardAt: takenAt - 1000, counts: { live: 1, ghost: 1 } });
    expect(snapshot.hosts).toEqual(['local', 'devbox', 'gpu-7']);
  });

  it('are shown between two polls of this machine, but not while the screen is paused', async () => {
    const { fleet, tell } = fakeFleet();
    const view = createFleetView({ fleet, ...shown }, clock, () => undefined);
    const events: Event[] = [];
    let paused = false;
    const polling = createPolling({
      monitor: { poll: async () => snapshotOf(), withPorts: unexpected, run: unexpected },
      reconciler: { deadEntries: () => 3 },
      guardStatus: { read: () => undefined },
      clock: { yieldToEventLoop: async () => undefined },
      pace: () => ({ intervalMs: 2000, paused }),
      fleet: view,
      view: () => ({ filter: '' }),
      apply: event => void events.push(event),
      draw: () => undefined,
    });
    polling.showOthers();
    expect(events).toEqual([]);
    polling.poll();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    tell(devbox);
    polling.showOthers();
    const rowsOf = (event: Event | undefined) =>
      event?.kind === 'polled'
        ? event.snapshot.rows.filter(({ far }) => far?.host === 'devbox')
        : [];
    expect(events.map(event => rowsOf(event).length)).toEqual([0, 2]);
    expect(events[1]).toMatchObject({ deadEntries: 3 });
    paused = true;
    polling.showOthers();
    expect(events).toHaveLength(2);
  });
});

describe('ended agents of other machines', () => {
  const past = agentRow('past-9', 'completed', { class: 'ended' });
  const setUp = (answer: Reading<readonly Row[]>) => {
    const { fleet, tell } = fakeFleet();
    const asked: unknown[] = [];
    let time = steady;
    let news = 0;
    const snapshot = async (host: string, words: readonly string[]) => {
      asked.push([host, ...words]);
      if (!answer.ok) return answer;
      const list = answer.value.map(row => farRow(host, row));
      return { ok: true, value: { snapshot: snapshotOf(list) } as FarSnapshot } as const;
    };
    const ticking = { ...clock, steadyNow: () => time };
    const view = createFleetView({ fleet: { ...fleet, snapshot }, ...shown }, ticking, () => {
      news++;
    });
    const merged = async (isEndedShown = true) => {
      view.merged(snapshotOf([]), isEndedShown);
      await new Promise(setImmediate);
      return view.merged(snapshotOf([]), isEndedShown).snapshot;
    };
    return {
      ...{ tell, asked, merged, news: () => news },
      pass: (ms: number) => {
        time += ms;
      },
    };
  };
  const idsIn = (snapshot: { readonly rows: readonly Row[] }) =>
    snapshot.rows.flatMap(({ far, agentId }) => (far?.host === 'devbox' ? [agentId] : []));

  it('are asked for while they are shown, of machines that can be read, and seldom', async () => {
    const { tell, asked, merged, news, pass } = setUp({ ok: true, value: [past, builder] });
    tell(devbox, hostState('gpu-7', undefined, { contact: { kind: 'connecting', since: steady } }));
    expect(idsIn(await merged(false))).toEqual(['builder-1', 'lost-2']);
    expect(asked).toEqual([]);
    const found = await merged();
    // What it reports itself is not taken from here.
    expect(idsIn(found)).toEqual(['builder-1', 'lost-2', 'past-9']);
    expect(found.totals.ended).toBe(1);
    expect(asked).toEqual([['devbox', '--of=list', '--class=ended', '--filter=idle<7d']]);
    expect(news()).toBe(1);
    pass(endedRefreshMs - 1);
    await merged();
    expect(asked).toHaveLength(1);
    pass(1);
    await merged();
    expect(asked).toHaveLength(2);
    expect(idsIn(await merged(false))).toEqual(['builder-1', 'lost-2']);
    await merged();
    expect(asked).toHaveLength(3);
  });

  it('that cannot be read are told, and cost nothing else', async () => {
    const { tell, merged } = setUp({ ok: false, reason: 'prints more than can be read' });
    tell(devbox);
    const { problems, rows: found } = await merged();
    expect(problems.at(-1)?.message).toBe(
      'devbox: its ended agents cannot be read: prints more than can be read',
    );
    expect(idsIn({ rows: found })).toEqual(['builder-1', 'lost-2']);
  });
});

describe('a plan of another machine', () => {
  const row = farRow('devbox', builder);
  const request: FarRequest = {
    host: 'devbox',
    verb: 'kill',
    force: true,
    rows: [row, farRow('devbox', lost)],
  };
  const setUp = () => {
    const fake = fakeFleet();
    const events: Event[] = [];
    const notices: string[] = [];
    const perform = createFarPlans({
      fleet: fake.fleet,
      words: verb => [`--of=${verb}`],
      report: event => void events.push(event),
      notice: text => void notices.push(text),
      now: () => takenAt,
    });
    return { ...fake, events, notices, perform };
  };

  it('is asked for with the boot, key and process of each row, and our options', async () => {
    const { perform, asked, events, plan } = setUp();
    perform({ kind: 'plan far', request });
    expect(asked).toEqual([
      {
        host: 'devbox',
        verb: 'kill',
        targets: [
          { host: 'devbox', bootId: 'boot of devbox', key: builder.key, identity: '7001@70010' },
          { host: 'devbox', bootId: 'boot of devbox', key: lost.key, identity: undefined },
        ],
        words: ['--of=kill', '--force'],
      },
    ]);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events).toEqual([{ kind: 'far planned', request, planned: { ok: true, value: plan } }]);
  });

  it('is carried out there, and its end reported', async () => {
    const { perform, events, plan, done } = setUp();
    const reason = { text: 'stuck', isTyped: false };
    perform({ kind: 'far', plan, request, typed: '', reason });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(done).toEqual(['executed: stuck']);
    expect(events).toMatchObject([{ kind: 'finished', keys: request.rows.map(({ key }) => key) }]);
  });

  it('tells that the connection was lost, and that what was confirmed goes on', () => {
    const { perform, notices } = setUp();
    const plan = farPlan('devbox', {
      execute: onLost => {
        onLost?.('the connection was lost');
        return new Promise(() => undefined);
      },
    });
    perform({ kind: 'far', plan: plan.plan, request, typed: '' });
    expect(notices).toEqual(['devbox: the connection was lost; what was confirmed goes on there']);
  });

  it('is dropped, and failed machines are tried again', () => {
    const { perform, plan, done, retried } = setUp();
    perform({ kind: 'drop far', plan });
    perform({ kind: 'retry hosts', names: ['devbox', 'gpu-7'] });
    expect(done).toEqual(['dropped']);
    expect(retried).toEqual(['devbox', 'gpu-7']);
  });
});

describe('attaching to a session of another machine', () => {
  const attach = async (row: Row, code: number | null, signal: string | null = null) => {
    const ran: (readonly string[])[] = [];
    const notices: string[] = [];
    let isChanged = false;
    const attaching = createAttaching({
      attacher: { check: unexpected, attach: unexpected, switchTo: unexpected },
      elsewhere: {
        attachCommand: fakeFleet().fleet.attachCommand,
        runner: {
          async onTerminal(argv) {
            ran.push(argv);
            return { ok: true, value: { code, signal } };
          },
        },
      },
      readOnly: false,
      inventory: () => ({}) as never,
      notice: text => void notices.push(text),
      possession: {
        isOurs: () => true,
        lend: (run: (stopped: () => void) => unknown) => run(() => undefined),
      } as never,
      changed: () => {
        isChanged = true;
      },
      signal: new AbortController().signal,
    });
    attaching.attach(row);
    await vi.waitFor(() => expect(isChanged || notices.length > 0).toBe(true));
    return { ran, notices };
  };

  it('runs ssh on the terminal', async () => {
    expect(await attach(farRow('devbox', builder), 0)).toEqual({
      ran: [['ssh', '-t', 'devbox', 'agent_builder-1']],
      notices: [],
    });
  });

  it('says what failed, as the screen hides what was printed', async () => {
    const failed = async (code: number | null, signal: string | null = null) =>
      (await attach(farRow('devbox', builder), code, signal)).notices;
    expect(await failed(255)).toEqual(['ssh could not connect (agent_builder-1 on devbox)']);
    expect(await failed(1)).toEqual([
      'the session is gone, or tmux refused (agent_builder-1 on devbox)',
    ]);
    expect(await failed(null, 'SIGKILL')).toEqual([
      'ssh was killed by SIGKILL (agent_builder-1 on devbox)',
    ]);
    expect((await attach(farRow('devbox', lost), 0)).notices).toEqual([
      'lost-2 on devbox has no session to attach to',
    ]);
  });
});
