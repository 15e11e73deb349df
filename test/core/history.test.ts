/** What the lines of an audit log say has been done. */
import { expect, it } from 'vitest';
import { deedsAbout, historyOf } from '../../source/core/model/history.ts';
import { deedText, stampOf } from '../../source/text/history-lines.ts';

const by = { uid: 0, user: 'root', pid: 412, start: '9000', command: 'kill' };
const time = '2026-11-29T17:04:05.000Z';
const line = (fields: object, more: object = {}) => ({ time, by, ...fields, ...more });
const begun = line({
  event: 'end',
  target: 'agent:a-1',
  name: 'a-1',
  agentId: 'a-1',
  task: 'TASK-1',
  session: 'agent_a-1',
  class: 'live',
  reason: 'stuck',
});
const signal = line({
  target: 'agent:a-1',
  pid: 77,
  start: '1',
  signal: 'SIGTERM',
  result: 'sent',
  command: 'claude',
  stage: 'terminating',
});
const ended = line({
  target: 'agent:a-1',
  reason: 'stuck',
  outcome: 'killed',
  durationMs: 3600,
  errors: [],
  left: ['pid 9 (ssh-agent) remains: spared: part of the system'],
  archived: ['/w/TASK-1/logs/a-1_stream.jsonl'],
});
const gone = () => false;

it('an ending has its start, its signals and its outcome', () => {
  const [deed, ...rest] = historyOf([begun, signal, ended], gone);
  expect(rest).toEqual([]);
  expect(deed).toMatchObject({
    ...{ kind: 'end', at: Date.parse(time), agentId: 'a-1', task: 'TASK-1', outcome: 'killed' },
    signals: [{ pid: 77, signal: 'SIGTERM', result: 'sent' }],
    archived: ['/w/TASK-1/logs/a-1_stream.jsonl'],
  });
  expect(deed && deedText(deed)).toBe(
    'a-1 killed in 3.6 s by root (pid 412, kill): stuck; pid 9 (ssh-agent) remains: spared: part of the system',
  );
});

it('of many notes the first are shown, and the rest are counted', () => {
  const [deed] = historyOf([begun, signal, ended], gone);
  const said = (count: number, most?: number) =>
    deed && deedText({ ...deed, reason: undefined, notes: [...'abcdef'].slice(0, count) }, most);
  expect(said(6)).toMatch(/: a; b; c; and 3 more$/);
  expect(said(4)).toMatch(/: a; b; c; d$/);
  expect(said(6, 6)).toMatch(/: a; b; c; d; e; f$/);
});

it('without an outcome it is interrupted, or still running', () => {
  expect(historyOf([begun, signal], gone).map(each => each.outcome)).toEqual(['interrupted']);
  expect(historyOf([begun, signal], () => true).map(each => each.outcome)).toEqual(['running']);
});

it('two vigils that end the same agent are two deeds', () => {
  const other = { by: { ...by, pid: 413 } };
  const all = [begun, { ...begun, ...other }, ended, { ...ended, ...other, outcome: 'vanished' }];
  expect(historyOf(all, gone).map(each => [each.by.pid, each.outcome])).toEqual([
    [412, 'killed'],
    [413, 'vanished'],
  ]);
});

it('a log of an earlier version has no start: the first signal is it', () => {
  const old = [signal, ended].map(each => ({ ...each, by: { uid: 0, pid: 412 } }));
  expect(historyOf(old, gone)).toMatchObject([{ outcome: 'killed', signals: [{ pid: 77 }] }]);
});

it('other work is a deed each, and what is not understood is skipped', () => {
  const lines = [
    null,
    7,
    'text',
    {},
    line({ event: 'unheard of' }),
    { ...begun, time: 'yesterday' },
    { ...begun, by: 'me' },
    line({ registry: '/w/R.json', modified: '1', command: 'kill' }),
    line({ event: 'reconcile', target: '/w', outcome: 'done', notes: ['a-2: closed'] }),
    line({ event: 'deploy', target: 'agent:a-3', agentId: 'a-3', outcome: 'started' }),
  ];
  expect(historyOf(lines, gone).map(each => deedText(each))).toEqual([
    'reconcile /w done by root (pid 412, kill): a-2: closed',
    'deploy a-3 started by root (pid 412, kill)',
  ]);
});

it('is found by every name of its target', () => {
  const deeds = historyOf([begun, signal, ended], gone);
  for (const name of ['a-1', 'agent:a-1', 'session:agent_a-1', 'pid:77', 'task:TASK-1'])
    expect([name, deedsAbout(deeds, name).length]).toEqual([name, 1]);
  for (const name of ['a', 'a-11', 'session:agent_a', 'pid:7', 'task:TASK', 'killed'])
    expect([name, deedsAbout(deeds, name).length]).toEqual([name, 0]);
});

it('times are local, with their date', () => {
  expect(stampOf(new Date(2026, 10, 9, 7, 4, 5).getTime())).toBe('2026-11-09 07:04:05');
});

it('a signal from the menu is a deed of its own, done even if its vigil has exited since', () => {
  const chosen = line({ event: 'signal', target: 'agent:a-1', name: 'a-1', agentId: 'a-1' });
  const all = [
    { ...chosen, key: 'S', notes: ['SIGHUP'] },
    { ...signal, stage: 'signal' },
  ];
  const deeds = historyOf([...all, begun, ended], gone);
  expect(deeds.map(deed => [deed.kind, deed.outcome, deed.signals.length])).toEqual([
    ['signal', 'done', 1],
    ['end', 'killed', 0],
  ]);
  expect(deeds[0] && deedText(deeds[0])).toBe('signal a-1 done by root (pid 412, key S): SIGHUP');
});

it('the signals of a freeze, of the menu and of a termination stay apart on the same target', () => {
  const sent = (stage: string) => ({ ...signal, stage });
  const chosen = line({ event: 'signal', target: 'agent:a-1', name: 'a-1', agentId: 'a-1' });
  const lines = [chosen, sent('signal'), sent('freeze'), begun, sent('thaw'), signal, ended];
  const deeds = historyOf(lines, gone);
  expect(deeds.map(deed => [deed.kind, deed.outcome, deed.signals.length])).toEqual([
    ['signal', 'done', 1],
    ['freeze', 'done', 2],
    ['end', 'killed', 1],
  ]);
});

it('each freeze and each thaw is a deed of its own, with the signals that followed it', () => {
  const pressed = (outcome: string) =>
    line({
      ...{ event: 'freeze', target: 'agent:a-1', name: 'a-1', agentId: 'a-1', key: 'f' },
      ...{ outcome, notes: ['1 process'] },
    });
  const sent = (stage: string) => ({ ...signal, stage });
  const deeds = historyOf(
    [pressed('frozen'), sent('freeze'), pressed('thawed'), sent('thaw'), pressed('frozen')],
    gone,
  );
  expect(deeds.map(deed => [deed.kind, deed.outcome, deed.signals.length])).toEqual([
    ['freeze', 'frozen', 1],
    ['freeze', 'thawed', 1],
    ['freeze', 'frozen', 0],
  ]);
  expect(deeds[0] && deedText(deeds[0])).toBe('a-1 frozen by root (pid 412, key f): 1 process');
});

it('a frozen agent stays frozen when its vigil exits: that is not interrupted', () => {
  const frozen = { ...signal, signal: 'SIGSTOP', stage: 'freeze' };
  expect(historyOf([frozen], gone).map(each => each.outcome)).toEqual(['done']);
});
