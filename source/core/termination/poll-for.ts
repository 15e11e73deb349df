/** The process table that running terminations are judged by. */
import { mayBeAdopted } from '../evidence/adoption.ts';
import { createProcessTree, isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Origin, type Process } from '../model/model.ts';
import type { Processes } from '../ports/processes.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { isLikelyUsersProgram } from '../programs/users-programs.ts';
import type { Ending } from './ending.ts';

/** Start times are counted in ticks from a boot time that is known to the second. */
const startToleranceMs = 2000;

/** One table for all, and the marks of what came to be since or has lost its parent. Below a tmux
 * server a mark says nothing: it is inherited from whoever started the server. */
export async function pollFor(
  processes: Pick<Processes, 'read' | 'readOrigins'>,
  endings: readonly Ending[],
  recogniser: Recogniser,
  beganAt: number,
) {
  const reading = await processes.read();
  if (!reading.ok) return { table: undefined, origins: new Map<number, Origin>() };
  const known = new Set(endings.flatMap(ending => ending.members().map(identityOf)));
  const tree = createProcessTree(reading.value);
  const isUnderTmux = (process: Process) =>
    tree.ancestorsOf(process).some(parent => recogniser(parent).kind === 'tmux server');
  const read = reading.value.filter(
    process =>
      (process.startedAt >= beganAt - startToleranceMs ||
        mayBeAdopted(process, tree) ||
        isLikelyUsersProgram(process)) &&
      process.argv.length > 0 &&
      !known.has(identityOf(process)) &&
      !isZombie(process) &&
      (isLikelyUsersProgram(process) || !isUnderTmux(process)),
  );
  const origins = new Map(processes.readOrigins(read));
  for (const process of read)
    if (isUnderTmux(process)) {
      // Whose program it is counts there too, its marks do not.
      const { executable, isUnread } = origins.get(process.pid) ?? {};
      origins.set(process.pid, { executable, isUnread });
    }
  return { table: reading.value, origins };
}
