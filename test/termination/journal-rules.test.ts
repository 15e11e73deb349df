/** Nobody is signalled who could be forgotten: what is written down comes before what is done. */
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
  /** Whether the journal of the stopped can be written. */
  readonly canWrite?: boolean;
  /** Of the stray. */
  readonly origin?: Origin;
};

/** Ends 1000 and 1001 below it, beside 1002, which is no member at first.
 * @returns what was recorded and what was sent, in this order. */
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
    record: (_key, processes) => add('kill set', processes),
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
    marks: { agentId: 'a', panes: new Set(), uids: new Set([1000]) },
  });
  await end([target], { policy, on: { ...host, killJournal, control } });
  return { done, isStopped };
}

/** Signals of one name whose process was in no earlier step of that kind. */
function unwritten(done: readonly Step[], signal: RegExp, journal: RegExp): readonly Step[] {
  return done.filter(
    ({ did, pids: [pid = 0] }, at) =>
      signal.test(did) &&
      !done.slice(0, at).some(before => journal.test(before.did) && before.pids.includes(pid)),
  );
}

const named = (done: readonly Step[], name: string) => done.filter(({ did }) => did === name);

describe('before the first signal', () => {
  it('the whole kill set is written down', async () => {
    const { done } = await steps({ termMs: 10 });
    expect(done[0]).toEqual({ did: 'kill set', pids: [1000, 1001] });
    expect(named(done, 'SIGTERM')).toHaveLength(2);
  });

  it('who belongs to it by the first look is written down too', async () => {
    const { done } = await steps({ termMs: 10 }, { origin: { agentMark: 'a:0c8d' } });
    expect(done[0]).toEqual({ did: 'kill set', pids: [1000, 1001, 1002] });
    expect(unwritten(done, /^SIG/, /kill set/)).toEqual([]);
  });
});

describe('nobody is stopped', () => {
  it('before it is written down who is', async () => {
    const { done } = await steps({}, { policy: { ...defaultPolicy, force: true } });
    expect(named(done, 'SIGSTOP').map(({ pids }) => pids)).toEqual([[1000], [1001]]);
    expect(unwritten(done, /SIGSTOP/, /^stopped/)).toEqual([]);
  });

  it('and nobody killed who came meanwhile, before the kill set has it', async () => {
    const { done } = await steps({ forks: 2 });
    const killed = named(done, 'SIGKILL').map(({ pids: [pid = 0] }) => pid);
    expect(killed.length).toBeGreaterThan(2);
    expect(unwritten(done, /SIGSTOP/, /^stopped/)).toEqual([]);
    expect(unwritten(done, /SIGSTOP|SIGKILL/, /kill set/)).toEqual([]);
  });

  it('where it cannot be written down: they are killed as they run', async () => {
    const { done, isStopped } = await steps({}, { canWrite: false });
    expect(named(done, 'SIGSTOP')).toEqual([]);
    expect(named(done, 'SIGKILL').map(({ pids }) => pids)).toEqual([[1000], [1001]]);
    expect(isStopped(1000)).toBe(false);
  });
});
