/** The made-up orchestrator: deploys agents and records their progress. As a real one it learns of a
 * death only when it is told. */
import { agentIdFor } from '../core/lifecycle/deployment.ts';
import type { ProcessRef } from '../core/model/process.ts';
import { localTime } from '../core/registry/local-time.ts';
import { cast, known, type Manner, type Part, type TaskName } from './cast.ts';
import { launch, launchShell, minuteMs } from './launch.ts';
import type { Machine } from './machine.ts';
import { digits } from './noise.ts';
import { createRecords } from './records.ts';

export type Orchestrator = ReturnType<typeof createOrchestrator>;

type Agent = {
  readonly task: TaskName;
  readonly program: ProcessRef;
  readonly manner: Manner;
  /** At which of the seconds between two reports it is its turn. */
  readonly turn: number;
  readonly from: number;
  ranBefore: number;
  perMinute: number;
  /** The progress that is recorded. */
  told: number;
  isDone: boolean;
};

const everyMs = 1000;
/** Each agent reports at every fifth second, one after the other. */
const turns = 5;
/** From its last report to the exit of an agent that is done. */
const farewellMs = 1500;
/** Since the registries were changed last when the story begins. */
const registryAgeMs = 180_000;

export function createOrchestrator(machine: Machine) {
  const { timeline, processes, files } = machine;
  const records = createRecords(machine);
  const agents = new Map<string, Agent>();
  let deployed = 0;
  let followed = 0;

  const add = (part: Part) => {
    const { id, task, minutes, holds, progress } = part;
    const ageMs = minutes * minuteMs;
    if (holds !== undefined || progress < 100 || id === known.forgetful) files.add(task, id, ageMs);
    if (holds === 'shell') launchShell(machine, id, ageMs);
    const manner = holds === 'shell' ? undefined : holds;
    const started = manner === undefined ? [] : launch(machine, id, manner, ageMs);
    records.add(part, id === known.untracked ? [] : started);
    const [program] = started;
    if (program === undefined || manner === undefined) return;
    const { perMinute = 0 } = manner;
    const turn = followed++ % turns;
    const ranBefore = processes.ranMs(program.pid);
    const at = { from: progress, told: progress, ranBefore, perMinute, isDone: false };
    agents.set(id, { task, program, manner, turn, ...at });
  };
  for (const part of cast) add(part);
  records.settle(registryAgeMs);

  const finish = (id: string, agent: Agent) => {
    const { task, program, manner } = agent;
    agent.isDone = true;
    const completed_at = localTime(timeline.wall());
    records.update(id, task, { status: 'completed', progress: 100, completed_at });
    timeline.after(farewellMs + (manner.lingersMs ?? 0), () => {
      if (!processes.isThere(program)) return;
      processes.exit(program.pid);
      files.takeAll(id);
    });
  };
  const report = (id: string, agent: Agent) => {
    const { task, program, from, ranBefore, perMinute } = agent;
    const ranMs = processes.ranMs(program.pid) - ranBefore;
    const progress = Math.floor(from + (perMinute * ranMs) / minuteMs);
    if (progress >= 100) finish(id, agent);
    else if (progress !== agent.told) records.update(id, task, { progress });
    agent.told = progress;
  };
  let second = 0;
  const tick = () => {
    second++;
    for (const [id, agent] of agents) {
      const { turn, task, program, perMinute, isDone } = agent;
      if (isDone || perMinute === 0 || turn !== second % turns) continue;
      if (processes.isThere(program) && records.isActive(id, task)) report(id, agent);
    }
    timeline.after(everyMs, tick);
  };
  timeline.after(everyMs, tick);

  return {
    /** @returns its id. */
    deploy(type: string, task: TaskName, holds: Manner, parent?: string): string {
      const id = agentIdFor(type, timeline.wall(), digits(++deployed));
      const isKnown = parent !== undefined && agents.get(parent)?.task === task;
      const part = { id, task, parent: isKnown ? parent : undefined, holds, minutes: 0 };
      add({ ...part, status: 'working', progress: 0 });
      return id;
    },
    /** It exits at once, and nothing is recorded: a ghost is left. */
    crash(id: string) {
      const agent = agents.get(id);
      if (agent !== undefined) processes.exit(agent.program.pid);
    },
    /** A pending agent goes to work. */
    resume(id: string, perMinute: number) {
      const agent = agents.get(id);
      if (agent === undefined || !processes.isThere(agent.program)) return;
      agent.perMinute = perMinute;
      agent.ranBefore = processes.ranMs(agent.program.pid);
      records.update(id, agent.task, { status: 'working' });
    },
    /** Records that it was ended, unless it was done before. */
    close(id: string, termination_reason: string) {
      const agent = agents.get(id);
      if (agent === undefined || !records.isActive(id, agent.task)) return;
      const terminated_at = localTime(timeline.wall());
      records.update(id, agent.task, { status: 'terminated', terminated_at, termination_reason });
    },
    /** Takes an old agent off the records, unless it still runs. */
    forget(id: string) {
      const agent = agents.get(id);
      if (agent === undefined || processes.isThere(agent.program)) return;
      records.remove(id, agent.task);
      files.takeAll(id);
      agents.delete(id);
    },
  };
}
