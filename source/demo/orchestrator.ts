/** The made-up orchestrator: deploys agents and records their progress. As a real one it learns of a
 * death only when it is told. */
import { agentIdFor } from '../core/lifecycle/deployment.ts';
import type { ProcessRef } from '../core/model/process.ts';
import { agentFileNamed } from '../core/registry/agent-names.ts';
import { localTime } from '../core/registry/local-time.ts';
import { cast, known, type Manner, type Part, type TaskName, tasks, workspace } from './cast.ts';
import { launch, launchShell, minuteMs } from './launch.ts';
import type { Machine } from './machine.ts';
import { digits } from './noise.ts';
import { createRecords, type Entry } from './records.ts';

export type Orchestrator = ReturnType<typeof createOrchestrator>;

type Agent = {
  readonly task: TaskName;
  readonly program: ProcessRef;
  readonly lingersMs: number;
  perMinute: number;
  progress: number;
  /** How long it had run at its last report. */
  ranMs: number;
};

/** Each agent reports this often, one after the other. */
const everyMs = 5000;
const staggerMs = 1000;
/** From its last report to the exit of an agent that is done. */
const farewellMs = 1500;

export function createOrchestrator(machine: Machine) {
  const { timeline, processes, files } = machine;
  const records = createRecords(machine);
  const agents = new Map<string, Agent>();
  let deployed = 0;

  const writeFiles = (agentId: string, task: TaskName, ageMs: number) => {
    const modifiedAt = timeline.wall() - ageMs;
    const file = { workspace, task: tasks[task], agentId, modifiedAt };
    const prompt = agentFileNamed(agentId, 'prompt_file');
    const log = agentFileNamed(agentId, 'log_file');
    files.set(prompt.path, { ...file, ...prompt, kind: 'prompt' });
    files.set(log.path, { ...file, ...log, kind: 'log' });
  };
  const removeFiles = (id: string) => {
    for (const [path, { agentId }] of files) if (agentId === id) files.delete(path);
  };
  const localNow = () => localTime(timeline.wall());
  const finish = (id: string, { task, program, lingersMs }: Agent) => {
    records.setProgress(id, task, 100);
    records.setStatus(id, task, 'completed', { completed_at: localNow() });
    timeline.after(farewellMs + lingersMs, () => {
      if (!processes.isThere(program)) return;
      processes.exit(program.pid);
      removeFiles(id);
    });
  };
  /** Until it is gone, or recorded as ended. */
  const report = (id: string, agent: Agent) => {
    const { task, program, perMinute } = agent;
    if (!processes.isThere(program) || !records.isActive(id, task)) return;
    const before = Math.floor(agent.progress);
    const ranMs = processes.ranMs(program.pid);
    agent.progress += (perMinute * (ranMs - agent.ranMs)) / minuteMs;
    agent.ranMs = ranMs;
    const progress = Math.floor(agent.progress);
    if (progress >= 100) return finish(id, agent);
    if (progress > before) records.setProgress(id, task, progress);
    timeline.after(everyMs, () => report(id, agent));
  };
  const enter = (part: Part): Entry => {
    const [id, task, , progress, minutes, holds] = part;
    const ageMs = minutes * minuteMs;
    if (holds !== undefined || progress < 100 || id === known.forgetful)
      writeFiles(id, task, ageMs);
    if (holds === 'shell') launchShell(machine, id, ageMs);
    if (holds === undefined || holds === 'shell') return { part, started: [] };
    const started = launch(machine, id, holds, ageMs);
    const [program] = started;
    const { perMinute, lingersMs = 0 } = holds;
    const ranMs = processes.ranMs(program.pid);
    const agent = { task, program, lingersMs, perMinute, progress, ranMs };
    timeline.after(staggerMs * (agents.size % 5), () => report(id, agent));
    agents.set(id, agent);
    return { part, started: id === known.untracked ? [] : started };
  };
  for (const name of Object.keys(tasks) as TaskName[])
    records.add(name, cast.filter(([, task]) => task === name).map(enter));
  records.loseCount('paths');

  return {
    /** @returns its id. */
    deploy(type: string, task: TaskName, manner: Manner, parent: string): string {
      const id = agentIdFor(type, timeline.wall(), digits(++deployed));
      const isKnown = agents.get(parent)?.task === task;
      const part: Part = [id, task, 'working', 0, 0, manner, isKnown ? parent : undefined];
      records.add(task, [enter(part)]);
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
      records.setStatus(id, agent.task, 'working');
    },
    /** Records that it was ended, unless it was done before. */
    close(id: string, termination_reason: string) {
      const task = agents.get(id)?.task;
      if (task === undefined || !records.isActive(id, task)) return;
      records.setStatus(id, task, 'terminated', { terminated_at: localNow(), termination_reason });
    },
    /** Takes an old agent off the records, unless it still runs. */
    forget(id: string) {
      const agent = agents.get(id);
      if (agent === undefined || processes.isThere(agent.program)) return;
      records.remove(id, agent.task);
      removeFiles(id);
      agents.delete(id);
    },
  };
}
