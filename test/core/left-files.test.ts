/** Leftover files: listed paths against living agents. One line a case. */
import { describe, expect, it } from 'vitest';
import { type FoundFile, leftoverFiles } from '../../source/core/lifecycle/leftover-files.ts';
import type { RegistryReading, RowClass } from '../../source/core/model/model.ts';
import { mergeRegistries } from '../../source/core/registry/merge.ts';
import { row, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { entry, registry, workspace } from '../helpers/inventory.ts';

const task = 'TASK-1';
const old = takenAt - 3_600_000;

function found(kind: FoundFile['kind'], agentId: string, more: Partial<FoundFile> = {}): FoundFile {
  const place = kind === 'log' ? 'logs' : '';
  return { workspace, task, place, path: agentId, kind, agentId, modifiedAt: old, ...more };
}

function directory(entries: number, more: Partial<FoundFile> = {}): FoundFile {
  return {
    ...{ workspace, task, place: 'logs', path: 'logs', kind: 'directory' },
    ...{ entries, modifiedAt: old, ...more },
  };
}

const own = (kind: 'lock' | 'temporary', ageMs: number): FoundFile => ({
  ...{ workspace, task: '', place: '', path: 'x', kind, modifiedAt: takenAt - ageMs },
});

type World = {
  /** Classes by agent id: recorded and in the snapshot. */
  readonly agents?: Readonly<Record<string, RowClass>>;
  /** Recorded without a row. */
  readonly rowless?: readonly string[];
  /** Names of sessions without an entry. */
  readonly sessions?: readonly string[];
  readonly ending?: readonly string[];
  readonly deploying?: readonly string[];
};

function worksOf(files: readonly FoundFile[], world: World = {}): string[] {
  const { agents = {}, rowless = [], sessions = [], ending = [], deploying = [] } = world;
  const registries: RegistryReading[] = [
    registry(
      'task',
      [...Object.keys(agents), ...rowless].map(id => entry(id)),
    ),
  ];
  const rows = [
    ...Object.entries(agents).map(([id, rowClass]) =>
      row({ class: rowClass, key: `agent:${id}`, agentId: id, task }),
    ),
    ...sessions.map(name =>
      row({
        class: 'orphan',
        key: `session:default/${name}`,
        session: { socket: 'default', name, attached: 0 },
      }),
    ),
  ];
  const left = leftoverFiles(files, {
    registries,
    snapshot: snapshotOf(rows),
    ending: new Set(ending),
    deploying: new Set(deploying),
  });
  return left.map(({ work, path, after }) => `${work} ${path}${after ? ` after ${after}` : ''}`);
}

const young = { modifiedAt: takenAt - 1999 };
const elsewhere = { workspace: '/other/.agent-workspace' };
const prompt = found('prompt', 'a-1');
const log = found('log', 'a-1');
const stray = { sessions: ['agent_a-1'] };

describe('a file', () => {
  it.each<[string, FoundFile, World, string[]]>([
    ['prompt without an agent', prompt, {}, ['archive a-1']],
    ['young prompt without an agent', found('prompt', 'a-1', young), {}, []],
    ['prompt of an ended agent', prompt, { agents: { 'a-1': 'ended' } }, ['archive a-1']],
    ['prompt of a ghost', prompt, { agents: { 'a-1': 'ghost' } }, ['archive a-1']],
    ['prompt of a live agent', prompt, { agents: { 'a-1': 'live' } }, []],
    ['prompt of an undead that stays', prompt, { agents: { 'a-1': 'undead' } }, []],
    [
      'prompt of an undead that is ended',
      prompt,
      { agents: { 'a-1': 'undead' }, ending: ['agent:a-1'] },
      ['archive a-1 after agent:a-1'],
    ],
    ['prompt of one that is unknown', prompt, { agents: { 'a-1': 'unknown' } }, []],
    ['prompt of one without a row', prompt, { rowless: ['a-1'] }, []],
    ['prompt of one that is being deployed', prompt, { deploying: ['a-1'] }, []],
    [
      'prompt of an ended namesake whose deploy goes on',
      prompt,
      { agents: { 'a-1': 'ended' }, deploying: ['a-1'] },
      [],
    ],
    ['prompt of an unrecorded session', prompt, stray, []],
    [
      'prompt of such a session that is ended',
      prompt,
      { ...stray, ending: ['session:default/agent_a-1'] },
      ['archive a-1 after session:default/agent_a-1'],
    ],
    [
      'prompt of an ended agent whose session is there again',
      prompt,
      { ...stray, agents: { 'a-1': 'ended' } },
      [],
    ],
    [
      'prompt in another workspace than the agent that lives',
      found('prompt', 'a-1', elsewhere),
      { agents: { 'a-1': 'live' } },
      ['archive a-1'],
    ],
    ['log without an agent', log, {}, []],
    ['log of an ended agent', log, { agents: { 'a-1': 'ended' } }, ['archive a-1']],
    ['log of a ghost', log, { agents: { 'a-1': 'ghost' } }, ['archive a-1']],
    ['log of a live agent', log, { agents: { 'a-1': 'live' } }, []],
    ['log of a husk that stays', log, { agents: { 'a-1': 'husk' } }, []],
    ['lock that was touched just now', own('lock', 10_000), {}, []],
    ['untouched lock', own('lock', 10_001), {}, ['remove x']],
    ['lock from the future', own('lock', -60_000), {}, []],
    ['temporary file that is being written', own('temporary', 60_000), {}, []],
    ['temporary file of a write that was cut off', own('temporary', 60_001), {}, ['remove x']],
    [
      'empty directory of a task whose agents are over',
      directory(0),
      { agents: { 'b-1': 'ended' } },
      ['remove logs'],
    ],
    ['empty directory of a task that has had no agent yet', directory(0), {}, []],
    ['empty directory where an agent lives', directory(0), { agents: { 'b-1': 'live' } }, []],
    ['empty directory where one is unknown', directory(0), { rowless: ['b-1'] }, []],
    [
      'empty directory of another task than the agent’s',
      directory(0, { task: 'TASK-2' }),
      { agents: { 'b-1': 'ended' } },
      [],
    ],
    [
      'empty directory whose last agent is ended now',
      directory(0),
      { agents: { 'b-1': 'undead' }, ending: ['agent:b-1'] },
      ['remove logs'],
    ],
    ['directory with something in it', directory(1), { agents: { 'a-1': 'ended' } }, []],
  ])('%s', (_name, file, world, works) => expect(worksOf([file], world)).toEqual(works));
});

describe('a directory', () => {
  const ended = { agents: { 'a-1': 'ended' } } as const;

  it('is removed after all its content', () =>
    expect(worksOf([directory(1), log], ended)).toEqual(['archive a-1', 'remove logs']));

  it('stays if any of its content stays', () =>
    expect(worksOf([directory(2), log, found('log', 'b-1')], ended)).toEqual(['archive a-1']));

  it('elsewhere is not emptied by it', () =>
    expect(worksOf([directory(1, { place: 'progress' }), log], ended)).toEqual(['archive a-1']));

  it('stays while an agent with a file there is being deployed', () =>
    expect(worksOf([prompt, directory(0)], { deploying: ['a-1'] })).toEqual([]));
});

it('an agent recorded twice, ended and live, keeps its prompt', () => {
  const registries = [
    registry('task', [entry('a-1', 'completed')]),
    registry('task', [entry('a-1', 'working')], {
      path: `${workspace}/TASK-2/AGENT_REGISTRY.json`,
      reading: { ok: true, value: { task: 'TASK-2', entries: [entry('a-1')], faults: [] } },
    }),
  ];
  const [first, second] = mergeRegistries(registries).map(({ key }) => key);
  const rows = (classes: readonly RowClass[]) =>
    snapshotOf(
      [first, second].map((key = '', at) => row({ class: classes[at] ?? 'unknown', key })),
    );
  const left = (...classes: RowClass[]) =>
    leftoverFiles([prompt, log], {
      registries,
      snapshot: rows(classes),
      ending: new Set(),
      deploying: new Set(),
    });
  expect(first).not.toBe(second);
  expect(left('ended', 'live')).toEqual([]);
  expect(left('live', 'ended')).toEqual([]);
  expect(left('ended', 'ghost').map(({ reason }) => reason)).toEqual([
    'a-1: ended, ghost',
    'a-1: ended, ghost',
  ]);
});
