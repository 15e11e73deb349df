/** The kill journal is written before every signal, so that no process is forgotten after a crash. */
import { describe, expect, it } from 'vitest';
import type { Origin, ProcessRef } from '../../source/core/model/model.ts';
import { memberOf } from '../../source/core/termination/kill-set.ts';
import { defaultPolicy, type Policy } from '../../source/core/termination/policy.ts';
import { targetOf } from '../fixtures/end-plan.ts';
import { because } from '../fixtures/evidence.ts';
import { createFakeMachine, type Habit } from '../helpers/fake-machine.ts';
import { process as processAt } from '../helpers/inventory.ts';

type Step = { readonly did: string; readonly pids: readonly number[] };
type Given = {
  readonly policy?: Policy;
  /** Whether the list of stopped processes can be written. */
  readonly canWrite?: boolean;
  /** Of the stray. */
  readonly origin?: Origin;
};

/** Terminates 1000 and its child 1001; 1002 is not a member at first.
 * @returns journal writes and signals, in order. */
async function steps(
  habit: Habit,
  { policy = defaultPolicy, canWrite = true, origin }: Given = {},
) {
  const member = { ...processAt(1000, 1, 'member'), habit };
  const child = { ...processAt(1001, 1000, 'child'), habit };
  const stray = { ...processAt(1002, 1, 'stray'), habit, origin };
  const { host, end, isStopped } = createFakeMachine([member, child, stray]);
  const done: Step[] = [];
  const add = (did: string, list: readonly ProcessRef[]) =>
    void done.push({ did, pids: list.map(({ pid }) => pid).sort() });
  const killJournal: typeof host.killJournal = {
    ...host.killJournal,
    record: members => add('kill set', [...members.values()].flat()),
    recordStopped(processes) {
      add('stopped', processes);
      return canWrite;
    },
  };
  const control: typeof host.control = {
    ...host.control,
    signal(process, name) {
      add(name, [process]);
      return host.control.signal(process, name);
    },
  };
  const target = targetOf('agent:a', {
    members: [member, child].map(each => memberOf(each, because('the row'))),
    marks: { agentId: 'a', panes: new Map(), uids: new Set([1000]) },
  });
  await end([target], { policy, on: { ...host, killJournal, control } });
  return { done, isStopped };
}

/** Signals whose process was not in an earlier journal write of that kind. */
function unwritten(done: readonly Step[], signal: RegExp, journal: RegExp): readonly Step[] {
  return done.filter(
    ({ did, pids: [pid = 0] }, at) =>
      signal.test(did) &&
      !done.slice(0, at).some(before => journal.test(before.did) && before.pids.includes(pid)),
  );
}

const named = (done: readonly Step[], name: string) => done.filter(({ did }) => did === name);

describe('before the first signal', () => {
  it('the whole kill set is recorded', async () => {
    const { done } = await steps({ termMs: 10 });
    expect(done[0]).toEqual({ did: 'kill set', pids: [1000, 1001] });
    expect(named(done, 'SIGTERM')).toHaveLength(2);
  });

  it('members found by the first poll are recorded too', async () => {
    const { done } = await steps({ termMs: 10 }, { origin: { agentMark: 'a:0c8d' } });
    expect(done[0]).toEqual({ did: 'kill set', pids: [1000, 1001, 1002] });
    expect(unwritten(done, /^SIG/, /kill set/)).toEqual([]);
  });
});

describe('no process is stopped', () => {
  it('before it is recorded as stopped', async () => {
    const { done } = await steps({}, { policy: { ...defaultPolicy, force: true } });
    expect(named(done, 'SIGSTOP').map(({ pids }) => pids)).toEqual([[1000], [1001]]);
    expect(unwritten(done, /SIGSTOP/, /^stopped/)).toEqual([]);
  });

  it('and no new member killed, before the kill set is recorded', async () => {
    const { done } = await steps({ forks: 2 });
    const killed = named(done, 'SIGKILL').map(({ pids: [pid = 0] }) => pid);
    expect(killed.length).toBeGreaterThan(2);
    expect(unwritten(done, /SIGSTOP/, /^stopped/)).toEqual([]);
    expect(unwritten(done, /SIGSTOP|SIGKILL/, /kill set/)).toEqual([]);
  });

  it('if the journal cannot be written: they are killed while running', async () => {
    const { done, isStopped } = await steps({}, { canWrite: false });
    expect(named(done, 'SIGSTOP')).toEqual([]);
    expect(named(done, 'SIGKILL').map(({ pids }) => pids)).toEqual([[1000], [1001]]);
    expect(isStopped(1000)).toBe(false);
  });
});
