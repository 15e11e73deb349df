/** A world of arbitrary processes: in a user's tmux panes or outside tmux, below programs that
 * stay or exit, with chosen environment, group, session and standard streams. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programMarkNames } from '../../source/core/programs/program-marks.ts';
import { allDead, isAlive } from './agents.ts';
import { eventually } from './eventually.ts';
import { createStandIns, statOf } from './stand-ins.ts';
import { startTmux, type TmuxServer } from './tmux-server.ts';
import { type Run, vigil } from './vigil.ts';
import { createWorkspace } from './workspace.ts';

/** The target of a standard stream: a path is a file to write to. */
export type Stream = 'null' | 'terminal' | 'socket' | 'pipe' | `/${string}`;
export type Child = {
  readonly label: string;
  readonly exe: string;
  readonly argv: readonly string[];
  /** Marks, besides the minimal environment; null empties it. */
  readonly env?: Readonly<Record<string, string>> | null;
  readonly place?: 'same' | 'group' | 'session' | 'left' | 'nohup' | 'loose';
  readonly stdio?: readonly [Stream, Stream, Stream] | 'pty';
  readonly uid?: number;
};
export type Family = {
  readonly label: string;
  /** The name it is run as; `claude` makes it an agent. */
  readonly name: string;
  readonly children: readonly Child[];
  readonly exe?: string;
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly comm?: string;
  readonly subreaper?: boolean;
  readonly stays?: boolean;
};
export type JsonRow = {
  readonly class: string;
  readonly confidence: string | null;
  readonly evidence: readonly string[];
  readonly processes: readonly { readonly pid: number }[];
};
export type World = ReturnType<typeof startWorld>;

const program = fileURLToPath(new URL('../programs/family.py', import.meta.url));
const ask = 'import sys; print(sys.executable, sys.base_prefix, sep=chr(10))';
const [python = '', prefix = ''] = execFileSync('python3', ['-c', ask], { encoding: 'utf8' }).split(
  '\n',
);
/** Run under another name, it would look for its modules beside that program. */
const modules = { PYTHONHOME: prefix };

