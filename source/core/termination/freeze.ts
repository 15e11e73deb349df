/** Stops all members before killing any, because a stopped process cannot fork or respawn others. Repeats until
 * a pass finds no new member, then sends SIGKILL to all. */
import type { Process } from '../model/model.ts';
import type { KillJournal } from '../ports/kill-journal.ts';
import type { Termination } from './termination.ts';

/** A tree that is still growing after this many passes is killed anyway, and polled again. */
const maxPasses = 10;

/** @param poll reads a new process table; if it cannot be read, nothing is signalled. */
export async function freezeAndKill(
  terminations: readonly Termination[],
  poll: () => Promise<readonly Process[] | undefined>,
  journal: Pick<KillJournal, 'recordStopped'>,
): Promise<void> {
  for (let pass = 0; pass < maxPasses; pass++) {
    const table = await poll();
    if (table === undefined) return;
    for (const termination of terminations) termination.update(table);
    const running = terminations.flatMap(termination =>
      notStopped(termination).map(process => ({ termination, process })),
    );
    if (running.length === 0) break;
    // If the journal cannot be written, skip SIGSTOP and kill them as they run, round by round.
    if (!journal.recordStopped(running.map(each => each.process))) break;
    for (const { termination, process } of running) {
      const member = termination.member(process);
      if (member !== undefined) termination.send(member, 'SIGSTOP');
    }
  }
  for (const termination of terminations)
    for (const process of termination.alive()) {
      const member = termination.member(process);
      if (member !== undefined) termination.send(member, 'SIGKILL');
    }
}

/** Members that were not sent SIGSTOP yet. */
function notStopped(termination: Termination): readonly Process[] {
  return termination.alive().filter(process => !termination.has(process, 'SIGSTOP'));
}
