/** The process table as it is now, for running terminations and a freeze. */
import { mayBeAdopted } from '../evidence/adoption.ts';
import { createProcessTree, isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Origin, type Process } from '../model/model.ts';
import type { Processes } from '../ports/processes.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { isLikelyUsersProgram } from '../programs/users-programs.ts';
import type { Member } from './kill-set.ts';

/** Start times are ticks since boot, and the boot time is known only to the second. */
const startToleranceMs = 2000;

/** Reads one table for all targets, and the marks of processes that are new or were reparented. Marks below a
 * tmux server are ignored: they are inherited from the process that started the server. */
export async function pollFor(
  processes: Pick<Processes, 'read' | 'readOrigins'>,
  targets: readonly { readonly members: readonly Member[] }[],
  recogniser: Recogniser,
  startedAt: number,
) {
  const reading = await processes.read();
  if (!reading.ok) return { table: undefined, origins: new Map<number, Origin>() };
  const known = new Set(targets.flatMap(({ members }) => members.map(identityOf)));
  const tree = createProcessTree(reading.value);
  const isUnderTmux = (process: Process) =>
    tree.ancestorsOf(process).some(parent => recogniser(parent).kind === 'tmux server');
  const read = reading.value.filter(
    process =>
      (process.startedAt >= startedAt - startToleranceMs ||
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
      // Keep the executable, drop the marks.
      const { executable, isUnread } = origins.get(process.pid) ?? {};
      origins.set(process.pid, { executable, isUnread });
    }
  return { table: reading.value, origins };
}
