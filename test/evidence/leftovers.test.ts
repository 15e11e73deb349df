/** Leftovers of agents in the pane of a user who stays, in the shapes of the real programs: each is proven, a
 * younger agent in the same pane hides nothing, and one sweep ends exactly those. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  type Child,
  type Family,
  type JsonRow,
  startWorld,
  subtreeOf,
  verdictOn,
  type World,
  writeServers,
} from '../helpers/leftovers-world.ts';
import type { Run } from '../helpers/vigil.ts';

const session = 'c4b1a8f0-5d7e-4f0c-9a63-0d9c4f7a1b22';
const thread = '0199f2a4-77aa-7d13-8c55-5f1e0a9d3c41';
const marks = {
  claude2: {
    CLAUDECODE: '1',
    AI_AGENT: 'claude-code_2-1-332_agent',
    CLAUDE_PID: '$SELF',
    CLAUDE_CODE_SESSION_ID: session,
    CLAUDE_CODE_ENTRYPOINT: 'cli',
  },
  claude2Servers: {
    CLAUDECODE: '1',
    AI_AGENT: 'claude-code_2-1-332_harness',
    CLAUDE_CODE_SESSION_ID: session,
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_PROJECT_DIR: '/',
  },
  claude1: { CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli' },
  claude1Servers: { CLAUDE_CODE_ENTRYPOINT: 'cli' },
  codex: { CODEX_CI: '1', CODEX_THREAD_ID: thread, CODEX_SESSION_ID: thread },
  gemini: { GEMINI_CLI: '1' },
  qwen: { QWEN_CODE: '1' },
  qwenServers: { QWEN_CODE_NO_RELAUNCH: 'true' },
  opencode: { OPENCODE: '1', OPENCODE_PID: '$SELF', AGENT: '1' },
};
const sockets = { stdio: ['socket', 'socket', 'socket'] } as const;
const errorsOnTerminal = { stdio: ['socket', 'socket', 'terminal'] } as const;
const pipes = { stdio: ['pipe', 'pipe', 'pipe'] } as const;
const redirected = { stdio: ['null', 'null', 'null'] } as const;
const tail = (label: string, file: string): Child => ({
  label,
  exe: '/usr/bin/tail',
  argv: ['tail', '-f', file],
});
/** tail checks whether its output has a reader, and exits. */
const sleep = (label: string): Child => ({ label, exe: '/bin/sleep', argv: ['sleep', '100000'] });

