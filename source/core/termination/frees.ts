/** What a termination frees: memory, CPU time and TCP ports. */
import { sums } from '../inventory/draft.ts';
import { identityOf } from '../model/model.ts';
import type { Processes } from '../ports/processes.ts';
import type { EndPlan } from './end-plan.ts';
import type { Ended, EndTarget, Ports } from './target.ts';

export type Frees = Pick<Ended, 'rssBytes' | 'cpuPercent'> & { readonly ports: Ports };

/** Adds the ports; only for a displayed plan, never in a poll. Refused targets free nothing. */
export function withPorts(plan: EndPlan, processes: Pick<Processes, 'readPorts'>): EndPlan {
  const readings = processes.readPorts(
    plan.targets.filter(isEnded).flatMap(target => target.members),
  );
  const portsOf = ({ members }: Ended): Ports => {
    const read = members.map(({ pid }) => ({ pid, ports: readings.get(pid) }));
    return {
      known: sorted(read.flatMap(({ ports }) => (ports?.ok ? ports.value : []))),
      unknownOf: read.filter(({ ports }) => !ports?.ok).map(({ pid }) => pid),
    };
  };
  const targets = plan.targets.map(target =>
    isEnded(target) ? { ...target, ports: portsOf(target) } : target,
  );
  return { ...plan, targets };
}

/** Sum over all targets; an agent that two workspaces record, and a port held by two targets, are counted once. */
export function freesOf(targets: readonly EndTarget[]): Frees {
  const counted = new Set<string>();
  const ended = targets.filter(isEnded).filter(({ members }) => {
    const ids = members.map(identityOf);
    const isKnown = ids.length > 0 && ids.every(id => counted.has(id));
    for (const id of ids) counted.add(id);
    return !isKnown;
  });
  return {
    ...sums(ended),
    ports: {
      known: sorted(ended.flatMap(target => target.ports?.known ?? [])),
      unknownOf: ended.flatMap(
        ({ ports, members }) => ports?.unknownOf ?? members.map(member => member.pid),
      ),
    },
  };
}

function isEnded(target: EndTarget): target is Ended {
  return target.refused === undefined;
}

function sorted(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
