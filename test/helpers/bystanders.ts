/** A user's programs, terminals and daemons that share a mark, a name or a server with exited
 * agents. */
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Child, subtreeOf, type World } from './leftovers-world.ts';
import type { TmuxServer } from './tmux-server.ts';

export type Marks = Readonly<Record<string, string>>;
export type Crowd = {
  readonly world: World;
  /** Processes of each kind, by label. */
  readonly kinds: Map<string, Map<string, number>>;
  /** Registers these processes and their descendants. */
  note(kind: string, ...labels: readonly string[]): void;
};

export const shell = ['bash', '--norc', '--noprofile'];
export const marksOf = (pid: number | string): Marks => ({ CLAUDECODE: '1', CLAUDE_PID: `${pid}` });
export const own = marksOf('$SELF');

export function createCrowd(world: World): Crowd {
  const kinds: Crowd['kinds'] = new Map();
  return {
    world,
    kinds,
    note(kind, ...labels) {
      const others = new Set([...kinds.values()].flatMap(each => [...each.values()]));
      const known = kinds.get(kind) ?? new Map<string, number>();
      for (const label of labels)
        for (const [index, pid] of subtreeOf(world.pidOf(label)).entries())
          if (!others.has(pid)) known.set(index === 0 ? label : `${label}, below it ${pid}`, pid);
      kinds.set(kind, known);
    },
  };
}

/** In a session of its own, with an exited parent. */
export const detached = (label: string, exe: string, env: Marks, ...argv: string[]): Child => ({
  label,
  exe,
  argv: argv.length === 0 ? [label, '100000'] : argv,
  env,
  place: 'left',
});
export const sleep = (label: string, env: Marks, place: Child['place'] = 'left'): Child => ({
  ...detached(label, '/bin/sleep', env, 'sleep', '100000'),
  place,
});
export const labelsOf = (children: readonly Child[]) => children.map(({ label }) => label);

/** A user's programs that an agent was the first to start, and the agent's own leftovers. */
async function startAgentThatGoes(
  { world, note }: Crowd,
  label: string,
  programs: readonly string[],
  more: readonly Child[],
  people?: TmuxServer,
): Promise<number> {
  const opened = programs.map(name =>
    detached(`${name} of ${label}`, world.sleeper(`bin/${name}`), own, name, '100000'),
  );
  const server = ['python3', '-m', 'http.server', '0', '--bind', '127.0.0.1'];
  const left: readonly Child[] = [
    sleep(`daemon of ${label}`, own),
    { ...detached(`dev server of ${label}`, world.python, own, ...server), place: 'nohup' },
  ];
  const family = { label, name: 'claude', children: [...opened, ...left, ...more] };
  if (people === undefined) await world.start(family);
  else await world.startIn(people, world.pane(people, ...shell), family);
  // As after an upgrade.
  rmSync(world.sleeper(`bin/${programs[0]}`));
  const pid = world.pidOf(label);
  note('users’ programs', ...labelsOf(opened));
  note('left over', ...labelsOf(left));
  await world.killed(label);
  return pid;
}

/** @returns the pid of an exited agent. */
export async function startPeoplesPrograms(crowd: Crowd, people: TmuxServer): Promise<number> {
  const { note } = crowd;
  const name = 'agent in a pane';
  const inPane = ['emacs-29.3', 'postgres', 'chrome', 'nvim', 'code'];
  const gone = await startAgentThatGoes(crowd, name, inPane, managers(crowd.world), people);
  note('IDEs with users’ terminals', 'code', 'code.py', 'zellij', 'server-main');
  note('managers with users’ services', 'supervisord', 'pm2', 'pm2 by its title', 'gradle', 'idea');
  const elsewhere = ['vim.basic', 'redis-server', 'firefox', 'zed'];
  await startAgentThatGoes(crowd, 'agent elsewhere', elsewhere, []);
  return gone;
}