/** Children of each program when it is killed; labels begin with the name of the program. */
function familiesOf(world: World): Record<string, readonly Child[]> {
  const { filesystem, npx } = writeServers(world);
  const snapshot = world.file('home/.claude/shell-snapshots/snapshot-bash-1795640863580-x.sh', '');
  const output = `/${join(world.directory, 'output').slice(1)}` as const;
  const node = process.execPath;
  const server = (label: string): Child => ({ label, exe: node, argv: ['node', filesystem, '/'] });
  const launcher = (label: string): Child => ({ label, exe: node, argv: ['node', npx] });
  const shell = (label: string, ...words: string[]): Child => ({
    label,
    exe: '/bin/bash',
    argv: ['/bin/bash', '-c', ...words],
    place: 'session',
  });
  const current = `source ${snapshot} 2>/dev/null || true && \\builtin eval 'tail -f /etc/hostname'; :`;
  const before = `source ${snapshot} && eval 'tail -f /etc/hostname' \\< /dev/null; :`;
  const { claude2, claude2Servers, claude1, claude1Servers, codex, gemini, qwen } = marks;
  return {
    'claude 2.1': [
      { ...shell('claude 2.1 shell', current), ...sockets, env: claude2 },
      {
        ...shell('claude 2.1 shell that writes to a file', current),
        stdio: ['null', output, output],
        env: claude2,
      },
      { ...tail('claude 2.1 setsid', '/etc/fstab'), ...redirected, place: 'left', env: claude2 },
      {
        label: 'claude 2.1 nohup dev server',
        exe: world.python,
        argv: ['python3', '-m', 'http.server', '0', '--bind', '127.0.0.1'],
        place: 'nohup',
        stdio: ['null', output, output],
        env: claude2,
      },
      { ...server('claude 2.1 server'), ...sockets, env: claude2Servers },
      { ...launcher('claude 2.1 npx server'), ...sockets, env: claude2Servers },
    ],
    'claude 1.0': [
      { ...shell('claude 1.0 shell', '-l', before), ...sockets, env: claude1 },
      { ...tail('claude 1.0 setsid', '/etc/fstab'), ...redirected, place: 'left', env: claude1 },
      { ...tail('claude 1.0 nohup', '/etc/group'), ...redirected, place: 'nohup', env: claude1 },
      { ...server('claude 1.0 server'), ...sockets, env: claude1Servers },
    ],
    codex: [
      { ...sleep('codex command'), ...pipes, place: 'session', env: codex },
      { ...tail('codex setsid', '/etc/fstab'), ...redirected, place: 'left', env: codex },
      { ...server('codex server'), ...pipes, place: 'group', env: null },
      { ...launcher('codex npx server'), ...pipes, place: 'group', env: null },
    ],
    gemini: [
      { ...tail('gemini setsid', '/etc/fstab'), ...redirected, place: 'left', env: gemini },
      { ...tail('gemini nohup', '/etc/group'), ...redirected, place: 'nohup', env: gemini },
      {
        ...shell('gemini shell on a terminal', 'trap "" HUP; tail -f /etc/passwd; :'),
        stdio: 'pty',
        env: gemini,
      },
      { ...server('gemini server'), ...sockets, env: gemini },
      { ...launcher('gemini npx server'), ...sockets, env: gemini },
    ],
    qwen: [
      { ...sleep('qwen command'), ...pipes, place: 'session', env: qwen },
      { ...tail('qwen setsid', '/etc/fstab'), ...redirected, place: 'left', env: qwen },
      { ...server('qwen server'), ...errorsOnTerminal, env: marks.qwenServers },
    ],
    opencode: [
      {
        ...tail('opencode command', '/etc/hostname'),
        ...sockets,
        place: 'session',
        env: marks.opencode,
      },
      {
        ...tail('opencode setsid', '/etc/fstab'),
        ...redirected,
        place: 'left',
        env: marks.opencode,
      },
      { ...server('opencode server'), ...sockets, env: marks.opencode },
    ],
  };
}

const programs = ['claude 2.1', 'claude 1.0', 'codex', 'gemini', 'qwen', 'opencode'] as const;
const marksOf: Record<(typeof programs)[number], Readonly<Record<string, string>>> = {
  ...marks,
  'claude 2.1': { ...marks.claude2, CLAUDE_CODE_SESSION_ID: thread },
  'claude 1.0': marks.claude1,
  codex: { ...marks.codex, CODEX_THREAD_ID: session, CODEX_SESSION_ID: session },
};
const shellOfPerson = ['bash', '--norc', '--noprofile'];
const nameOf = (program: string) => program.split(' ')[0] ?? '';

let world: World;
let families: Record<string, readonly Child[]>;
/** By label: the leftover, with all its descendants. */
const left = new Map<string, readonly number[]>();
const lists: Record<'alone' | 'beside', readonly JsonRow[]> = { alone: [], beside: [] };
let staying: readonly number[] = [];
let sweep: Run;

const rowsOf = ({ stdout }: Run): readonly JsonRow[] => JSON.parse(stdout).rows;
const argvOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

