/** Small inventories as plain objects. */

import { classify } from '../../source/core/inventory/classify.ts';
import { emptyMemory, type Memory } from '../../source/core/inventory/memory.ts';
import type {
  AgentEntry,
  Inventory,
  Origin,
  Pane,
  Process,
  RegistryReading,
  Row,
} from '../../source/core/model/model.ts';
import { createRecogniser } from '../../source/core/programs/recognise.ts';
import { type EndPlan, planEnd } from '../../source/core/termination/end-plan.ts';
import type { Ended } from '../../source/core/termination/target.ts';

export const now = Date.parse('2026-11-21T03:00:00Z');
export const long = now - 3_600_000;
export const serverPid = 4000;
export const workspace = '/w/.agent-workspace';

export const knowledge = {
  recogniser: createRecogniser(),
  sessionPrefixes: ['agent_', 'claude-agent-'],
};

export function process(
  pid: number,
  ppid: number,
  command: string,
  more: Partial<Process> = {},
): Process {
  const argv = command === '' ? [] : command.split(' ');
  return {
    pid,
    start: `${pid}0`,
    ppid,
    pgid: pid,
    sid: pid,
    tty: 0,
    state: 'S',
    threads: 1,
    startedAt: long,
    cpuPercent: 1,
    rssBytes: 1000,
    uid: 1000,
    name: (argv[0] ?? 'kernel').split('/').at(-1) ?? '',
    argv,
    ...more,
  };
}

export function pane(session: string, panePid: number, more: Partial<Pane> = {}): Pane {
  return {
    serverPid,
    sessionId: `$${session}`,
    sessionName: session,
    createdAt: long,
    attached: 0,
    activityAt: now - 1000,
    paneId: `%${panePid}`,
    panePid,
    dead: false,
    ...more,
  };
}

export function entry(id: string, status?: string, more: Partial<AgentEntry> = {}): AgentEntry {
  return { id, status, session: `agent_${id}`, startedAt: long, tracked: [], faults: [], ...more };
}

export function registry(
  scope: RegistryReading['scope'],
  entries: readonly AgentEntry[],
  more: Partial<RegistryReading> = {},
): RegistryReading {
  const task = 'TASK-1';
  return {
    path:
      scope === 'task'
        ? `${workspace}/${task}/AGENT_REGISTRY.json`
        : `${workspace}/registry/GLOBAL_REGISTRY.json`,
    workspace,
    scope,
    kind: 'json',
    modifiedAt: long,
    ownerUid: 1000,
    reading: {
      ok: true,
      value: { task: scope === 'task' ? task : undefined, entries, faults: [] },
    },
    ...more,
  };
}

export type Parts = {
  readonly processes?: readonly Process[];
  readonly panes?: readonly Pane[];
  readonly registries?: readonly RegistryReading[];
  readonly origins?: Readonly<Record<number, Origin>>;
};

/** init, a tmux server and the given processes; everything is readable. */
export function inventory(parts: Parts = {}, more: Partial<Inventory> = {}): Inventory {
  return {
    takenAt: now,
    tookMs: 1,
    machine: { host: 'h', bootId: 'boot', uid: 1000, pid: 99_999 },
    workspaces: [workspace],
    processes: {
      ok: true,
      value: [
        process(1, 0, '/sbin/init', { uid: 0 }),
        process(serverPid, 1, 'tmux', { name: 'tmux: server' }),
        ...(parts.processes ?? []),
      ],
    },
    origins: new Map(
      Object.entries(parts.origins ?? {}).map(([pid, origin]) => [Number(pid), origin]),
    ),
    servers: [
      {
        socket: 'default',
        path: '/tmp/tmux-1000/default',
        reading: { ok: true, value: parts.panes ?? [] },
      },
    ],
    serversChosen: false,
    registries: parts.registries ?? [],
    problems: [],
    ...more,
  };
}

export function judge(given: Inventory, memory: Memory = emptyMemory) {
  return classify(given, memory, knowledge);
}

/** A recorded, active agent whose session's pane has the first of these processes. */
export function agentParts(id: string, processes: readonly Process[]) {
  return {
    processes,
    panes: processes.slice(0, 1).map(({ pid }) => pane(`agent_${id}`, pid)),
    registries: [registry('task', [entry(id, 'working')])],
  };
}

/** The plan that ends rows by their names. */
export function planned(
  given: Inventory,
  { names = [] as readonly string[], isWanted = (_row: Row): boolean => true } = {},
) {
  const { snapshot } = judge(given);
  const wanted = snapshot.rows.filter(isWanted).map(row => ({ row, isNamed: true }));
  const plan = planEnd(snapshot, given, wanted, { ...knowledge, spareNames: names });
  return { snapshot, plan, table: given.processes.ok ? given.processes.value : [] };
}

/** The first target of a plan, which must not be refused. */
export function firstEnded({ targets: [target] }: EndPlan): Ended {
  if (target === undefined || target.refused !== undefined) throw new Error('there is no target');
  return target;
}

/** Classes by row key. */
export function classesOf(given: Inventory, memory?: Memory): Record<string, string> {
  return Object.fromEntries(judge(given, memory).snapshot.rows.map(row => [row.key, row.class]));
}
