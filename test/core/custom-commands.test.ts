/** The user's own commands: from the configuration file to what is run on a row. */
import { describe, expect, it } from 'vitest';
import { readCommands } from '../../source/cli/arguments/custom-commands.ts';
import { settledOptions } from '../../source/cli/arguments/settled-options.ts';
import type { CommandRunner } from '../../source/core/ports/command-runner.ts';
import { type CustomCommand, runPlanOf } from '../../source/core/rows/custom-command.ts';
import { createCommandRunner } from '../../source/host/run/run-command.ts';
import { createCustomCommands } from '../../source/screen/custom-commands.ts';
import { actionsOf } from '../../source/screen/input/key-actions.ts';
import { bindingsWith } from '../../source/screen/input/keys.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { initialState, rowUnderCursor } from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, row, rows, snapshotOf } from '../fixtures/snapshot.ts';
import { applied } from '../fixtures/states.ts';

const diff = { key: 'D', title: 'git diff', argv: ['git', '-C', '{cwd}', 'diff'] };
const configured = (commands: unknown) =>
  settledOptions(new Map(), {}, () => ({
    ok: true,
    value: { path: '/c/config.json', text: JSON.stringify({ commands }) },
  }));

describe('commands of the configuration file', () => {
  it('run on the terminal and count as changes, unless they say otherwise', () => {
    const more = { ...diff, key: 'F2', readOnly: true, where: 'background' };
    expect(configured([diff, more])).toMatchObject({
      ok: true,
      value: {
        commands: [
          { ...diff, readOnly: false, where: 'terminal' },
          { ...more, readOnly: true, where: 'background' },
        ],
      },
    });
    expect(readCommands(undefined)).toEqual([]);
  });

  it.each([
    ['git', 'commands: expected a list of commands, got "git"'],
    [['git'], 'commands[0]: expected an object with key, title and argv, got "git"'],
    [
      [{ ...diff, key: 'x' }],
      'commands[0].key: "x" is taken (end gracefully (shows the plan first))',
    ],
    [
      [{ ...diff, key: 'F9' }],
      'commands[0].key: "F9" is taken (end gracefully (shows the plan first))',
    ],
    [[diff, { ...diff, title: 'again' }], 'commands[1].key: "D" is taken (git diff)'],
    [[{ ...diff, key: 'Ctrl-L' }], 'commands[0].key: "Ctrl-L" is taken (redraw)'],
    [
      [{ ...diff, key: 'DD' }],
      'commands[0].key: expected a character, F1 to F12, or Ctrl- and a letter, got "DD"',
    ],
    [
      [{ ...diff, key: 'Ctrl-M' }],
      'commands[0].key: expected a character, F1 to F12, or Ctrl- and a letter, got "Ctrl-M"',
    ],
    [
      [{ ...diff, key: ' ' }],
      'commands[0].key: expected a character, F1 to F12, or Ctrl- and a letter, got " "',
    ],
    [[{ ...diff, title: '' }], 'commands[0].title: expected a text, got ""'],
    [
      [{ ...diff, argv: 'git diff' }],
      'commands[0].argv: expected a program and its arguments, got "git diff"',
    ],
    [[{ ...diff, argv: [] }], 'commands[0].argv: expected a program and its arguments, got []'],
    [
      [{ ...diff, argv: ['a', 1] }],
      'commands[0].argv: expected a program and its arguments, got ["a",1]',
    ],
    [
      [{ ...diff, argv: ['a', '{name}'] }],
      'commands[0].argv: unknown placeholder {name} (use {pid}, {session}, {cwd}, {id})',
    ],
    [
      [{ ...diff, argv: ['{cwd}/run'] }],
      'commands[0].argv: the program must not have a placeholder ({cwd}/run)',
    ],
    [[{ ...diff, readOnly: 'yes' }], 'commands[0].readOnly: expected true or false, got "yes"'],
    [
      [{ ...diff, where: 'window' }],
      'commands[0].where: expected "terminal" or "background", got "window"',
    ],
    [
      [{ ...diff, shell: true }],
      'commands[0]: unknown field "shell" (use key, title, argv, readOnly, where)',
    ],
  ])('%j is refused with the file and the key', (commands, reason) => {
    expect(configured(commands)).toEqual({ ok: false, reason: `/c/config.json: ${reason}` });
  });
});

const agent = agentRow('a-1', 'working', {
  class: 'live',
  cwd: '/home/dev/my project',
  processes: rows[0]?.processes ?? [],
  session: { socket: 'default', name: 'agent_a-1', attached: 0 },
});
const command = (...argv: string[]): CustomCommand => ({
  ...{ key: 'D', title: 'test', readOnly: false, where: 'background' },
  argv,
});

