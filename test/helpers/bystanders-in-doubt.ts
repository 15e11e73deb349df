/** Programs a person started without an agent, programs of live agents, marks of other owners,
 * and subreapers that adopt an agent's leftovers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Crowd, detached, labelsOf, marksOf, own, shell, sleep } from './bystanders.ts';
import { eventually } from './eventually.ts';
import { type Child, type Stream, subtreeOf, writeServers } from './leftovers-world.ts';
import type { TmuxServer } from './tmux-server.ts';

const nobody = 65534;
const isRoot = process.getuid?.() === 0;
const node = process.execPath;
const sockets = { stdio: ['socket', 'socket', 'socket'] } as const;
const claude1 = { CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli' };
const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
const listens = (ready: string) => `require('net').createServer().listen(0, '127.0.0.1', () =>
  require('fs').writeFileSync('${ready}', 'listening'));\n`;

export async function startPersonsOwn({ world, note }: Crowd) {
  const { memory } = writeServers(world);
  const ready = ['http', 'everything'].map(name => join(world.directory, `${name}-listens`));
  const http = world.file('bin/mcp-server-http', listens(ready[0] ?? ''));
  const everything = world.file(
    'lib/node_modules/@modelcontextprotocol/server-everything/dist/index.js',
    listens(ready[1] ?? ''),
  );
  const dashboard = world.file(
    'home/mcp-dashboard/dist/server.js',
    'setInterval(() => {}, 1e6);\n',
  );
  const claude = world.sleeper('bin/claude');
  const output: Stream = `/${join(world.directory, 'output').slice(1)}`;
  const toFile = { stdio: ['null', output, output] } as const;
  const nohup = { place: 'nohup' } as const;
  const groups: Record<string, readonly Child[]> = {
    'services in directories called mcp': [
      detached('store', world.sleeper('srv/mcp/bin/store'), {}, 'srv/mcp/bin/store', '100000'),
      { ...detached('worker of mcp', world.sleeper('srv/mcp/bin/worker'), {}), ...nohup },
      { ...detached('mcp-dashboard', node, {}, 'node', dashboard), ...nohup },
    ],
    'users’ own MCP servers': [
      detached('http', node, {}, 'node', http, '--transport', 'http'),
      { ...detached('everything', node, {}, 'node', everything), ...nohup },
      detached('started, not adopted', node, {}, 'node', memory),
      {
        ...detached('server that writes to a file', node, {}, 'node', memory),
        ...nohup,
        ...toFile,
      },
    ],
    'users’ own headless jobs': [
      { ...detached('claude in a session', claude, {}, 'claude', '100000'), ...toFile },
      { ...detached('claude under nohup', claude, {}, 'claude', '100000'), ...nohup, ...toFile },
    ],
    suspected: [
      { ...detached('server without a mark', node, {}, 'node', memory), ...nohup },
      sleep('mark without an owner', { CLAUDECODE: '1' }),
      sleep('another one’s mark', { GEMINI_CLI: '1' }, 'nohup'),
    ],
  };
  const children = Object.values(groups).flat();
  await world.start({ label: 'person', name: 'starter', children, stays: false });
  for (const file of ready) await eventually(`${file} is there`, () => existsSync(file));
  for (const [kind, members] of Object.entries(groups)) note(kind, ...labelsOf(members));
}

export async function startNamespaces({ world, kinds }: Crowd, gone: number) {
  const inside = (label: string, env: Readonly<Record<string, string>>, command: string) =>
    detached(label, '/usr/bin/unshare', env, 'unshare', '--pid', '--fork', 'bash', '-c', command);
  const children = [
    inside('named in a namespace', {}, 'exec -a /usr/local/bin/mcp-server-git sleep 100000'),
    inside('marked in a namespace', marksOf(gone), 'exec sleep 100001'),
    inside('agent in a namespace', {}, `exec ${world.sleeper('bin/claude')} 100000`),
  ];
  await world.start({ label: 'containers', name: 'starter', children, stays: false });
  const found = new Map<string, number>();
  for (const { label } of children) {
    const inner = await eventually(`${label} runs`, () => {
      const pid = subtreeOf(world.pidOf(label))[1];
      return pid !== undefined && ['sleep', 'claude'].includes(nameOf(pid)) ? pid : undefined;
    });
    world.adopt(inner);
    found.set(label, inner);
    await world.killed(label);
  }
  kinds.set('processes of another pid namespace', found);
}

/** Processes outside their usual place, which would be leftovers if no agent were running. */
export async function startLivingAgents({ world, note }: Crowd, people: TmuxServer) {
  const conversation = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: '5b0e3c1f-living' };
  const shapes: readonly (readonly [string, readonly Child[]])[] = [
    [
      'claude',
      [
        sleep('daemon of a living claude', own),
        { ...sleep('nohup of a living claude', own), place: 'nohup' },
        { ...sleep('command of a living claude', conversation, 'session'), ...sockets },
        sleep('daemon of its conversation', conversation),
      ],
    ],
    [
      'gemini',
      [
        sleep('daemon of a living gemini', { GEMINI_CLI: '1' }),
        sleep('nohup of a living gemini', { GEMINI_CLI: '1' }, 'nohup'),
      ],
    ],
    [
      'claude 1.0',
      [
        sleep('daemon of a living claude 1.0', claude1),
        sleep('nohup of a living claude 1.0', claude1, 'nohup'),
      ],
    ],
    ['opencode', [sleep('daemon of opencode', { OPENCODE: '1', OPENCODE_PID: '$SELF' })]],
  ];
  for (const [program, children] of shapes) {
    const label = `living ${program}`;
    const name = program.split(' ')[0] ?? '';
    await world.startIn(people, world.pane(people, ...shell), { label, name, children });
    note('what living agents started', label, ...labelsOf(children));
  }
}

