/** Stopping everybody before anybody is killed: who is stopped cannot fork, fork back or respawn. Pass by
 * pass, until one finds nobody new; then SIGKILL to all of them at once. */
import type { Process } from '../model/model.ts';
import type { KillJournal } from '../ports/kill-journal.ts';
import type { Ending } from './ending.ts';

/** A tree that still grows after this many passes is killed as it is, and looked at again. */
const mostPasses = 10;

/** @param look a new table; nothing where it cannot be read: then nobody is signalled. */
export async function freezeAndKill(
  endings: readonly Ending[],
  look: () => Promise<readonly Process[] | undefined>,
  journal: Pick<KillJournal, 'recordStopped'>,
): Promise<void> {
  for (let pass = 0; pass < mostPasses; pass++) {
    const table = await look();
    if (table === undefined) return;
    for (const ending of endings) ending.see(table);
    const running = endings.flatMap(ending =>
      notStopped(ending).map(process => ({ ending, process })),
    );
    if (running.length === 0) break;
    // If the journal cannot be written, skip SIGSTOP and kill them as they run, round by round.
    if (!journal.recordStopped(running.map(each => each.process))) break;
    for (const { ending, process } of running) {
      const member = ending.member(process);
      if (member !== undefined) ending.send(member, 'SIGSTOP');
    }
  }
  for (const ending of endings)
    for (const process of ending.alive()) {
      const member = ending.member(process);
      if (member !== undefined) ending.send(member, 'SIGKILL');
    }
}

/** Members that were not told to stop yet. */
function notStopped(ending: Ending): readonly Process[] {
  return ending.alive().filter(process => !ending.has(process, 'SIGSTOP'));
}
