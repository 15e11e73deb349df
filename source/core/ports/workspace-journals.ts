/** What vigil writes down in a workspace, so that the next vigil can finish or undo it. Nothing here throws. */
import type { DeployIntent } from '../lifecycle/deployment.ts';
import type { ShutdownState } from '../lifecycle/shutdown-journal.ts';
import type { Reading } from '../model/model.ts';

export type FoundIntent = {
  readonly path: string;
  /** Its content, or why it cannot be read. */
  readonly intent: Reading<DeployIntent>;
  /** Its vigil was gone before it was written, and so before anything was made. */
  readonly isUnwritten: boolean;
  /** The vigil that wrote it still runs. */
  readonly isRunning: boolean;
};

export type DeployJournal = {
  /** Random hexadecimal digits, to name a deploy by. */
  random(): string;
  /** Durable when it returns. */
  write(intent: DeployIntent): Reading<true>;
  remove(intent: DeployIntent): Reading<true>;
  /** Removes one that was never written to its end. */
  removeUnwritten(found: FoundIntent): Reading<true>;
  read(workspace: string): readonly FoundIntent[];
};

export type ShutdownClaim = { release(): void };

export type ShutdownJournal = {
  /** Held until it is released, or until its holder is gone. @returns the holder's name otherwise. */
  claim(workspace: string): Promise<Reading<ShutdownClaim>>;
  /** @returns nothing where there is none. */
  read(workspace: string): Reading<ShutdownState | undefined>;
  /** Durable when it returns. */
  write(workspace: string, state: ShutdownState): Reading<true>;
};
