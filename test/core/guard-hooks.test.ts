/** Hooks: which events run them, how often, and what is reported; and their configuration. */
import { describe, expect, it } from 'vitest';
import { readAddress, readHookOptions } from '../../source/cli/arguments/hook-options.ts';
import type { HookRun } from '../../source/core/ports/hook-runner.ts';
import { createHooks, type Hook, standardEvents } from '../../source/guard/hooks.ts';
import type { GuardEvent } from '../../source/guard/observer.ts';

const at = Date.parse('2026-11-21T03:00:00.000Z');
const raised = { event: 'alert-raised', at, text: '1 ghost for 10 min', name: 'ghosts' };
const cleared = { ...raised, event: 'alert-cleared' };

function world(more: Partial<Hook> = {}) {
  const hook = {
    on: standardEvents,
    command: ['notify', 'a b'],
    timeoutMs: 9000,
    limit: 3,
    ...more,
  };
  const runs: { argv: readonly string[]; input: string; timeoutMs: number }[] = [];
  const reports: GuardEvent[] = [];
  let result: HookRun | Promise<HookRun> = { outcome: 'ok', output: '' };
  let nowMs = at;
  let backMs = 0;
  const runner = {
    run: async (argv: readonly string[], input: string, timeoutMs: number) => {
      runs.push({ argv, input, timeoutMs });
      return result;
    },
  };
  const hooks = createHooks([hook], runner, {
    clock: { now: () => nowMs - backMs, steadyNow: () => nowMs },
    report: event => {
      reports.push(event);
      // As the guard does: every observer gets every event.
      hooks.happened(event);
    },
    about: () => ({ host: 'devbox' }),
  });
  return {
    runs,
    reports: () => reports.map(({ event, result: how, text }) => `${event} ${how ?? text}`),
    pass: (ms: number) => {
      nowMs += ms;
    },
    setBack: (ms: number) => {
      backMs += ms;
    },
    configure: (...next: readonly Partial<Hook>[]) =>
      hooks.configure(next.map(each => ({ ...hook, ...each }))),
    answer: (next: HookRun) => {
      result = next;
    },
    answerWith: (next: Promise<HookRun>) => {
      result = next;
    },
    async happens(...events: readonly GuardEvent[]) {
      for (const event of events) hooks.happened(event);
      await hooks.idle();
    },
  };
}

describe('a hook', () => {
  it('gets one line of JSON for each event that it is configured for', async () => {
    const { happens, runs, reports } = world();
    await happens(raised, { event: 'swept', at, text: 'done' }, cleared);
    expect(runs.map(({ argv, timeoutMs }) => [argv, timeoutMs])).toEqual([
      [['notify', 'a b'], 9000],
      [['notify', 'a b'], 9000],
    ]);
    expect(runs[0]?.input.endsWith('}\n')).toBe(true);
    expect(runs.map(({ input }) => JSON.parse(input))).toMatchObject([
      {
        ...{ schema: 'vigil.event/1', time: '2026-11-21T03:00:00.000Z', host: 'devbox' },
        ...{ event: 'alert-raised', name: 'ghosts', text: '1 ghost for 10 min' },
      },
      { event: 'alert-cleared' },
    ]);
    expect(reports()).toEqual(['hook-ran ok', 'hook-ran ok']);
  });

  it('can be for one alert, or for what the guard did', async () => {
    const one = world({ on: ['zombies', 'swept'] });
    await one.happens(raised, { ...raised, name: 'zombies' }, { event: 'swept', at, text: '' });
    expect(one.runs).toHaveLength(2);
  });

  it('runs at most so often a minute; what is skipped is counted, and reported once', async () => {
    const { happens, runs, reports, pass } = world();
    await happens(raised, cleared, raised, cleared, raised);
    expect(runs).toHaveLength(3);
    const skipped =
      'warning hook notify a b: more than 3 runs a minute, or waiting; the rest are skipped';
    expect(reports().filter(each => each !== 'hook-ran ok')).toEqual([
      'hook-ran skipped',
      skipped,
      'hook-ran skipped',
    ]);
    pass(60_000);
    await happens(cleared);
    expect(runs).toHaveLength(4);
  });

  it('has the same rate after the clock was set back', async () => {
    const { happens, runs, pass, setBack } = world();
    await happens(raised, cleared, raised);
    setBack(3_600_000);
    pass(60_000);
    await happens(cleared);
    expect(runs).toHaveLength(4);
  });

  it('that stays in the configuration runs once at a time and keeps its rate', async () => {
    const { happens, runs, configure, answerWith, answer } = world();
    let finish: () => void = () => undefined;
    answerWith(
      new Promise(resolve => {
        finish = () => resolve({ outcome: 'ok', output: '' });
      }),
    );
    const all = [happens(raised)];
    configure({ command: ['other'] }, {});
    all.push(happens(raised, raised, raised));
    await new Promise(setImmediate);
    const started = (name: string) => runs.filter(({ argv }) => argv[0] === name).length;
    expect([started('notify'), started('other')]).toEqual([1, 1]);
    // One that is removed finishes what it began.
    configure({ command: ['other'] });
    answer({ outcome: 'ok', output: '' });
    finish();
    await Promise.all(all);
    await happens();
    expect([started('notify'), started('other')]).toEqual([3, 3]);
  });

  it('that never ends gathers no more than its limit', async () => {
    const { happens, runs, reports, pass, answerWith } = world();
    answerWith(new Promise(() => undefined));
    for (let count = 0; count < 9; count++) {
      void happens(raised);
      pass(60_000);
    }
    await new Promise(setImmediate);
    expect(runs).toHaveLength(1);
    expect(reports().filter(each => each === 'hook-ran skipped')).toHaveLength(6);
  });

  it('that fails is reported when it begins to; a warning about a hook runs none', async () => {
    const { happens, runs, reports, answer } = world({
      on: ['alert-raised', 'warning'],
      limit: 99,
    });
    answer({ outcome: 'timed-out', reason: 'no exit within 9 s; killed', output: '' });
    await happens(raised, raised);
    answer({ outcome: 'ok', output: '' });
    await happens(raised);
    expect(runs).toHaveLength(3);
    expect(reports()).toEqual([
      'hook-ran timed-out',
      'warning hook notify a b: no exit within 9 s; killed',
      'hook-ran timed-out',
      'hook-ran ok',
    ]);
  });
});