/** Without an exact mark a daemon is identified by its pane, open or closed; a server on a port
 * is doubtful. */
export async function startLeftInPanes({ world, note }: Crowd, people: TmuxServer) {
  for (const [name, marks] of [
    ['gemini', { GEMINI_CLI: '1' }],
    ['claude', claude1],
  ] as const) {
    const ready = join(world.directory, `${name}-dev-listens`);
    const script = world.file(`${name}-dev.js`, listens(ready));
    const label = `${name} that goes`;
    const left = [sleep(`daemon of ${label}`, marks), sleep(`nohup of ${label}`, marks, 'nohup')];
    const service = detached(`dev server of ${label}`, node, marks, 'node', script);
    const pane = world.pane(people, ...shell);
    await world.startIn(people, pane, { label, name, children: [...left, service] });
    await eventually(`${service.label} listens`, () => existsSync(ready));
    await world.killed(label);
    if (name === 'gemini') people.tmux('kill-pane', '-t', pane);
    note('left over', ...labelsOf(left));
    note('services that an agent left without an exact mark', service.label);
  }
}

/** Like `nohup claude -p … | tee log &` after its shell has exited. */
export async function startPipelines({ world, kinds }: Crowd) {
  const found = new Map<string, number>();
  const places = ['nohup', 'left'] as const;
  const children = places.map(place => {
    const command = `${world.sleeper('bin/claude')} 100000 | tee ${join(world.directory, place)}; :`;
    return { ...detached(`pipeline, ${place}`, '/bin/bash', {}, 'bash', '-c', command), place };
  });
  await world.start({ label: 'pipelines', name: 'starter', children, stays: false });
  for (const { label } of children) {
    const pids = await eventually(`${label} runs`, () => {
      const below = subtreeOf(world.pidOf(label)).slice(1);
      return below.map(nameOf).sort().join() === 'claude,tee' ? below : undefined;
    });
    for (const pid of pids) {
      found.set(`${nameOf(pid)} of ${label}`, pid);
      world.adopt(pid);
    }
    await world.killed(label);
  }
  kinds.set('jobs whose output another program takes', found);
}

/** Marks that name a running process that is no agent of ours, or a process that cannot exist. */
export async function startUnclear({ world, note }: Crowd) {
  const claude = world.sleeper('bin/claude');
  const others = {
    ...detached('agent of another user', claude, {}, 'claude', '100000'),
    uid: nobody,
  };
  const named = [detached('worker', world.sleeper('bin/worker'), {}), ...(isRoot ? [others] : [])];
  await world.start({ label: 'named', name: 'starter', children: named, stays: false });
  note('users’ own headless jobs', ...labelsOf(named));
  const values = [
    '1',
    '',
    '0',
    '-1',
    '12x',
    ...labelsOf(named).map(each => `${world.pidOf(each)}`),
  ];
  const children = values.flatMap(pid => [
    sleep(`CLAUDE_PID=${pid}`, marksOf(pid)),
    sleep(`OPENCODE_PID=${pid}`, { OPENCODE: '1', OPENCODE_PID: pid }, 'nohup'),
  ]);
  await world.start({ label: 'unclear', name: 'starter', children, stays: false });
  note('marks that name no agent of ours', ...labelsOf(children));
}

/** Its mark names a pid that an agent was given later. */
export async function startReused({ world, note }: Crowd, people: TmuxServer) {
  const file = join(world.directory, 'reused');
  execFileSync('mkfifo', [file]);
  const command = `read -r pid < ${file}; CLAUDECODE=1 CLAUDE_PID=$pid exec sleep 100000`;
  const label = 'older than the agent that has its owner’s pid';
  const older = detached(label, '/bin/bash', {}, 'bash', '-c', command);
  await world.start({ label: 'older', name: 'starter', children: [older], stays: false });
  const younger = { label: 'younger claude', name: 'claude', children: [] };
  await world.startIn(people, world.pane(people, ...shell), younger);
  writeFileSync(file, `${world.pidOf(younger.label)}\n`);
  await eventually(`${label} has its mark`, () => nameOf(world.pidOf(label)) === 'sleep');
  note('left over', label);
  note('what living agents started', younger.label);
}

/** Subreapers: what an agent left is found, what the adopter started is its own. */
export async function startAdopter({ world, note }: Crowd, name: string, exe = world.python) {
  const { filesystem } = writeServers(world);
  const label = (what: string) => `${what} below ${name}`;
  const server = ['node', filesystem];
  const marks = { CLAUDE_CODE_ENTRYPOINT: 'cli' };
  const left: readonly Child[] = [
    { ...detached(label('server'), node, marks, ...server), place: 'same', ...sockets },
    sleep(label('command'), own, 'session'),
    sleep(label('daemon'), own),
  ];
  const agent = { label: label('agent'), name: 'claude', children: left };
  const services: readonly Child[] = [
    sleep(label('service'), {}),
    { ...detached(label('own server'), node, {}, ...server), place: 'session' },
  ];
  const children = [world.asChild(agent, { place: 'session' }), ...services];
  await world.start({ label: name, name, exe, comm: name, subreaper: true, children });
  await world.killed(agent.label);
  note('left over', ...labelsOf(left));
  note('adopters and their own services', name, ...labelsOf(services));
}
