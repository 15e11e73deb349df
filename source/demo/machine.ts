/** A made-up machine: everything that a host reads and changes, in memory. The demo's story is played
 * on one, and tests build theirs on it. */
import type { FoundFile } from '../core/lifecycle/leftover-files.ts';
import type { ShutdownState } from '../core/lifecycle/shutdown-journal.ts';
import type { KillNote } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import { createProcesses } from './processes.ts';
import { createRegistries } from './registries.ts';
import { createSessions } from './sessions.ts';
import { createTimeline } from './timeline.ts';

export type Machine = ReturnType<typeof createMachine>;

/** @param clock what its time follows. @returns a machine without a process. */
export function createMachine(clock: Pick<Clock, 'now'>) {
  const timeline = createTimeline(clock);
  const processes = createProcesses(timeline);
  return {
    timeline,
    processes,
    sessions: createSessions(timeline, processes),
    registries: createRegistries(timeline),
    /** Prompts and logs, by path. */
    files: new Map<string, FoundFile>(),
    /** Kill sets of terminations that are under way. */
    endings: new Map<string, KillNote>(),
    /** What shutdowns wrote, the last one last. */
    shutdowns: [] as ShutdownState[],
  };
}