beforeAll(async () => {
  world = startWorld();
  families = familiesOf(world);
  const people = world.server();
  const panes = new Map<(typeof programs)[number], string>();
  const busy = (age: string, program: (typeof programs)[number]): Family => {
    const command = tail(`${age} ${program} command`, '/etc/hostname');
    const child: Child = { ...command, ...sockets, place: 'session', env: marksOf[program] };
    return { label: `${age} ${program}`, name: nameOf(program), children: [child] };
  };
  // Older than all, elsewhere, and alive.
  const elders = ['claude 2.1', 'gemini'] as const;
  for (const program of elders)
    await world.startIn(people, world.pane(people, ...shellOfPerson), busy('elder', program));
  for (const program of programs) {
    const pane = world.pane(people, ...shellOfPerson);
    panes.set(program, pane);
    const children = families[program] ?? [];
    await world.startIn(people, pane, { label: program, name: nameOf(program), children });
  }
  const labels = Object.values(families).flatMap(each => each.map(({ label }) => label));
  for (const label of labels.filter(each => each.includes('npx')))
    await eventually(`${label} runs its program`, () =>
      subtreeOf(world.pidOf(label)).some(pid => argvOf(pid).includes('/.bin/mcp-server-memory')),
    );
  for (const label of labels.filter(each => each.includes('shell')))
    await eventually(`${label} runs its command`, () =>
      subtreeOf(world.pidOf(label)).some(pid => argvOf(pid).startsWith('tail')),
    );
  await world.killed(...programs);
  for (const label of labels) left.set(label, subtreeOf(world.pidOf(label)));
  lists.alone = rowsOf(await world.vigil('list', [people], '--json'));
  for (const [program, pane] of panes) await world.startIn(people, pane, busy('young', program));
  staying = [
    ...people.tmux('list-panes', '-s', '-t', '=people:', '-F', '#{pane_pid}').trim().split('\n'),
    ...[...programs.map(each => `young ${each}`), ...elders.map(each => `elder ${each}`)]
      .flatMap(label => [label, `${label} command`])
      .map(world.pidOf),
  ].map(Number);
  lists.beside = rowsOf(await world.vigil('list', [people], '--json'));
  sweep = await world.vigil('sweep', [people], '--yes', '--json');
}, 180_000);
afterAll(() => world.close());

/** Each separately, so that the list of failures is complete. */
const expected = [
  ...[
    'shell',
    'shell that writes to a file',
    'setsid',
    'nohup dev server',
    'server',
    'npx server',
  ].map(each => `claude 2.1 ${each}`),
  ...['shell', 'setsid', 'nohup', 'server'].map(each => `claude 1.0 ${each}`),
  ...['command', 'setsid', 'server', 'npx server'].map(each => `codex ${each}`),
  ...['setsid', 'nohup', 'shell on a terminal', 'server', 'npx server'].map(
    each => `gemini ${each}`,
  ),
  ...['command', 'setsid', 'server'].map(each => `qwen ${each}`),
  ...['command', 'setsid', 'server'].map(each => `opencode ${each}`),
];

describe('leftovers of a killed agent in a user’s pane', () => {
  it('are all found', () => {
    expect([...left.keys()]).toEqual(expected);
    expect(expected.filter(label => left.get(label)?.length === 0)).toEqual([]);
  });

  it.each(expected)('are proven: %s', label => {
    for (const pid of left.get(label) ?? [])
      expect(verdictOn(pid, lists.alone)).toMatch(/^orphan; proven;/);
  });

  it.each(expected)('are proven beside a younger agent: %s', label => {
    for (const pid of left.get(label) ?? [])
      expect(verdictOn(pid, lists.beside)).toMatch(/^orphan; proven;/);
  });

  it('are ended by one sweep, and nothing else is', () => {
    const { ok, errors, plan } = JSON.parse(sweep.stdout);
    expect([sweep.code, sweep.stderr, ok, errors]).toEqual([0, '', true, []]);
    const all = [...left.values()].flat();
    const planned = plan.processes.map((each: { pid: number }) => each.pid);
    expect(planned.sort()).toEqual([...all].sort());
    expect(all.filter(isAlive)).toEqual([]);
    expect(staying.filter(pid => !isAlive(pid))).toEqual([]);
  });
});