describe('the arguments', () => {
  it('have the values of the row, inside and beside other text', () => {
    const [main] = agent.processes;
    const plan = runPlanOf(
      command('p', '{id}', '={session}:', '{cwd}/{cwd}', 'pid {pid}', '{', '{}'),
      agent,
    );
    expect(plan).toEqual({
      ok: true,
      value: {
        argv: [
          ...['p', 'a-1', '=agent_a-1:', '/home/dev/my project//home/dev/my project'],
          ...[`pid ${main?.pid}`, '{', '{}'],
        ],
        process: main,
      },
    });
  });

  it.each(['a b', '$(id)', '`id`', '; rm -rf /', '\'"', '-rf', '$&', '{pid}', '\n', '*'])(
    'keep %j in one argument, as it is',
    cwd => {
      const plan = runPlanOf(command('p', '{cwd}', 'end'), { ...agent, cwd });
      expect(plan).toMatchObject({ ok: true, value: { argv: ['p', cwd, 'end'] } });
    },
  );

  it('are refused where the row does not have what they name', () => {
    const bare = row({ class: 'ghost', key: 'k', agentId: 'gone-1', processes: [] });
    for (const [word, what] of [
      ['{pid}', 'a process'],
      ['{session}', 'a session'],
      ['{cwd}', 'a known working directory'],
    ] as const)
      expect(runPlanOf(command('p', word), bare)).toEqual({
        ok: false,
        reason: `test: gone-1 does not have ${what} (${word})`,
      });
    const { agentId: _, ...unnamed } = agent;
    expect(runPlanOf(command('p', '{id}'), unnamed)).toMatchObject({ ok: false });
  });
});

describe('its key', () => {
  const table = bindingsWith([command('p'), { ...command('q'), key: 'F2', readOnly: true }]);
  const [changing, reading] = table.slice(-2);
  const polled = (readOnly: boolean) =>
    applied(initialState(defaultView, 2000, readOnly), { kind: 'polled', snapshot: snapshotOf() });
  const press = (name: string, readOnly = false) => {
    const state = polled(readOnly);
    const [action] = actionsOf({ kind: 'key', name }, state.mode, table);
    return action === undefined ? undefined : reduce(state, { kind: 'requested', action });
  };

  it('runs it on the row under the cursor', () => {
    const row = rowUnderCursor(polled(false))?.row;
    expect(press('D')?.effects).toEqual([{ kind: 'run', command: command('p'), row }]);
    expect(press('f2')?.effects).toMatchObject([{ kind: 'run' }]);
    expect(actionsOf({ kind: 'key', name: 'D' }, { kind: 'table' })).toEqual([]);
  });

  it('is refused with --read-only, unless the command only reads', () => {
    expect(press('D', true)).toMatchObject({
      state: { mode: { kind: 'dialog', dialog: { kind: 'refused' } } },
    });
    expect(press('f2', true)?.effects).toMatchObject([{ kind: 'run' }]);
    expect([changing?.changes, reading?.changes]).toEqual([true, false]);
  });

  it('is found in the command list by its title', () => {
    const mode = { kind: 'palette', typed: 'test', index: 0 } as const;
    expect(actionsOf({ kind: 'key', name: 'enter' }, mode, table)).toMatchObject([
      { kind: 'back' },
      { kind: 'command' },
    ]);
  });
});

describe('running it', () => {
  async function run(given: CustomCommand, { isRunning = true, exit = 0 as number | string } = {}) {
    const done: string[] = [];
    const logged: object[] = [];
    const result = async (how: string, argv: readonly string[]) => {
      done.push(`${how} ${argv.join(' ')}`);
      return typeof exit === 'string'
        ? ({ ok: false, reason: exit } as const)
        : ({ ok: true, value: { code: exit, signal: null } } as const);
    };
    const runner: CommandRunner = {
      onTerminal: argv => result('terminal', argv),
      inBackground: argv => result('background', argv),
    };
    const notices: string[] = [];
    const commands = createCustomCommands({
      runner,
      auditLog: { write: entry => void logged.push(entry) },
      processes: { isRunning: () => isRunning },
      possession: {
        isOurs: () => true,
        async lend(work, mode) {
          done.push(`lent ${mode}`);
          return work(() => undefined);
        },
      },
      notice: text => void notices.push(text),
      changed: () => void done.push('polled'),
      signal: new AbortController().signal,
    });
    await commands.run(given, agent);
    return { done, notices, logged };
  }

  it('on the terminal, which it gets as a shell would give it', async () => {
    const { done, notices, logged } = await run(
      { ...command('p', '{id}'), where: 'terminal' },
      { exit: 3 },
    );
    expect(done).toEqual(['lent cooked', 'terminal p a-1', 'polled']);
    expect(notices).toEqual(['test: exited with code 3']);
    expect(logged).toMatchObject([
      { event: 'command', target: agent.key, agentId: 'a-1', key: 'D', notes: ['p a-1'] },
    ]);
  });

  it('in the background, or reports why it cannot be started', async () => {
    expect(await run(command('p'))).toMatchObject({
      done: ['background p', 'polled'],
      notices: ['test: exited with code 0'],
    });
    const failed = await run(command('p'), { exit: 'cannot run p: no such program' });
    expect(failed.notices).toEqual(['test: cannot run p: no such program']);
  });

  it('not on a terminal that vigil is just leaving', async () => {
    const runner = createCommandRunner({});
    const signal = AbortSignal.abort();
    const argv = ['/nowhere/program'];
    const exit = await runner.onTerminal(argv, { signal, onStopped: () => undefined });
    expect(exit).toEqual({ ok: false, reason: 'vigil is exiting' });
  });

  it('not if the process that it names has exited', async () => {
    const { done, notices, logged } = await run(command('kill', '{pid}'), { isRunning: false });
    expect([done, logged]).toEqual([[], []]);
    expect(notices).toEqual([`test: pid ${agent.processes[0]?.pid} has exited`]);
  });
});
