/** Zombies: one row for those that the same parent has not reaped. */
import { hint, proof } from '../evidence/evidence.ts';
import { groupBy } from '../model/group-by.ts';
import { identityOf, type Process } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type Draft, type Observation, rowProcesses, sums } from './draft.ts';
import { isZombie } from './process-tree.ts';
import { isOurs } from './scene.ts';

/** Unreaped processes, with the parent at fault. */
export function judgeZombies(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  const zombies = scene.processes.filter(
    process => isZombie(process) && isOurs(process, scene.machine) && !scene.own.has(process.pid),
  );
  const ownerOf = ({ pid }: Process) => attribution.memberships.get(pid)?.owner;
  const groups = groupBy(zombies, each => JSON.stringify([each.ppid, ownerOf(each)]));
  return [...groups.values()].flatMap(group => {
    const oldest = group.toSorted((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
    const [first] = oldest;
    if (first === undefined) return [];
    const parent = scene.tree.byPid.get(first.ppid);
    const owner = ownerOf(first);
    return {
      class: 'zombie',
      key: processKey(first),
      agentId: owner === undefined ? undefined : scene.recordByKey.get(owner)?.entry.id,
      type: first.name,
      processes: rowProcesses(oldest, observation),
      ...sums([]),
      startedAt: first.startedAt,
      evidence: [
        proof(
          'zombie',
          group.length === 1
            ? `state ${first.state}: dead, not reaped`
            : `${group.length} processes in state ${first.state}: dead, not reaped`,
        ),
        parent === undefined
          ? hint('zombie', `its parent pid ${first.ppid} cannot be seen`)
          : proof('zombie', `not reaped by its parent: ${describeProcess(parent)}`),
      ],
      // More of them are no other verdict.
      roots: [identityOf(first)],
      youngest: first.startedAt,
    } satisfies Draft;
  });
}
