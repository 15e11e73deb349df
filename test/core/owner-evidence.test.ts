/** What started a process, by its marks and by the parent it lost. */
import { describe, expect, it } from 'vitest';
import { isDetached, lostParent } from '../../source/core/evidence/adoption.ts';
import { leakOf } from '../../source/core/evidence/leaks.ts';
import { namedOwner } from '../../source/core/evidence/owner-marks.ts';
import { createProcessTree } from '../../source/core/inventory/process-tree.ts';
import type { Origin, Pane, Process } from '../../source/core/model/model.ts';
import { isLikelyUsersProgram, usersProgram } from '../../source/core/programs/users-programs.ts';
import { inventory, long, pane, process, serverPid } from '../helpers/inventory.ts';
import { inPane, marked, observationOf, processAt } from '../helpers/observation.ts';

type Case = {
  readonly subject: Process;
  readonly origin?: Origin;
  readonly beside?: readonly Process[];
  readonly origins?: Readonly<Record<number, Origin>>;
  readonly panes?: readonly Pane[];
};

function sceneOf({ subject, origin = {}, beside = [], origins, panes }: Case) {
  const { scene } = observationOf(
    inventory({
      processes: [...beside, subject],
      panes,
      origins: { 1: {}, [serverPid]: {}, [subject.pid]: origin, ...origins },
    }),
  );
  return { scene, subject: processAt(scene, subject.pid) };
}

const claudeCode = marked({ CLAUDECODE: '1' });

describe('detached', () => {
  const init = process(1, 0, '/sbin/init');
  const shell = process(6000, 1, 'bash', { tty: 3 });
  const subject = (more: Partial<Process>) => process(7000, 1, 'python3 serve.py', more);
  const rows: readonly (readonly [string, boolean, Process, readonly Process[]])[] = [
    ['is a process whose session leader is gone', true, subject({ sid: 6999 }), [init]],
    [
      'is a process whose session leader is its sibling',
      true,
      subject({ sid: 6000 }),
      [init, shell],
    ],
    [
      'is not a process whose session leader is an ancestor',
      false,
      subject({ ppid: 6000, sid: 6000 }),
      [init, shell],
    ],
    ['is not a session leader', false, subject({}), [init]],
    [
      'is a process adopted by init whose group leader is gone',
      true,
      subject({ sid: 1, pgid: 6999 }),
      [init],
    ],
    [
      'is a process adopted by init whose group leader is its sibling',
      true,
      subject({ sid: 1, pgid: 6000 }),
      [init, shell],
    ],
    [
      'is not a member of a pipeline, whose leader is beside it',
      false,
      subject({ ppid: 6000, sid: 6000, pgid: 6001 }),
      [init, shell, process(6001, 6000, 'make', { sid: 6000 })],
    ],
    ['is not a group leader', false, subject({ sid: 1 }), [init]],
    ['is no process if init is hidden', false, subject({ sid: 6999 }), []],
    ['is not a child of the kernel', false, subject({ sid: 0, pgid: 0 }), [init]],
  ];
  for (const [title, expected, process, beside] of rows)
    it(title, () =>
      expect(isDetached(process, createProcessTree([...beside, process]))).toBe(expected),
    );
});

