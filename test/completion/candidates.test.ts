/** The possible words at the cursor of a command line, and the machine state read for them. */
import { describe, expect, it } from 'vitest';
import { commands, shells } from '../../source/cli/arguments/command-table.ts';
import { completionOf } from '../../source/cli/completion/candidates.ts';
import { complete } from '../../source/cli/completion/complete.ts';
import type { Completion } from '../../source/cli/completion/completion.ts';
import { namesIn } from '../../source/cli/completion/live-names.ts';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import { rowClasses } from '../../source/core/model/model.ts';
import { sortColumns } from '../../source/core/rows/describe.ts';
import { filterFields } from '../../source/core/rows/filter-fields.ts';
import { agentRow, row, rowProcess, snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from '../helpers/empty-host.ts';

const words = (completion: Completion) =>
  completion.kind === 'words' ? completion.candidates.map(([value]) => value) : completion;
const offered = (...given: string[]) => words(completionOf(given));
const beginning = (...given: string[]) =>
  [offered(...given)].flat().filter(each => String(each).startsWith(given.at(-1) ?? ''));

describe('without a poll', () => {
  it('commands are offered first', () => {
    expect(offered('')).toEqual(commands);
    expect(offered('-w', 'somewhere', '-rt', '')).toEqual(commands);
    expect(completionOf(['swe'])).toMatchObject({ kind: 'words' });
  });

  it('each command is offered the options that apply to it', () => {
    expect(beginning('kill', '--f')).toEqual(['--force']);
    expect(beginning('list', '--f')).toEqual(['--filter', '--format']);
    expect(beginning('--f')).toEqual(['--filter']);
    expect(beginning('-d', '3', 'deploy', '--prompt')).toEqual(['--prompt', '--prompt-file']);
    expect(beginning('doctor', '--no')).toEqual(['--no-color']);
    expect(offered('kill', '-')).toContain('-y');
    expect(offered('nosuch', '-')).toEqual([]);
  });

  it('an option is offered once, unless it is repeatable', () => {
    expect(beginning('kill', '--force', '-y', '--')).not.toContain('--force');
    expect(offered('kill', '-y', '-')).not.toContain('--yes');
    expect(offered('kill', '-w', 'a', '-')).toContain('-w');
  });

  it('values are offered if an option has a fixed set', () => {
    expect(offered('list', '-s', '')).toEqual(sortColumns);
    expect(offered('list', '--sort=c')).toEqual(sortColumns.map(each => `--sort=${each}`));
    expect(offered('list', '--class', '')).toEqual(rowClasses);
    expect(beginning('list', '--class', 'live,h')).toEqual(['live,husk', 'live,host']);
    expect(beginning('list', '--class=live,l')).toEqual([]);
  });

  it('an unknowable value is not invented', () => {
    expect(offered('deploy', '--type', 'l')).toEqual([]);
    expect(offered('-F', 'cmd:')).toEqual([]);
    expect(offered('-F', '"cl')).toEqual([]);
    expect(offered('nosuch', '')).toEqual([]);
  });

  it('the last term of a filter is completed: fields, classes, and live agents and tasks', () => {
    const fields = [...filterFields].map(([name, of]) => name + (of.isMeasure ? '>' : ':'));
    expect(completionOf(['-F', ''])).toMatchObject({ kind: 'words', isPart: true });
    expect(offered('-F', '')).toEqual(fields);
    expect(beginning('list', '--filter=cl')).toEqual(['--filter=class:']);
    expect(beginning('-F', 'class:ghost mem>1G !p')).toEqual(
      ['parent:', 'project:', 'pid:', 'port:', 'progress>'].map(
        each => `class:ghost mem>1G !${each}`,
      ),
    );
    expect(beginning('-F', 'class:h')).toEqual(['class:husk', 'class:host']);
    expect(beginning('-F', 'x|class:live,h')).toEqual(['x|class:live,husk', 'x|class:live,host']);
    expect(offered('-F', 'mem>1G agent:a')).toMatchObject({
      kind: 'live',
      names: 'agents',
      prefix: 'mem>1G agent:',
    });
    expect(offered('-w', 'd', '-F', '!task:')).toMatchObject({ names: 'tasks', prefix: '!task:' });
  });

  it('paths are completed by the shell', () => {
    expect(offered('-w', 'a')).toEqual({ kind: 'directories' });
    expect(offered('deploy', '--prompt-file=a')).toEqual({ kind: 'files' });
    expect(offered('deploy', '--', 'k')).toEqual({ kind: 'files' });
  });

  it('shells and topics are offered once', () => {
    expect(offered('completion', '')).toEqual(shells);
    expect(offered('completion', 'bash', '')).toEqual([]);
    expect(offered('help', '')).toContain('options');
  });

  it('live names are distinguished from fixed words, with the options that select the machine', () => {
    expect(offered('-L', 's', 'kill', '--force', 'x')).toEqual({
      kind: 'live',
      names: 'targets',
      prefix: '',
      words: ['--socket-name', 's', 'kill', '--force'],
    });
    expect(offered('kill', '--', '-x')).toMatchObject({ names: 'targets' });
    expect(offered('-L', '')).toMatchObject({ names: 'sockets', words: [] });
    expect(offered('deploy', '--parent=a')).toMatchObject({ names: 'agents', prefix: '--parent=' });
    expect(offered('reconcile', '--restore', '')).toMatchObject({ names: 'backups' });
    expect(offered('reconcile', '')).toEqual([]);
  });
});

const session = (name: string) => ({ socket: 'default', name, attached: 0 });
const snapshot: Snapshot = snapshotOf([
  agentRow('a-1', 'working', { class: 'live', session: session('agent_a-1') }),
  agentRow('b-2', 'working', { class: 'unknown', processes: [rowProcess(7, ['claude'])] }),
  agentRow('over', 'completed', { class: 'ended' }),
  agentRow('--force', 'working', { class: 'live', task: 'pid:1' }),
  agentRow('@orphans\u001b[31m', 'working', { class: 'live' }),
  row({ class: 'orphan', key: 'session:default/agent x', session: session('agent "x" $HOME') }),
]);

describe('of a poll', () => {
  it('agents, sessions, tasks and classes are targets, each with a description', () => {
    expect(namesIn(snapshot, 'targets', '')).toEqual([
      ['a-1', 'live, TASK-20251029-232447-3bf85ff8, working 40%'],
      // After one poll it is undecided: no class is shown.
      ['b-2', 'TASK-20251029-232447-3bf85ff8, working 40%'],
      ['session:agent_a-1', 'live, a-1, TASK-20251029-232447-3bf85ff8, working 40%'],
      ['session:agent "x" $HOME', 'orphan, agent "x" $HOME'],
      ['task:TASK-20251029-232447-3bf85ff8', '3 agents'],
      ['task:pid:1', '1 agent'],
      ['@orphans', 'every orphan'],
      ['@undead', 'every undead'],
      ['@husks', 'every husk'],
    ]);
  });

  it('a session name that is on two sockets is offered as both keys', () => {
    const both = ['a', 'b'].map(socket =>
      row({
        class: 'orphan',
        key: `session:${socket}/agent_x`,
        session: { socket, name: 'agent_x', attached: 0 },
      }),
    );
    const names = namesIn(snapshotOf(both), 'targets', '').map(([name]) => name);
    expect(names.slice(0, 2)).toEqual(['session:a/agent_x', 'session:b/agent_x']);
    expect(names).not.toContain('session:agent_x');
  });

  it('processes are targets once a pid is begun', () => {
    const pids = namesIn(snapshot, 'targets', 'p').filter(([name]) => name.startsWith('pid:'));
    expect(pids).toEqual([['pid:7', 'b-2, TASK-20251029-232447-3bf85ff8, working 40%']]);
  });

  it('a name that would be parsed as something else, or cannot be typed, is omitted', () => {
    const names = (['targets', 'agents', 'tasks'] as const).flatMap(kind =>
      namesIn(snapshot, kind, '').map(([name]) => name),
    );
    expect(names.filter(name => name.startsWith('-') || name.includes('\u001b'))).toEqual([]);
  });

  it('each socket is listed once, a path is no name of one', () => {
    const far = { ...snapshot.rows[0], session: { socket: '/b/tmux-0/s', name: 's', attached: 0 } };
    const rows = [...snapshot.rows, far as Row];
    expect(namesIn({ ...snapshot, rows }, 'sockets', '')).toEqual([['default', '']]);
  });

  it('each workspace is listed once', () => {
    const rows = snapshot.rows.map(row => ({ ...row, workspace: '/srv/app/.agent-workspace' }));
    expect(namesIn({ ...snapshot, rows }, 'workspaces', '')).toEqual([['app', '']]);
  });
});

describe('an answer', () => {
  async function answerTo(...given: string[]) {
    let polls = 0;
    let written = '';
    const machine = {
      host: {
        registries: {
          ...emptyHost.registries,
          read: async () => ({ workspaces: ['/w'], registries: [], problems: [] }),
        },
        registryStore: {
          ...emptyHost.registryStore,
          backups: async () => [{ name: '2026-1', path: '/w/b', files: [] }],
        },
      },
      monitor: {
        poll: async () => {
          polls++;
          return snapshot;
        },
      },
    };
    const open = async (options: readonly string[]) =>
      options.includes('wrong') ? undefined : machine;
    const hosts = async () => ['devbox', 'prod'];
    const code = await complete(given, { open, hosts }, text => {
      written += text;
    });
    return { code, polls, lines: written.split('\n').slice(0, -1) };
  }

  it('needs one poll for live names, and none otherwise', async () => {
    expect((await answerTo('fish', 'kill', '')).polls).toBe(1);
    expect((await answerTo('fish', 'kill', '--')).polls).toBe(0);
    expect((await answerTo('fish', 'reconcile', '--restore', '')).polls).toBe(0);
  });

  it('is in the shell’s format', async () => {
    expect((await answerTo('zsh', 'why', 'task')).lines).toContain('task\\:pid\\:1:1 agent');
    expect((await answerTo('fish', 'why', 'task')).lines).toContain('task:pid:1\t1 agent');
    expect((await answerTo('bash', 'pid', 'vigil why task:pid')).lines).toEqual(['words', 'pid:1']);
    expect((await answerTo('fish', '-w', '')).lines).toEqual(['directories']);
    expect((await answerTo('fish', '-F', 'mem')).lines).toContain('mem>\tmemory');
    expect((await answerTo('bash', '', 'vigil list -F mem>')).lines).toEqual(['parts', '']);
    expect((await answerTo('fish', '-F', 'agent:')).lines[1]).toMatch(/^agent:a-1\t/);
    const backups = await answerTo('bash', '', 'vigil reconcile --restore ');
    expect(backups.lines).toEqual(['words', '2026-1', 'rebuild']);
  });

  it.each([
    ['vigil why session:agent\\ ', 'agent\\ ', 'agent\\ \\"x\\"\\ \\$HOME'],
    ['vigil why "session:agent ', 'session:agent ', 'session:agent \\"x\\" \\$HOME'],
    ["vigil why 'session:agent ", 'session:agent ', 'session:agent "x" $HOME'],
    ['vigil why session:"agent ', 'agent ', 'agent \\"x\\" \\$HOME'],
    [
      'vigil why -L "a b" session\\:agent\\ ',
      'session\\:agent\\ ',
      'session:agent\\ \\"x\\"\\ \\$HOME',
    ],
  ])('for bash it goes on behind %s, in its quotes', async (line, tail, expected) => {
    expect((await answerTo('bash', tail, line)).lines).toEqual(['words', expected]);
  });

  it('is empty, without a message, if an option is invalid or the shell is unknown', async () => {
    expect(await answerTo('fish', 'kill', 'wrong', '')).toEqual({
      code: 0,
      polls: 0,
      lines: ['words'],
    });
    expect(await answerTo('csh', 'kill', '')).toEqual({ code: 2, polls: 0, lines: [] });
  });
});
