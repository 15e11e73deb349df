/** The made-up orchestrator: deploys agents, writes down how far they are, and lets them go. It keeps the
 * registries as a real one does, and learns of a death only when it is told. */

import { admit, dismiss, rootParent } from '../core/lifecycle/admission.ts';
import { agentIdFor } from '../core/lifecycle/deployment.ts';
import { fileChangeOf, openRegistry } from '../core/reconcile/open-registry.ts';
import { agentSession } from '../core/registry/agent-names.ts';
import type { Json } from '../core/registry/edit.ts';
import { localTime } from '../core/registry/local-time.ts';
import { recordedStatus } from '../core/registry/merge.ts';
import { globalFile, type Manner, cast as parts, type TaskName, taskFile, tasks } from './cast.ts';
import type { Files } from './files.ts';
import { identities, type Launched, launch, type World } from './launch.ts';
import { digits } from './noise.ts';
import type { Registries } from './registries.ts';

export type Orchestrator = {
  /** @returns its id. */
  deploy(agent: {
    readonly type: string;
    readonly task: TaskName;
    readonly parent?: string;
    readonly manner: Manner;
  }): string;
  /** Ends at once, and tells nobody. */
  crash(id: string): void;
  /** Goes on with its work. */
  resume(id: string, perMinute: number): void;
  /** Writes down that it was ended, unless it was done before. */
  close(id: string, reason: string): void;
  /** Takes an old agent off the records, unless it still runs. */
  forget(id: string): void;
};

type Agent = Launched & {
  readonly id: string;
  readonly task: TaskName;
  readonly place: number;
  readonly lingersMs?: number;
  readonly from: number;
  readonly ranBefore: number;
  readonly perMinute: number;
  /** The progress that is on record. */
  told: number;
};

const minuteMs = 60_000;
const everyMs = 1000;
/** Each agent reports at every fifth second, one after the other. */
const turns = 5;
/** The last words of an agent that is done. */
const farewellMs = 1500;

export function createOrchestrator(
  world: World,
  registries: Registries,
  files: Files,
  cast: ReadonlyMap<string, Launched>,
): Orchestrator {
  const { timeline, processes } = world;
  const agents = new Map<string, Agent>();
  const places = new Map<string, TaskName>();
  let deployed = 0;

  const follow = (id: string, task: TaskName, manner: Manner, launched: Launched, from: number) => {
    const { perMinute = 0, lingersMs } = manner;
    const ranBefore = processes.ranMs(launched.program.pid);
    const place = places.size % turns;
    places.set(id, task);
    const plan = { lingersMs, from, ranBefore, perMinute, told: from };
    agents.set(id, { ...launched, ...plan, id, task, place });
  };
  for (const { id, task, progress, holds } of parts) {
    const launched = cast.get(id);
    if (launched !== undefined && holds !== undefined && holds !== 'shell')
      follow(id, task, holds, launched, progress);
  }

  const isOpen = (task: TaskName, id: string) => {
    const read = registries.read({ path: taskFile(task), scope: 'task' });
    const entries = read.ok ? read.value.content.entries : [];
    return entries.some(entry => entry.id === id && recordedStatus(entry.status) === 'active');
  };
  const write = (id: string, task: TaskName, fields: Readonly<Record<string, Json>>) => {
    const all = { ...fields, last_update: localTime(timeline.wall()) };
    registries.update({
      // How far it is, is the task's alone to know.
      files: bothOf(task).filter(({ scope }) => scope === 'task' || 'status' in fields),
      mutate: documents =>
        documents.flatMap(document => {
          const registry = openRegistry(document);
          if (registry === undefined) return [];
          for (const entry of registry.entriesOf(id))
            for (const [name, value] of Object.entries(all))
              if (document.scope === 'task' || name !== 'progress') entry.set(name, value);
          return [fileChangeOf(registry)];
        }),
    });
  };
  const finish = (agent: Agent) => {
    const { id, task, lingersMs = 0, program } = agent;
    agents.delete(id);
    agent.conclude();
    const completed_at = localTime(timeline.wall());
    write(id, task, { status: 'completed', progress: 100, completed_at });
    timeline.after(farewellMs + lingersMs, () => {
      if (!processes.isThere(program)) return;
      processes.die(program.pid);
      files.takeAll(id);
    });
  };
  const report = (agent: Agent) => {
    const { id, task, program, from, ranBefore, perMinute } = agent;
    const ranMs = processes.ranMs(program.pid) - ranBefore;
    const progress = Math.floor(from + (perMinute * ranMs) / minuteMs);
    if (progress >= 100) return finish(agent);
    if (progress === agent.told) return;
    agent.told = progress;
    write(id, task, { progress });
  };
  let turn = 0;
  const tick = () => {
    turn++;
    for (const agent of [...agents.values()]) {
      if (!processes.isThere(agent.program)) agents.delete(agent.id);
      else if (agent.place === turn % turns && agent.perMinute > 0 && isOpen(agent.task, agent.id))
        report(agent);
    }
    timeline.after(everyMs, tick);
  };
  timeline.after(everyMs, tick);

  return {
    close(id, termination_reason) {
      const task = places.get(id);
      if (task === undefined || !isOpen(task, id)) return;
      const terminated_at = localTime(timeline.wall());
      write(id, task, { status: 'terminated', terminated_at, termination_reason });
    },
    deploy({ type, task, parent, manner }) {
      const id = agentIdFor(type, timeline.wall(), digits(++deployed));
      const time = localTime(timeline.wall());
      const isKnown = parent !== undefined && places.get(parent) === task;
      const launched = launch(world, id, manner, 0);
      const agent = {
        ...{ id, type, task: tasks[task], parent: isKnown ? parent : rootParent },
        shared: [
          ['type', type],
          ['parent', isKnown ? parent : rootParent],
          ['started_at', time],
          ['tmux_session', agentSession(id)],
        ],
        own: [
          ['status', 'working'],
          ['progress', 0],
          ['last_update', time],
          ['tracked_processes', identities(launched)],
        ],
      } as const;
      registries.update({ files: bothOf(task), mutate: each => admit(each, agent) ?? [] });
      files.add(task, id);
      follow(id, task, manner, launched, 0);
      return id;
    },
    crash(id) {
      const agent = agents.get(id);
      if (agent !== undefined) processes.die(agent.program.pid);
    },
    resume(id, perMinute) {
      const agent = agents.get(id);
      if (agent === undefined || !processes.isThere(agent.program)) return;
      const ranBefore = processes.ranMs(agent.program.pid);
      agents.set(id, { ...agent, perMinute, ranBefore });
      write(id, agent.task, { status: 'working' });
    },
    forget(id) {
      const task = places.get(id);
      const agent = agents.get(id);
      if (task === undefined || (agent !== undefined && processes.isThere(agent.program))) return;
      const session = agentSession(id);
      registries.update({ files: bothOf(task), mutate: each => dismiss(each, id, session) });
      files.takeAll(id);
      places.delete(id);
      agents.delete(id);
    },
  };
}

function bothOf(task: TaskName) {
  return [
    { path: taskFile(task), scope: 'task' },
    { path: globalFile, scope: 'global' },
  ] as const;
}