describe('a lost parent', () => {
  const parent = process(6000, 1, 'python3 run.py');
  const child = process(7000, 6000, 'python3 serve.py', { sid: 6000 });
  const rows: readonly (readonly [string, boolean, Case])[] = [
    [
      'is seen by a mark that the parent lacks',
      true,
      { subject: child, origin: claudeCode, beside: [parent], origins: { 6000: {} } },
    ],
    [
      'is seen by another value of the same mark',
      true,
      { subject: child, origin: inPane('%2'), beside: [parent], origins: { 6000: inPane('%1') } },
    ],
    [
      'is seen by the mark of deploy',
      true,
      { subject: child, origin: { agentMark: 'a:1' }, beside: [parent], origins: { 6000: {} } },
    ],
    [
      'is not seen by a mark that the parent has',
      false,
      { subject: child, origin: claudeCode, beside: [parent], origins: { 6000: claudeCode } },
    ],
    [
      'is not seen where the parent’s marks are unread',
      false,
      {
        subject: child,
        origin: claudeCode,
        beside: [parent],
        origins: { 6000: { isUnread: true } },
      },
    ],
    [
      'is seen where init’s marks are unread, for no agent starts init',
      true,
      { subject: process(7000, 1, 'x'), origin: claudeCode, origins: { 1: { isUnread: true } } },
    ],
    [
      'is not seen below an agent program, which sets the marks',
      false,
      {
        subject: child,
        origin: claudeCode,
        beside: [process(6000, 1, 'claude')],
        origins: { 6000: {} },
      },
    ],
    [
      'is not seen below a shared daemon, which sets them too',
      false,
      {
        subject: child,
        origin: claudeCode,
        beside: [process(6000, 1, 'codex app-server --managed-daemon')],
        origins: { 6000: {} },
      },
    ],
    [
      'is not seen below a tmux server, which sets the marks of panes',
      false,
      { subject: process(7000, serverPid, 'bash'), origin: inPane('%1') },
    ],
    [
      'is not seen on a terminal, where a shell’s exports are in no environment',
      false,
      {
        subject: { ...child, tty: 3 },
        origin: claudeCode,
        beside: [parent],
        origins: { 6000: {} },
      },
    ],
    ['is not seen without a mark', false, { subject: process(7000, 1, 'python3 serve.py') }],
    [
      'is not shown by marks that an SDK sets for an agent program alone',
      false,
      { subject: process(7000, 1, 'claude'), origin: marked({ CLAUDE_CODE_ENTRYPOINT: 'sdk-ts' }) },
    ],
    [
      'is shown by the same marks on any other process',
      true,
      { subject: process(7000, 1, 'x'), origin: marked({ CLAUDE_CODE_ENTRYPOINT: 'sdk-ts' }) },
    ],
    ['is seen by a session that has lost its leader', true, { subject: { ...child, sid: 6999 } }],
    [
      'is not seen by the group of an agent program on a terminal that is there',
      false,
      { subject: process(7000, 1, 'claude', { sid: 1, pgid: 6999, tty: 3 }) },
    ],
  ];
  for (const [title, expected, given] of rows)
    it(title, () => {
      const { scene, subject } = sceneOf(given);
      expect(lostParent(subject, scene)?.kind).toBe(expected ? 'lost-parent' : undefined);
    });
});