export function startWorld() {
  // The tests may themselves run below an agent.
  for (const name of [...programMarkNames, 'VIGIL_AGENT']) delete process.env[name];
  const standIns = createStandIns();
  const { directory } = standIns;
  const servers: TmuxServer[] = [];
  /** Labels of all started processes. */
  const expected = new Set<string>();
  const workspace = createWorkspace(directory);
  const pids = join(directory, 'pids');
  const home = join(directory, 'home');
  chmodSync(directory, 0o755);
  for (const each of [pids, home]) mkdirSync(each);
  workspace.writeTask('TASK-20251029-232447-3bf85ff8', []);
  workspace.writeGlobal({});
  workspace.age();
  const least = { PATH: process.env.PATH ?? '', HOME: home };
  const pidOf = (label: string) => Number(readFileSync(join(pids, label), 'utf8'));
  const file = (path: string, text: string) => {
    const whole = join(directory, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text, { mode: 0o755 });
    return whole;
  };
  const server = (marks: Readonly<Record<string, string>> = {}) => {
    // A server has the environment of the process that starts it.
    Object.assign(process.env, marks);
    const made = startTmux();
    servers.push(made);
    made.session('people', 'bash', '--norc', '--noprofile');
    for (const name of Object.keys(marks)) delete process.env[name];
    return made;
  };
  const argvOf = (family: Family, pane: Readonly<Record<string, string>>) => {
    const spec = {
      ...family,
      pids,
      children: family.children.map(child => ({
        ...child,
        env: child.env === null ? {} : { ...least, ...pane, ...child.env },
      })),
    };
    for (const { label } of [family, ...family.children]) expected.add(label);
    const path = file(`families/${family.label.replaceAll(/\W/g, '-')}.json`, JSON.stringify(spec));
    return [family.name, family.script ?? program, path];
  };
  const born = async (family: Family) => {
    const isThere = () => [...expected].every(label => existsSync(join(pids, label)));
    await eventually(`${family.label} has started what it starts`, isThere);
    for (const label of expected) standIns.adopt(pidOf(label));
  };
  return {
    directory,
    server,
    file,
    pidOf,
    copy(from: string, path: string) {
      const whole = join(directory, path);
      mkdirSync(dirname(whole), { recursive: true });
      if (!existsSync(whole)) copyFileSync(from, whole);
      return whole;
    },
    /** A program of this name that waits forever: `NAME 100000`. */
    sleeper(path: string) {
      return this.copy('/bin/sleep', path);
    },
    python,
    /** A family as a child of another one. @param more how it is started. */
    asChild(family: Family, more: Partial<Child> = {}, pane = {}): Child {
      const argv = argvOf(family, pane);
      return {
        label: family.label,
        exe: family.exe ?? python,
        argv,
        ...more,
        env: { ...modules, ...family.env, ...more.env },
      };
    },
    /** Starts it outside tmux. */
    async start(family: Family) {
      const [name = '', ...words] = argvOf(family, {});
      const run = ['exec -a "$0" "$@"', name, family.exe ?? python, ...words];
      const env = { ...least, ...modules, ...family.env };
      const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      standIns.start('env', ['-i', ...settings, 'bash', '-c', ...run]);
      await born(family);
    },
    /** A user's pane with a shell. */
    pane: (on: TmuxServer, ...shell: string[]) =>
      on.tmux('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', '=people:', ...shell).trim(),
    /** Types the start command into that pane's shell. */
    async startIn(on: TmuxServer, pane: string, family: Family) {
      const said = on.tmux(
        'display-message',
        '-p',
        '-t',
        pane,
        '#{socket_path},#{pid},#{session_id}',
      );
      const TMUX = said.trim().replace('$', '');
      const [name, ...words] = argvOf(family, { TMUX, TMUX_PANE: pane });
      const settings = Object.entries({ ...modules, ...family.env }).map(
        ([key, value]) => `${key}=${value} `,
      );
      const line = `(${settings.join('')}exec -a ${name} ${family.exe ?? python} ${words.join(' ')})`;
      on.tmux('send-keys', '-t', pane, line, 'Enter');
      await born(family);
    },
    async killed(...labels: string[]) {
      for (const label of labels) process.kill(pidOf(label), 'SIGKILL');
      await allDead(labels.map(pidOf));
    },
    adopt: standIns.adopt,
    vigil: (verb: string, on: readonly TmuxServer[], ...words: string[]): Promise<Run> => {
      const sockets = on.flatMap(each => ['-L', each.name]);
      return vigil([verb, '-w', workspace.path, ...sockets, ...words], {
        env: { HOME: home, XDG_STATE_HOME: join(directory, 'state') },
      });
    },
    close() {
      for (const each of servers) each.close();
      for (const label of [...expected].filter(each => existsSync(join(pids, each))))
        for (const pid of subtreeOf(pidOf(label))) standIns.adopt(pid);
      standIns.close();
    },
  };
}

/** Programs of MCP servers, as npm installs them. */
export function writeServers(world: World) {
  const modules = 'project/node_modules';
  const waits = 'setInterval(() => {}, 1e6);\n';
  const filesystem = `${modules}/@modelcontextprotocol/server-filesystem/dist/index.js`;
  const memory = `${modules}/.bin/mcp-server-memory`;
  return {
    memory: world.file(memory, `#!/usr/bin/env node\n${waits}`),
    filesystem: world.file(filesystem, waits),
    // npm names itself, starts a shell with the package's program, and remains its parent.
    npx: world.file(
      'npx.js',
      `process.title = 'npm exec @modelcontextprotocol/server-memory';
      const PATH = '${join(world.directory, modules, '.bin')}:/usr/local/bin:/usr/bin:/bin';
      const env = { ...process.env, npm_lifecycle_event: 'npx', PATH };
      require('child_process').spawn('sh', ['-c', "'mcp-server-memory'"], { stdio: 'inherit', env });
      ${waits}`,
    ),
  };
}

/** By a plain read of /proc: itself and all its live descendants. */
export function subtreeOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const each of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const parent = isAlive(each) ? statOf(each)?.ppid : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const below = (each: number): number[] => [each, ...(children.get(each) ?? []).flatMap(below)];
  return isAlive(pid) ? below(pid) : [];
}

/** Class and confidence of the row with this process. */
export function verdictOn(pid: number, rows: readonly JsonRow[]) {
  const row = rows.find(({ processes }) => processes.some(each => each.pid === pid));
  return row === undefined ? 'no row' : [row.class, row.confidence, ...row.evidence].join('; ');
}
