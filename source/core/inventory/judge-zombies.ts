/** Zombies, each a row of its own. */
import { hint, proof } from '../evidence/evidence.ts';
import { identityOf } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type Draft, type Observation, rowProcesses, sums } from './draft.ts';
import { isZombie } from './process-tree.ts';
import { isOurs } from './scene.ts';

/** Unreaped processes, with the parent at fault. */
export function judgeZombies(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  return scene.processes
    .filter(
      process => isZombie(process) && isOurs(process, scene.machine) && !scene.own.has(process.pid),
    )
    .map(process => {
      const parent = scene.tree.byPid.get(process.ppid);
      const owner = attribution.memberships.get(process.pid)?.owner;
      return {
        class: 'zombie',
        key: processKey(process),
        agentId: owner === undefined ? undefined : scene.recordByKey.get(owner)?.entry.id,
        type: process.name,
        processes: rowProcesses([process], observation),
        ...sums([]),
        startedAt: process.startedAt,
        evidence: [
          proof('zombie', `state ${process.state}: dead, not reaped`),
          parent === undefined
            ? hint('zombie', `its parent pid ${process.ppid} cannot be seen`)
            : proof('zombie', `not reaped by its parent: ${describeProcess(parent)}`),
        ],
        roots: [identityOf(process)],
        youngest: process.startedAt,
      } satisfies Draft;
    });
}