describe('the owner that a mark names', () => {
  const agent = process(5001, serverPid, 'claude');
  const subject = process(7000, 1, 'python3 serve.py', { startedAt: long + 10 });
  const named = (value: string) => marked({ CLAUDE_PID: value });
  const conversation = marked({ CLAUDE_CODE_SESSION_ID: 'c-1' });
  const rows: readonly (readonly [string, string | undefined, Case])[] = [
    ['is alive', 'alive', { subject, origin: named('5001'), beside: [agent] }],
    ['is gone if the pid is free', 'gone', { subject, origin: named('5001') }],
    [
      'is gone if a younger process has the pid',
      'gone',
      { subject, origin: named('5001'), beside: [{ ...agent, startedAt: long + 20 }] },
    ],
    [
      'is gone where it was not reaped',
      'gone',
      { subject, origin: named('5001'), beside: [{ ...agent, state: 'Z' }] },
    ],
    [
      'is unclear if an older process that is no agent has the pid',
      'unclear',
      { subject, origin: named('5001'), beside: [process(5001, 1, 'vim')] },
    ],
    [
      'is unclear where it is another user’s agent',
      'unclear',
      { subject, origin: named('5001'), beside: [{ ...agent, uid: 2000 }] },
    ],
    [
      'is unclear where it names itself',
      'unclear',
      { subject: { ...agent, pid: 7000, ppid: 1 }, origin: named('7000') },
    ],
    ['is none where the value is no pid', undefined, { subject, origin: named('0x1') }],
    ['is none if the value is no valid pid', undefined, { subject, origin: named('0') }],
    ['is none without a mark', undefined, { subject }],
    [
      'is none where the environment is unread',
      undefined,
      { subject, origin: { isUnread: true }, beside: [agent] },
    ],
    [
      'is none by a mark that says only that some agent was there',
      undefined,
      { subject, origin: claudeCode, beside: [agent] },
    ],
    [
      'is the agent that has a child in the same conversation',
      'alive',
      {
        subject,
        origin: conversation,
        beside: [agent, process(5002, 5001, 'bash -c x')],
        origins: { 5002: conversation },
      },
    ],
    [
      'is not an agent in another conversation',
      undefined,
      {
        subject,
        origin: conversation,
        beside: [agent, process(5002, 5001, 'bash -c x')],
        origins: { 5002: marked({ CLAUDE_CODE_SESSION_ID: 'c-2' }) },
      },
    ],
    [
      'is no agent for a bearer that no agent has started',
      undefined,
      {
        subject,
        origin: conversation,
        beside: [agent, process(6002, 1, 'bash -c x')],
        origins: { 6002: conversation },
      },
    ],
  ];
  for (const [title, expected, given] of rows)
    it(title, () => {
      const { scene, subject: process } = sceneOf(given);
      expect(namedOwner(process, scene)?.kind).toBe(expected);
    });

  it('is unclear if other users’ processes are hidden', () => {
    const given = inventory({ origins: { 7000: named('5001') } });
    const table = { ok: true, value: [subject] } as const;
    const { scene } = observationOf({ ...given, processes: table });
    expect(namedOwner(subject, scene)?.kind).toBe('unclear');
  });
});

describe('a mark that has leaked', () => {
  const subject = process(7000, 1, 'python3 serve.py', { sid: 6999 });
  const origin = { ...marked({ CLAUDECODE: '1' }, { agentMark: 'a:1' }), ...inPane('%5000') };
  const carried = marked({ CLAUDECODE: '1' }, { agentMark: 'a:1' });
  const other = marked({ CLAUDECODE: '2' }, { agentMark: 'b:1' });
  const shell = process(5000, serverPid, 'bash');
  const inMain = { subject, origin, beside: [shell], panes: [pane('main', 5000)] };
  const below = (parent: Process): Case => ({
    subject: process(7000, parent.pid, 'python3 serve.py'),
    origin: carried,
    beside: [parent],
    origins: { [parent.pid]: carried },
  });
  const rows: readonly (readonly [string, boolean, Case, boolean?])[] = [
    ['is in every pane of its tmux server', true, { ...inMain, origins: { [serverPid]: carried } }],
    [
      'is in every pane of its tmux server, also where the pane is gone',
      true,
      { subject, origin, origins: { [serverPid]: carried } },
    ],
    ['is in the first process of a user’s pane', true, { ...inMain, origins: { 5000: carried } }],
    [
      'is not in the first process of an agent’s own pane',
      false,
      { ...inMain, origins: { 5000: carried } },
      false,
    ],
    ['is not in a pane that does not carry it', false, { ...inMain, origins: { 5000: {} } }],
    ['is not in a pane that carries another one', false, { ...inMain, origins: { 5000: other } }],
    [
      'is not on a server that carries another one',
      false,
      { ...inMain, origins: { [serverPid]: other } },
    ],
    [
      'is not by a server that has the pid and is no tmux server',
      false,
      {
        subject,
        origin: { ...origin, ...inPane('%1', 4500) },
        beside: [process(4500, 1, 'python3')],
        origins: { 4500: carried },
      },
    ],
    [
      'is not in the pane that it leads itself',
      false,
      {
        subject: shell,
        origin: { ...carried, ...inPane('%5000') },
        panes: [pane('main', 5000)],
      },
    ],
    ['is in a process manager above it', true, below(process(6000, 1, 'pm2'))],
    ['is not in any other program above it', false, below(process(6000, 1, 'make'))],
    [
      'is not in a process manager that does not carry it',
      false,
      { ...below(process(6000, 1, 'pm2')), origins: { 6000: {} } },
    ],
  ];
  for (const [title, expected, given, isPersons = true] of rows)
    it(title, () => {
      const { scene, subject: process } = sceneOf(given);
      const kind = expected ? 'leaked-mark' : undefined;
      expect(leakOf('CLAUDECODE', process, scene, () => isPersons)?.kind).toBe(kind);
      expect(leakOf('VIGIL_AGENT', process, scene, () => isPersons)?.kind).toBe(kind);
    });
});

