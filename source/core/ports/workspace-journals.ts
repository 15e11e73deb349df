/** Journals in a workspace that let the next vigil finish or roll back an operation. No method throws. */
import type { DeployIntent } from '../lifecycle/deployment.ts';
import type { ShutdownState } from '../lifecycle/shutdown-journal.ts';
import type { Reading } from '../model/model.ts';

export type FoundIntent = {
  readonly path: string;
  /** Its content, or why it cannot be read. */
  readonly intent: Reading<DeployIntent>;
  /** Its vigil exited before the journal was complete, so nothing was created. */
  readonly isUnwritten: boolean;
  /** The vigil that wrote it is still running. */
  readonly isRunning: boolean;
};

export type DeployJournal = {
  /** Random hexadecimal digits for agent ids and marks. */
  random(): string;
  /** Synced to disk on return. */
  write(intent: DeployIntent): Reading<true>;
  remove(intent: DeployIntent): Reading<true>;
  /** Removes an incomplete journal. */
  removeUnwritten(found: FoundIntent): Reading<true>;
  read(workspace: string): readonly FoundIntent[];
};

export type ShutdownClaim = { release(): void };

export type ShutdownJournal = {
  /** Held until released or until its holder exits. @returns the holder's name if already claimed. */
  claim(workspace: string): Promise<Reading<ShutdownClaim>>;
  /** @returns `undefined` if there is no journal. */
  read(workspace: string): Reading<ShutdownState | undefined>;
  /** Synced to disk on return. */
  write(workspace: string, state: ShutdownState): Reading<true>;
};
