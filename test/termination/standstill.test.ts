/** Freezing and thawing: which processes are signalled, and which are reported as skipped. */
import { expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { freezeOrThaw, resumedByTmux } from '../../source/core/termination/standstill.ts';
import {
  agentParts,
  inventory,
  knowledge,
  now,
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
    sincePoll = (process: Process): Process | undefined => process,
    started = [] as readonly Process[],
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
  const current = [...table.flatMap(each => sincePoll(each) ?? []), ...started];
  const said = freezeOrThaw(ports, plan, { table: current, origins: new Map() }, resumed);
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

it('children that were started after the last poll are stopped too, and then all are resumed', () => {
  const below = [process(5001, 5000, 'npx')];
  const later = { startedAt: now - 100 };
  const started = [process(5002, 5001, 'node', later), process(5003, 5002, 'esbuild', later)];
  const all = ['5001', '5002', '5003'];
  const { said, sent, audited } = press(below, { started });
  expect(said).toBe(`frozen: 3 processes; ${claims}`);
  expect(sent).toEqual(all.map(pid => `SIGSTOP ${pid}`));
  expect(audited).toContain('freeze 5003 sent');
  const stop = (each: Process): Process => ({ ...each, state: 'T' });
  const again = press(below, {
    started: started.map(stop),
    sincePoll: each => (each.pid === 5001 ? stop(each) : each),
  });
  expect(again.sent).toEqual(all.map(pid => `SIGCONT ${pid}`));
});

it('neither a child of another process nor one that the rules spare is stopped', () => {
  const later = { startedAt: now - 100 };
  const started = [
    process(5002, 1, 'node', later),
    process(5003, 5001, 'vite', later),
    process(5004, 5001, 'tmux', { ...later, name: 'tmux: server' }),
    process(5005, 5004, 'bash', later),
  ];
  const { said, sent } = press([process(5001, 5000, 'npx')], { started, names: ['vite'] });
  expect(sent).toEqual(['SIGSTOP 5001']);
  expect(said).toBe(`frozen: 1 process; ${claims}; 2 spared`);
});

it('what has exited since the last poll does not keep the rest from being resumed', () => {
  const below = [5001, 5002, 5003].map(pid => process(pid, 5000, 'node'));
  const states = new Map([
    [5001, 'T'],
    [5003, 'Z'],
  ]);
  const sincePoll = (each: Process) =>
    each.pid === 5002 ? undefined : { ...each, state: states.get(each.pid) ?? each.state };
  expect(press(below, { sincePoll }).sent).toContain('SIGCONT 5001');
});

it('a row that is refused is named, and none is stopped', () => {
  const first = process(5000, serverPid, 'claude', { uid: 1001 });
  const given = inventory(agentParts('a', [first]));
  const { plan, table } = planned(given);
  const signal = () => expect.fail('a signal was sent');
  const ports = { control: { signal }, auditLog: { write: signal } };
  const now = { table, origins: new Map() };
  expect(freezeOrThaw(ports, plan, now, new Set())).toMatch(
    /^refused: a: its agent program .pid 5000. belongs to uid 1001;/,
  );
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