/** IDEs with terminals, and managers with services, some with the mark and some without. */
function managers(world: World): readonly Child[] {
  const family = readFileSync(fileURLToPath(new URL('../programs/family.py', import.meta.url)));
  const script = (name: string) => world.file(`bin/scripts/${name}`, family.toString());
  const daemon = (label: string, path: string, exe: string, children: readonly Child[]) =>
    world.asChild(
      { label, name: 'python3', script: path, exe, children },
      { env: own, place: 'left' },
    );
  const inTerminal = (label: string, ...argv: string[]): Child => ({
    label,
    exe: '/bin/bash',
    argv: ['bash', ...argv],
    env: own,
    stdio: 'pty',
  });
  const editing = ['-c', 'sleep 100000 & tail -f /etc/hosts; :'];
  const services = (first: string) => `${first}
    const { CLAUDECODE, CLAUDE_PID, ...env } = process.env;
    const start = (more) => require('child_process').spawn('sleep', ['100000'], { stdio: 'ignore', ...more });
    start({ detached: true }); start({ env });\n`;
  const node = (label: string, path: string, first = '') =>
    detached(label, process.execPath, own, 'node', world.file(path, services(first)));
  const java = (label: string, main: string) =>
    detached(
      label,
      world.copy('/bin/bash', 'bin/java'),
      own,
      'java',
      '-c',
      'tail -f /etc/hosts; :',
      main,
    );
  return [
    daemon('code', script('family.py'), world.copy(world.python, 'bin/ide/code'), [
      inTerminal('shell in code', ...editing),
    ]),
    daemon('zellij', script('family.py'), world.copy(world.python, 'bin/ide/zellij'), [
      inTerminal('shell in zellij', ...editing),
    ]),
    daemon('code.py', script('code.py'), world.python, [
      inTerminal('shell in code.py', ...shell.slice(1)),
    ]),
    daemon('supervisord', script('supervisord'), world.python, [
      sleep('service in a group', own, 'group'),
      sleep('service in a session', own, 'session'),
    ]),
    node('server-main', '.vscode-server/bin/1a2b/out/server-main.js'),
    node('pm2', 'lib/node_modules/pm2/lib/Daemon.js'),
    node(
      'pm2 by its title',
      'pm2-daemon.js',
      "process.title = 'PM2 v5.3.0: God Daemon (/root/.pm2)';",
    ),
    java('gradle', 'org.gradle.launcher.daemon.bootstrap.GradleDaemon'),
    java('idea', 'com.intellij.idea.Main'),
  ];
}

/** The mark is in the server, in a pane's first process, exported by a shell, or in a terminal. */
export async function startLeaks(
  { world, note }: Crowd,
  people: TmuxServer,
  servers: readonly TmuxServer[],
  gone: number,
) {
  const marks = marksOf(gone);
  const leaving = (label: string) => ({ label, name: 'starter', stays: false });
  const found: string[] = [];
  for (const [index, server] of servers.entries()) {
    for (const pane of ['open', 'closed']) {
      const id = world.pane(server, ...shell);
      const label = `${pane} pane of server ${index}`;
      const daemon = sleep(`daemon, ${label}`, { ...marks, GEMINI_CLI: '1' });
      await world.startIn(server, id, { ...leaving(label), children: [daemon] });
      if (pane === 'closed') server.tmux('kill-pane', '-t', id);
      found.push(daemon.label);
    }
    const agent = { label: `claude on server ${index}`, name: 'claude' };
    const children = [sleep(`command of ${agent.label}`, own, 'session')];
    await world.startIn(server, world.pane(server, ...shell), { ...agent, children });
    note('agents that a user started on a server with a mark', agent.label);
    const label = `agent gone from server ${index}`;
    const left = sleep(`daemon of ${label}`, own);
    await world.startIn(server, world.pane(server, ...shell), {
      label,
      name: 'claude',
      children: [left],
    });
    await world.killed(label);
    note('left over', left.label);
  }
  const carries = world.pane(people, 'env', 'CLAUDECODE=1', `CLAUDE_PID=${gone}`, ...shell);
  const below = [sleep('daemon, marked pane', marks), sleep('nohup, marked pane', marks, 'nohup')];
  await world.startIn(people, carries, { ...leaving('marked pane'), children: below });
  note('daemons with a leaked mark', ...found, ...labelsOf(below));
  for (const exported of [marks, { GEMINI_CLI: '1' }] as const) {
    const label = `make, ${Object.keys(exported)[0]}`;
    const pane = world.pane(people, ...shell);
    const words = Object.entries(exported).map(([name, value]) => `${name}=${value}`);
    people.tmux('send-keys', '-t', pane, `export ${words.join(' ')}`, 'Enter');
    const children: Child[] = [
      { ...sleep(`job, ${label}`, exported, 'group'), stdio: ['terminal', 'terminal', 'terminal'] },
      sleep(`nohup, ${label}`, exported, 'same'),
    ];
    await world.startIn(people, pane, { label, name: 'make', children });
    note('children of a shell with an exported mark', label);
  }
  const login = (label: string, ...argv: string[]): Child => {
    return { label, exe: '/bin/bash', argv, env: marks, stdio: 'pty' };
  };
  const children = [
    login('login', ...shell),
    login('job at work', 'bash', '-c', 'tail -f /etc/hosts; :'),
  ];
  await world.start({ label: 'a terminal of no known name', name: 'fancyterm', children });
  note('users’ terminals with a mark in them', ...labelsOf(children));
}
