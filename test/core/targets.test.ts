/** Targets named by a user → rows, exactly. */
import { describe, expect, it } from 'vitest';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import {
  ambiguityOf,
  findRows,
  parseTarget,
  rowsOfNames,
  similarTargets,
} from '../../source/core/rows/targets.ts';
import {
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const snapshot: Snapshot = judge(
  inventory({
    processes: [
      process(5000, serverPid, 'bash'),
      process(5001, 5000, 'claude -p x'),
      process(5100, serverPid, 'claude -p y'),
      process(5101, 5100, '', { state: 'Z', name: 'git' }),
      process(7000, 1, 'node /x/mcp-server', { sid: 6999 }),
    ],
    panes: [pane('agent_a-1', 5000), pane('agent_x-9', 5100)],
    registries: [registry('task', [entry('a-1', 'completed'), entry('a-12', 'working')])],
  }),
).snapshot;

function found(text: string): string[] {
  const target = parseTarget(text);
  if (!target.ok) throw new Error(target.reason);
  return findRows(snapshot, target.value).map((row: Row) => row.key);
}

describe('a target', () => {
  const meant: readonly (readonly [string, readonly string[]])[] = [
    ['a-1', ['agent:a-1']],
    ['a-12', ['agent:a-12']],
    ['a-', []],
    ['A-1', []],
    ['agent:a-1', ['agent:a-1']],
    ['session:agent_a-1', ['agent:a-1']],
    ['session:agent_a-', []],
    ['session:agent_*', []],
    ['session:default/agent_x-9', ['session:default/agent_x-9']],
    ['pid:5001', ['agent:a-1']],
    ['pid:5101', ['process:5101@51010']],
    ['pid:7000', ['process:7000@70000']],
    ['pid:500', []],
    ['process:7000@70000', ['process:7000@70000']],
    ['process:7000@1', []],
    ['task:TASK-1', ['agent:a-1', 'agent:a-12']],
    ['task:TASK', []],
    ['@undead', ['agent:a-1']],
    ['@orphans', ['session:default/agent_x-9', 'process:7000@70000']],
    ['@husks', []],
  ];
  for (const [text, keys] of meant)
    it(`${text} is ${keys.length > 0 ? keys.join(' and ') : 'no row'}`, () => {
      expect(found(text)).toEqual(keys);
    });

  const senseless = [
    '',
    '@',
    '@live',
    '@ORPHANS',
    '@__proto__',
    '@constructor',
    '@toString',
    'session:',
    'task:',
    'pid:',
    'pid:0',
    'pid:-1',
    'pid:+1',
    'pid:01',
    'pid:1.5',
    'pid:1e3',
    'pid:0x10',
    'pid: 1',
    'pid:1 ',
    'pid:1\n',
    'pid:99999999999',
    'pid:٣',
  ];
  for (const text of senseless)
    it(`${JSON.stringify(text)} is reported as invalid`, () => {
      const target = parseTarget(text);
      expect(target.ok).toBe(false);
      expect(target.ok ? '' : target.reason).not.toBe('');
    });

  it('may have any character after its prefix', () => {
    expect(parseTarget('session:a:b\nc')).toEqual({
      ok: true,
      value: { kind: 'session', name: 'a:b\nc' },
    });
  });
});

describe('a session name on two tmux servers', () => {
  const [first, second] = snapshot.rows.filter(row => row.session !== undefined);
  const renamed = (row: Row | undefined, socket: string, key: string) =>
    ({ ...row, key, session: { ...row?.session, socket, name: 'work' } }) as Row;
  const twice: Snapshot = {
    ...snapshot,
    rows: [renamed(first, 'default', 'agent:a-1'), renamed(second, 'dev', 'session:dev/work')],
  };

  it('is ambiguous, and the reason names both sockets and keys', () => {
    expect(ambiguityOf(twice, ['a-12', 'session:work'])).toBe(
      'session:work is on tmux sockets default and dev: add -L NAME or -S PATH, or use a key (agent:a-1, session:dev/work)',
    );
  });

  it('is not ambiguous by its key, by an agent id or on one server', () => {
    expect(ambiguityOf(twice, ['session:dev/work', 'a-1', '@orphans'])).toBeUndefined();
    expect(ambiguityOf(snapshot, ['session:agent_a-1'])).toBeUndefined();
  });
});

it('names that contain the typed text are suggested, three at most and each once', () => {
  expect(similarTargets(snapshot, 'a-1')).toEqual(['a-1', 'a-12']);
  expect(similarTargets(snapshot, 'a-')).toEqual(['a-1']);
  expect(similarTargets(snapshot, 'nothing like it')).toEqual([]);
});

it('a name without its prefix is suggested with it, and for a mistyped one the most similar', () => {
  expect(similarTargets(snapshot, '5001')).toEqual(['pid:5001']);
  expect(similarTargets(snapshot, 'agent_x-9')).toEqual(['session:agent_x-9']);
  expect(similarTargets(snapshot, 'TASK-1')).toEqual(['task:TASK-1']);
  expect(similarTargets(snapshot, 'b-12')).toEqual(['a-12']);
});

it('without its registry an agent is found by the session that it was started in', () => {
  const [own] = snapshot.rows.filter(row => row.key === 'session:default/agent_x-9');
  if (own?.session === undefined) throw new Error('no such row');
  const unknown: Row = { ...own, class: 'unknown' };
  const problems = [{ source: 'registry', message: 'locked', unread: true }] as const;
  const unread: Snapshot = { ...snapshot, rows: [unknown], problems };
  const keysOf = (shown: Snapshot, name: string) => {
    const finding = rowsOfNames(shown, [name]);
    return finding.kind === 'found' ? finding.rows.map(each => each.row.key) : finding.kind;
  };
  expect(keysOf(unread, 'x-9')).toEqual(['session:default/agent_x-9']);
  expect(keysOf(unread, 'x')).toBe('unread');
  expect(keysOf({ ...unread, rows: [own] }, 'x-9')).toBe('unread');
  expect(keysOf({ ...unread, problems: [] }, 'x-9')).toBe('none');
  const dev: Row = {
    ...unknown,
    key: 'session:dev/agent_x-9',
    session: { ...own.session, socket: 'dev' },
  };
  expect(ambiguityOf({ ...unread, rows: [unknown, dev] }, ['x-9'])).toMatch(
    /sockets default and dev/,
  );
  expect(ambiguityOf({ ...unread, rows: [unknown, dev] }, [dev.key])).toBeUndefined();
});

it('a name without a row is missing for sure only where every source was read', () => {
  const problems = [{ source: 'tmux', message: 'no answer', unread: true }] as const;
  expect(rowsOfNames(snapshot, ['x'])).toEqual({
    kind: 'none',
    reason: 'no such target: x (see vigil list)',
  });
  expect(rowsOfNames({ ...snapshot, problems }, ['x'])).toEqual({
    kind: 'unread',
    reason: 'no such target: x in what could be read (see vigil list)',
    problems: ['no answer'],
  });
});
