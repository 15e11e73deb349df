/** `--demo`: made-up agents behind the Host seam. Nothing of the machine is read. */

import type { Host } from '../core/host.ts';
import { nothingOf } from '../core/inspection.ts';
import type { AgentEntry, Pane, Process, RegistryReading } from '../core/model.ts';
import { clock } from './clock.ts';
import { demoGrounds, demoHands, demoStore } from './demo-hands.ts';

const workspace = '/home/dev/project/.agent-workspace';
const task = 'TASK-20251029-225319-45548b6a';
const socket = '/tmp/tmux-1000/default';
const minuteMs = 60_000;

type Made = {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  /** What its session holds; without one there is no session. */
  readonly holds?: 'agent' | 'shell';
  readonly parent?: string;
  readonly minutes: number;
};

const made: readonly Made[] = [
  {
    id: 'code_auditor-225401-71587d',
    status: 'working',
    progress: 40,
    holds: 'agent',
    minutes: 51,
  },
  {
    id: 'registry_fixer-225412-09aa1c',
    status: 'working',
    progress: 75,
    holds: 'agent',
    minutes: 50,
    parent: 'code_auditor-225401-71587d',
  },
  {
    id: 'test_writer-225530-c0ffee',
    status: 'reviewing',
    progress: 90,
    holds: 'agent',
    minutes: 48,
    parent: 'code_auditor-225401-71587d',
  },
  {
    id: 'file_lock_builder-230102-62aa15',
    status: 'blocked',
    progress: 20,
    holds: 'agent',
    minutes: 43,
  },
  { id: 'doc_writer-231500-5ea51d', status: 'running', progress: 5, holds: 'agent', minutes: 29 },
  {
    id: 'leak_analyzer-225820-be4f03',
    status: 'completed',
    progress: 100,
    holds: 'agent',
    minutes: 46,
  },
  {
    id: 'cleanup_builder-225711-fdb115',
    status: 'working',
    progress: 60,
    holds: 'shell',
    minutes: 47,
  },
  { id: 'impact_assessor-225544-49c64c', status: 'working', progress: 35, minutes: 300 },
  { id: 'schema_migrator-225602-1b2c3d', status: 'pending', progress: 0, minutes: 290 },
  { id: 'api_prober-225633-4d5e6f', status: 'working', progress: 80, minutes: 280 },
  { id: 'planner-225320-000001', status: 'completed', progress: 100, minutes: 400 },
];

export function createDemoHost(): Host {
  const startedAt = Date.now();
  const bornAt = (minutes: number) => startedAt - minutes * minuteMs;
  const panes = panesAt(bornAt);
  const registry = registryAt(bornAt);
  return {
    clock,
    machine: { host: 'demo', bootId: 'demo', uid: 1000, pid: 999_999 },
    serversChosen: false,
    readProcesses: async () => ({ ok: true, value: processesAt(bornAt, Date.now()) }),
    readOrigins: () => new Map(),
    readVitals: () => undefined,
    inspect: async ({ key }) => nothingOf(key),
    readPorts: processes =>
      new Map(processes.map(({ pid }) => [pid, { ok: true, value: portsOf(pid) }])),
    readServers: async () => [
      { socket: 'default', path: socket, reading: { ok: true, value: panes(Date.now()) } },
    ],
    readRegistries: async () => ({ workspaces: [workspace], registries: [registry], problems: [] }),
    readRegistriesAround: async () => [],
    readEndings: () => [],
    registryStore: demoStore,
    grounds: demoGrounds,
    hands: demoHands,
  };
}

type BornAt = (minutes: number) => number;

/** The MCP server that was left behind, and each agent's own. */
function portsOf(pid: number): number[] {
  if (pid === 5000) return [3000];
  return pid < 5000 && pid % 10 === 2 ? [8000 + (pid - 4102) / 10] : [];
}

const serverPid = 4000;
const panePidOf = (index: number) => 4100 + index * 10;

