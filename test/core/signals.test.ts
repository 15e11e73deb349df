/** Signals of the key S: the menu, the plan of each signal, and what is sent. */
import { describe, expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { signals } from '../../source/core/model/signal-names.ts';
import { planForSignal, sendSignal } from '../../source/core/termination/send-signal.ts';
import { actionOf } from '../../source/screen/input/key-actions.ts';
import {
  questionOf,
  type SignalMenu,
  signalMenu,
  withDigits,
} from '../../source/screen/state/signal-menu.ts';
import { endPlan } from '../fixtures/end-plan.ts';
import { stateOf } from '../fixtures/views.ts';
import { agentParts, inventory, planned, process, serverPid } from '../helpers/inventory.ts';

const chosen = ({ index }: SignalMenu) => signals[index]?.name;
const open = signalMenu(endPlan, new Set([4121]));
const typed = (digits: string) =>
  [...digits].reduce((menu, digit) => withDigits(menu, text => text + digit), open);

describe('the menu', () => {
  it('begins at SIGTERM', () => expect(chosen(open)).toBe('SIGTERM'));

  it.each([
    ['1', 'SIGHUP'],
    ['15', 'SIGTERM'],
    ['19', 'SIGSTOP'],
    ['2', 'SIGINT'],
    ['28', 'SIGWINCH'],
    ['9', 'SIGKILL'],
    // A number that begins none starts over.
    ['992', 'SIGINT'],
    // No signal has this digit: the selection stays.
    ['7', 'SIGTERM'],
  ])('%s selects %s', (digits, name) => expect(chosen(typed(digits))).toBe(name));

  it('keeps its selection when digits are erased', () => {
    const erased = withDigits(typed('19'), () => '');
    expect([erased.typed, chosen(erased)]).toEqual(['', 'SIGSTOP']);
  });

  it('accepts digits, arrows, Enter and Esc, and nothing else', () => {
    const { mode } = stateOf('signals menu', { columns: 80, rows: 24 });
    const press = (name: string) =>
      actionOf({ kind: 'key', name, text: name.length === 1 ? name : undefined }, mode)?.kind;
    expect(['5', 'up', 'j', 'enter', 'escape', 'q', 'S', 'backspace'].map(press)).toEqual([
      'type',
      'move',
      'move',
      'accept',
      'back',
      'back',
      'back',
      'erase',
    ]);
    for (const name of ['y', 'x', 'X', 'n', 'f', ' ', 'Q', 'tab'])
      expect(press(name)).toBeUndefined();
    expect(actionOf({ kind: 'paste' }, mode)).toBeUndefined();
  });

  it('leads to the plan of its signal, and from SIGKILL to the termination of X', () => {
    expect(questionOf(typed('1'))).toEqual({ kind: 'signal', plan: endPlan, signal: 'SIGHUP' });
    expect(questionOf(typed('9'))).toEqual({ kind: 'end', plan: endPlan, force: true });
    const stop = questionOf(typed('19'));
    expect(stop).toMatchObject({ kind: 'signal', signal: 'SIGSTOP' });
  });
});

const parts = (more: readonly Process[] = []) =>
  inventory(
    agentParts('a', [process(5000, serverPid, 'claude'), process(5001, 5000, 'npx'), ...more]),
  );

/** Sends a signal; `now` is the process table at that time. */
async function send(
  given: ReturnType<typeof parts>,
  now = given.processes.ok ? given.processes.value : [],
  { names = [] as string[], held = [] as number[], denied = [] as number[] } = {},
) {
  const { plan } = planned(given, { names });
  const sent: string[] = [];
  const entries: object[] = [];
  let isReleased = false;
  const said = await sendSignal(
    {
      control: {
        hold: all => all.filter(({ pid }) => held.includes(pid)),
        release: () => {
          isReleased = true;
        },
        signal({ pid, start }, name) {
          sent.push(`${name} ${pid}@${start}`);
          return denied.includes(pid) ? 'denied' : 'sent';
        },
      },
      processes: { read: async () => ({ ok: true, value: now }), readOrigins: () => new Map() },
      auditLog: { write: entry => void entries.push(entry), warnings: () => ['disk full'] },
    },
    plan,
    { signal: 'SIGHUP', reason: 'reload', key: 'S' },
  );
  return { said, sent, entries, isReleased };
}

describe('sending', () => {
  it('signals each identity once, and logs the target and every signal', async () => {
    const { said, sent, entries, isReleased } = await send(parts());
    expect(sent).toEqual(['SIGHUP 5000@50000', 'SIGHUP 5001@50010']);
    expect(said).toBe('SIGHUP sent to 2 processes, disk full');
    expect(entries).toMatchObject([
      { event: 'signal', target: 'agent:a', key: 'S', reason: 'reload', notes: ['SIGHUP'] },
      { pid: 5000, signal: 'SIGHUP', stage: 'signal', result: 'sent', reason: 'reload' },
      { pid: 5001, signal: 'SIGHUP', stage: 'signal', result: 'sent' },
    ]);
    expect(isReleased).toBe(true);
  });

  it('skips what has exited, was replaced, or is a zombie now', async () => {
    const more = [process(5002, 5000, 'node'), process(5003, 5000, 'node')];
    const given = parts(more);
    const now = [
      process(5000, serverPid, 'claude'),
      process(5001, 1, 'sshd', { start: 'another' }),
      process(5002, 5000, 'node', { state: 'Z' }),
      process(5003, 5000, 'node'),
    ];
    const { said, sent } = await send(given, now, { held: [5003] });
    expect(sent).toEqual(['SIGHUP 5000@50000']);
    expect(said).toContain('SIGHUP sent to 1 process; 3 had exited');
  });

  it('skips what the spare rules protect by now', async () => {
    const given = parts();
    const now = [process(5000, serverPid, 'claude'), process(5001, 5000, 'ssh-agent')];
    const { said, sent } = await send(given, now);
    expect(sent).toEqual(['SIGHUP 5000@50000']);
    expect(said).toContain('SIGHUP sent to 1 process; 1 spared');
  });

  it('counts those that the kernel refuses and those that are spared', async () => {
    const { said, sent } = await send(parts(), undefined, { names: ['npx'], denied: [5000] });
    expect(sent).toEqual(['SIGHUP 5000@50000']);
    expect(said).toContain('SIGHUP sent to 0 processes; 1 not permitted; 1 spared');
  });

  it('SIGSTOP spares a pane process, which tmux would resume with its group', () => {
    const { plan } = planned(parts());
    const [target] = planForSignal(plan, 'SIGSTOP', new Set([5000])).targets;
    expect(target?.members.map(({ pid }) => pid)).toEqual([5001]);
    expect(target?.spared).toMatchObject([{ pid: 5000, reason: { kind: 'pane' } }]);
    expect(planForSignal(plan, 'SIGHUP', new Set([5000]))).toBe(plan);
  });
});