describe('a users’ program', () => {
  const rows: readonly (readonly [string, string | undefined, string, string?])[] = [
    ['a display client', 'a display client', 'Xorg :0'],
    ['a terminal program', 'a display client', 'kitty'],
    ['a multiplexer', 'a multiplexer', 'zellij'],
    ['an editor', 'an editor', 'vim notes'],
    ['an editor by the file behind its name', 'an editor', 'editor notes', '/usr/bin/vim.basic'],
    ['a browser', 'a browser', 'firefox'],
    ['not a browser that a program drives', undefined, 'chrome --headless --disable-gpu'],
    ['not a helper of a browser', undefined, 'chrome --type=renderer'],
    ['an IDE', 'an IDE', 'code .'],
    ['a process manager', 'a process manager', 'supervisord'],
    [
      'a manager by its package',
      'a process manager',
      'node /x/node_modules/pm2/lib/Daemon.js',
      'node',
    ],
    ['not a directory of the same name', undefined, 'node /home/u/pm2/app.js'],
    [
      'a build daemon by its main class',
      'a build daemon',
      'java -cp x org.gradle.GradleDaemon 8.1',
    ],
    ['a database', 'a database', 'postgres', '/usr/lib/postgresql/15/bin/postgres'],
    ['a database by its version', 'a database', 'x', '/opt/postgres-15'],
    ['a script of python', 'an IDE', 'python3.12 /usr/bin/jupyter-lab', '/usr/bin/python3.12'],
    [
      'a mux of ssh, which has the sessions of its user',
      'a shared daemon',
      'ssh: /home/u/.ssh/cm-git@example.org:22 [mux]',
      '/usr/bin/ssh',
    ],
    ['not another ssh', undefined, 'ssh -N -L 8080:localhost:80 host', '/usr/bin/ssh'],
    [
      'not what calls itself a mux',
      undefined,
      'ssh: /home/u/.ssh/cm-git@example.org:22 [mux]',
      '/home/u/tool',
    ],
    [
      'a daemon of git',
      'a shared daemon',
      '/usr/lib/git-core/git fsmonitor--daemon run --detach',
      '/usr/lib/git-core/git',
    ],
    ['not another git', undefined, 'git fetch', '/usr/bin/git'],
    [
      'the server of adb',
      'a shared daemon',
      'adb -L tcp:5037 fork-server server --reply-fd 4',
      '/usr/bin/adb',
    ],
    ['not another adb', undefined, 'adb logcat', '/usr/bin/adb'],
    ['not what calls itself so', undefined, 'vim', '/home/u/tool'],
    ['not a user’s script', undefined, 'node server.js'],
  ];
  for (const [title, expected, command, executable] of rows)
    it(`is ${title}`, () =>
      expect(usersProgram(process(7000, 1, command), { executable })).toBe(expected));

  it('is a mux of ssh by the name that the kernel has, where its executable is unread', () => {
    const argv = ['ssh: /home/u/.ssh/cm-git@example.org:22 [mux]'];
    expect(usersProgram(process(7000, 1, 'ssh', { argv }), {})).toBe('a shared daemon');
    expect(isLikelyUsersProgram(process(7000, 1, 'ssh', { argv }))).toBe(true);
  });

  it('is a daemon that has overwritten its command line', () => {
    const argv = ['PM2 v5.3.0: God Daemon (/home/u/.pm2)'];
    const daemon = process(7000, 1, 'node', { argv });
    expect(usersProgram(daemon, { executable: '/usr/bin/node' })).toBe('a process manager');
  });
});