function processesAt(bornAt: BornAt, now: number): Process[] {
  const process = (
    pid: number,
    ppid: number,
    minutes: number,
    argv: readonly string[],
    more: Partial<Process> = {},
  ): Process => ({
    pid,
    start: `${pid}`,
    ppid,
    pgid: pid,
    sid: pid,
    tty: 0,
    state: 'S',
    threads: 1,
    startedAt: bornAt(minutes),
    cpuPercent: 0,
    rssBytes: 4_000_000,
    uid: 1000,
    name: argv[0] ?? 'kernel',
    argv,
    ...more,
  });
  const agents = made.flatMap((agent, index) => {
    const pane = panePidOf(index);
    if (agent.holds === undefined) return [];
    const shell = process(pane, serverPid, agent.minutes, ['bash', '-c', 'claude --print'], {
      sid: pane,
    });
    if (agent.holds === 'shell') return [shell];
    // A slow wave of its own for each, so that the numbers move as real ones do.
    const busy = Math.max(0, 30 * Math.sin(now / 4000 + index * 1.7));
    return [
      shell,
      process(pane + 1, pane, agent.minutes, ['claude', '--print', '--model', 'opus'], {
        cpuPercent: Math.round(busy * 10) / 10,
        rssBytes: 180_000_000 + index * 9_000_000,
      }),
      process(pane + 2, pane + 1, agent.minutes, ['npx', '@playwright/mcp@latest'], {
        rssBytes: 61_000_000,
      }),
    ];
  });
  return [
    process(1, 0, 9000, ['/sbin/init'], { uid: 0, sid: 1 }),
    process(serverPid, 1, 600, ['tmux'], { name: 'tmux: server' }),
    ...agents,
    process(5000, 1, 170, ['node', '/home/dev/.npm/_npx/mcp-server-filesystem', '/home/dev'], {
      rssBytes: 92_000_000,
    }),
    process(5100, serverPid, 95, ['zsh'], { sid: 5100, tty: 34817 }),
    process(5101, 5100, 90, ['claude'], {
      sid: 5100,
      tty: 34817,
      rssBytes: 240_000_000,
      cpuPercent: 1.5,
    }),
    process(5200, 5201, 12, ['git'], { state: 'Z', rssBytes: 0, argv: [], name: 'git' }),
    process(5201, 1, 30, ['python3', 'periodic_context_save.py', '_monitor']),
  ];
}

function panesAt(bornAt: BornAt): (now: number) => Pane[] {
  const pane = (index: number, name: string, minutes: number, pid: number, now: number): Pane => ({
    serverPid,
    sessionId: `$${index}`,
    sessionName: name,
    createdAt: bornAt(minutes),
    attached: name === 'work' ? 1 : 0,
    activityAt: now - index * 7000,
    paneId: `%${index}`,
    panePid: pid,
    dead: false,
  });
  return now => [
    ...made.flatMap((agent, index) =>
      agent.holds === undefined
        ? []
        : [pane(index, `agent_${agent.id}`, agent.minutes, panePidOf(index), now)],
    ),
    pane(90, 'work', 95, 5100, now),
  ];
}

function registryAt(bornAt: BornAt): RegistryReading {
  const entries = made.map(
    (agent): AgentEntry => ({
      id: agent.id,
      type: agent.id.replace(/-.*/, ''),
      task,
      parent: agent.parent ?? 'orchestrator',
      depth: agent.parent === undefined ? 1 : 2,
      status: agent.status,
      progress: agent.progress,
      session: `agent_${agent.id}`,
      startedAt: bornAt(agent.minutes),
      lastUpdateAt: bornAt(agent.minutes / 3),
      tracked: [],
      faults: [],
    }),
  );
  return {
    path: `${workspace}/${task}/AGENT_REGISTRY.json`,
    workspace,
    scope: 'task',
    kind: 'json',
    modifiedAt: bornAt(3),
    ownerUid: 1000,
    reading: { ok: true, value: { task, entries, countedActive: 9, faults: [] } },
  };
}
