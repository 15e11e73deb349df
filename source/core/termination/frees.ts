/** What a termination frees: memory, CPU time and TCP ports. */
import type { Processes } from '../ports/processes.ts';
import type { EndPlan } from './end-plan.ts';
import type { Ended, EndTarget, Ports } from './target.ts';

export type Frees = {
  readonly rssBytes: number;
  readonly cpuPercent: number;
  readonly ports: Ports;
};

/** Adds the ports; only for a displayed plan, never in a poll. Refused targets free nothing. */
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
    return { known: sorted(known), unknownOf };
  };
  const targets = plan.targets.map(target =>
    isEnded(target) ? { ...target, ports: portsOf(target) } : target,
  );
  return { ...plan, targets };
}

/** Sum over all targets; a port held by two of them is counted once. */
export function freesOf(targets: readonly EndTarget[]): Frees {
  const ended = targets.filter(isEnded);
  const cpuPercent = ended.reduce((sum, target) => sum + target.cpuPercent, 0);
  return {
    rssBytes: ended.reduce((sum, target) => sum + target.rssBytes, 0),
    cpuPercent: Math.round(cpuPercent * 10) / 10,
    ports: {
      known: sorted(new Set(ended.flatMap(target => target.ports?.known ?? []))),
      unknownOf: ended.flatMap(
        ({ ports, members }) => ports?.unknownOf ?? members.map(member => member.pid),
      ),
    },
  };
}

function isEnded(target: EndTarget): target is Ended {
  return target.refused === undefined;
}

function sorted(ports: ReadonlySet<number>): number[] {
  return [...ports].sort((a, b) => a - b);
}
