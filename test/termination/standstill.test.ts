/** Freezing and thawing: which processes are signalled, and which are reported as skipped. */
import { expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { freezeOrThaw, resumedByTmux } from '../../source/core/termination/standstill.ts';
import {
  agentParts,
  inventory,
  knowledge,
  planned,
  process,
  serverPid,
} from '../helpers/inventory.ts';

function press(
  below: readonly Process[],
  {
    leader = 'S',
    names = [] as string[],
    denied = [] as number[],
    panes = true,
    sincePoll = (process: Process) => process,
  } = {},
) {
  const first = process(5000, serverPid, 'claude', { state: leader });
  const given = inventory(agentParts('a', [first, ...below]));
  const { plan, table } = planned(given, { names });
  const sent: string[] = [];
  const audited: string[] = [];
  const ports: Parameters<typeof freezeOrThaw>[0] = {
    control: {
      signal({ pid }, name) {
        sent.push(`${name} ${pid}`);
        return denied.includes(pid) ? 'denied' : 'sent';
      },
    },
    auditLog: {
      write(entry) {
        if ('signal' in entry) audited.push(`${entry.stage} ${entry.pid} ${entry.result}`);
      },
    },
  };
  const servers = panes ? given.servers : [];
  const resumed = resumedByTmux({ ...given, servers }, knowledge.recogniser);
  const said = freezeOrThaw(ports, plan, table.map(sincePoll), resumed);
  return { said, sent: sent.sort(), audited };
}
const claims = 'pane process 5000 keeps running (tmux would resume it)';

it('all processes are stopped except those that tmux resumes, even if a pane is known only by its parent', () => {
  const below = [process(5001, 5000, 'npx'), process(5002, 5001, 'node', { state: 'T' })];
  for (const panes of [true, false]) {
    const { said, sent, audited } = press(below, { panes });
    expect(said).toBe(`frozen: 2 processes; ${claims}`);
    expect(sent).toEqual(['SIGSTOP 5001', 'SIGSTOP 5002']);
    expect(audited).toEqual(['freeze 5001 sent', 'freeze 5002 sent']);
  }
});

it('all are resumed if all are stopped, including a pane process that another program stopped', () => {
  const below = [process(5001, 5000, 'npx', { state: 'T' })];
  expect(press(below)).toMatchObject({ said: 'thawed: 1 process', sent: ['SIGCONT 5001'] });
  expect(press(below, { leader: 'T' }).sent).toEqual(['SIGCONT 5000', 'SIGCONT 5001']);
});

it('those are resumed that were stopped after the last poll, and no other process with their pid', () => {
  const below = [process(5001, 5000, 'npx')];
  const stopped = (each: Process): Process => (each.pid === 5001 ? { ...each, state: 'T' } : each);
  expect(press(below, { sincePoll: stopped }).sent).toEqual(['SIGCONT 5001']);
  const replaced = (each: Process) => ({ ...stopped(each), start: 'later' });
  expect(press(below, { sincePoll: replaced }).sent).toEqual(['SIGSTOP 5001']);
});

it('a row with only a pane process gets no signal', () => {
  expect(press([])).toEqual({ said: `nothing frozen; ${claims}`, sent: [], audited: [] });
});

it('processes that are denied or spared are counted', () => {
  const below = [5001, 5002, 5003].map(pid => process(pid, 5000, pid === 5003 ? 'vite' : 'node'));
  const { said, sent } = press(below, { denied: [5002], names: ['vite'] });
  expect(said).toBe(`frozen: 1 process; ${claims}; 1 not permitted; 1 spared`);
  expect(sent).toEqual(['SIGSTOP 5001', 'SIGSTOP 5002']);
});