const read = (guard: object, options: Readonly<Record<string, unknown>> = {}) =>
  readHookOptions(new Map<string, unknown>(Object.entries({ guard, ...options })));

describe('the configuration', () => {
  it('has defaults, and reads every key', () => {
    expect(read({ policy: 'of another reader' })).toEqual({ hooks: [], message: 'off' });
    const hook = { on: 'ghosts', command: ['x', '-y'], timeout: 2.5, limit: 4 };
    expect(read({ metrics: 9464, textfile: '/t/v.prom', hooks: [hook], message: 'tmux' })).toEqual({
      metrics: { host: '127.0.0.1', port: 9464 },
      textfile: '/t/v.prom',
      hooks: [{ on: ['ghosts'], command: ['x', '-y'], timeoutMs: 2500, limit: 4 }],
      message: 'tmux',
    });
  });

  it.each([
    [{ message: 'mail' }, 'guard.message: unknown value "mail" (use tmux, desktop, off)'],
    [{ textfile: 7 }, 'guard.textfile: expected a path, got 7'],
    [{ hooks: {} }, 'guard.hooks: expected a list of hooks, got {}'],
    [
      { hooks: [{}] },
      'guard.hooks[0].command: expected a program and its arguments, got undefined',
    ],
    [
      { hooks: [{ command: 'notify-send x' }] },
      'guard.hooks[0].command: expected a program and its arguments, got "notify-send x"',
    ],
    [
      { hooks: [{ command: ['x'], timout: 3 }] },
      'guard.hooks[0]: field: unknown value "timout" (did you mean "timeout"?)',
    ],
    [
      { hooks: [{ command: ['x'], on: ['ghost'] }] },
      'guard.hooks[0].on: unknown value "ghost" (did you mean "ghosts"?)',
    ],
    [
      { hooks: [{ command: ['x'], timeout: -1 }] },
      'guard.hooks[0].timeout: expected seconds (0.1 to 600), got -1',
    ],
    [
      { hooks: [{ command: ['x'], limit: 0 }] },
      'guard.hooks[0].limit: expected runs a minute (1 to 600), got 0',
    ],
    [
      { metrics: 'devbox:9464' },
      'guard.metrics: "devbox" is not a literal address (use 127.0.0.1:9464, or 0.0.0.0:9464 for every network)',
    ],
    [
      { metrics: ':9464' },
      'guard.metrics: "" is not a literal address (use 127.0.0.1:9464, or 0.0.0.0:9464 for every network)',
    ],
    [
      { metrics: '127.0.0.1' },
      'guard.metrics: expected PORT or ADDRESS:PORT, such as 127.0.0.1:9464, got "127.0.0.1"',
    ],
  ])('%j names the key that is wrong', (guard, message) => {
    expect(() => read(guard)).toThrow(message);
  });

  it('gives way to the command line', () => {
    const options = { metrics: '1234', textfile: '/t/other.prom' };
    expect(read({ metrics: 9464, textfile: '/t/v.prom' }, options)).toMatchObject({
      metrics: { host: '127.0.0.1', port: 1234 },
      textfile: '/t/other.prom',
    });
    expect(() => read({}, { metrics: 'x' })).toThrow('--metrics: expected PORT');
  });

  it('serves on loopback unless another address is given', () => {
    expect(readAddress('9464')).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(readAddress('localhost:80')).toEqual({ host: '127.0.0.1', port: 80 });
    expect(readAddress('[::1]:80')).toEqual({ host: '::1', port: 80 });
    expect(readAddress('0.0.0.0:80')).toEqual({ host: '0.0.0.0', port: 80 });
    expect(() => readAddress('1:99999')).toThrow('--metrics: expected');
  });
});
