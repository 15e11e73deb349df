/** What an ending gives back: memory, processor time, and ports that can be listened on again. */
import type { Processes } from '../ports/processes.ts';
import type { EndPlan } from './end-plan.ts';
import type { Ended, EndTarget, Ports } from './target.ts';

export type Frees = {
  readonly rssBytes: number;
  readonly cpuPercent: number;
  readonly ports: Ports;
};

/** Asked for a plan that is shown, never in the poll. What is refused frees nothing. */
export function withPorts(plan: EndPlan, processes: Pick<Processes, 'readPorts'>): EndPlan {
  const readings = processes.readPorts(
    plan.targets.filter(isEnded).flatMap(target => target.members),
  );
  const portsOf = (target: Ended): Ports => {
    const known = new Set<number>();
    const unknownOf: number[] = [];
    for (const { pid } of target.members) {
      const reading = readings.get(pid);
      if (reading?.ok !== true) unknownOf.push(pid);
      else for (const port of reading.value) known.add(port);
    }
    return { known: inOrder(known), unknownOf };
  };
  const targets = plan.targets.map(target =>
    isEnded(target) ? { ...target, ports: portsOf(target) } : target,
  );
  return { ...plan, targets };
}

/** Of all targets together; a port that two of them hold is counted once. */
export function freesOf(targets: readonly EndTarget[]): Frees {
  const ended = targets.filter(isEnded);
  const cpuPercent = ended.reduce((sum, target) => sum + target.cpuPercent, 0);
  return {
    rssBytes: ended.reduce((sum, target) => sum + target.rssBytes, 0),
    cpuPercent: Math.round(cpuPercent * 10) / 10,
    ports: {
      known: inOrder(new Set(ended.flatMap(target => target.ports?.known ?? []))),
      unknownOf: ended.flatMap(
        ({ ports, members }) => ports?.unknownOf ?? members.map(member => member.pid),
      ),
    },
  };
}

function isEnded(target: EndTarget): target is Ended {
  return target.refused === undefined;
}

function inOrder(ports: ReadonlySet<number>): number[] {
  return [...ports].sort((a, b) => a - b);
}
