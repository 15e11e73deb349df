/** What vigil itself makes and tidies up below a workspace, as a type: `host/workspace` does it.
 * Nothing here throws. */
import type { Reading } from '../model.ts';
import type { AgentFile, AgentPlace } from '../termination/agent-files.ts';
import type { DeployIntent } from './deployment.ts';
import type { FoundFile } from './left-files.ts';
import type { ShutdownState } from './shutdown-journal.ts';

export type FoundIntent = {
  readonly path: string;
  /** What it says, or why it cannot be understood. */
  readonly intent: Reading<DeployIntent>;
  /** Its vigil was gone before it was written, and so before anything was made. */
  readonly isUnwritten: boolean;
  /** The vigil that wrote it still runs. */
  readonly isRunning: boolean;
};

export type ShutdownClaim = { release(): void };

export type Grounds = {
  /** What is free on the workspace's file system, bytes. */
  freeBytes(workspace: string): Reading<number>;
  /** Makes what is not there of a task's directories for logs, and sees that it can be written to.
   * @returns which were made. */
  openPlaces(workspace: string, task: string): Reading<readonly AgentPlace[]>;
  /** A new file, for its owner alone. One that is there is never written over. */
  createFile(file: AgentFile, content: string): Reading<true>;
  /** @returns whether it was there, and empty. */
  removeEmptyPlace(workspace: string, task: string, place: AgentPlace): Reading<boolean>;
  /** Durable when it returns. */
  writeIntent(intent: DeployIntent): Reading<true>;
  removeIntent(intent: DeployIntent): Reading<true>;
  /** For one that is none yet. */
  removeUnwritten(found: FoundIntent): Reading<true>;
  intents(workspace: string): readonly FoundIntent[];
  /** Everything in a workspace that may be left over: prompts, logs, directories for them, and what a
   * vigil that was killed left of its own. */
  leftOvers(workspace: string): readonly FoundFile[];
  /** Removes a lock or a temporary file of vigil's own, if it still is as it was found. */
  removeOwn(file: FoundFile): Reading<boolean>;
  /** Held until it is released, or until its holder is gone. @returns who holds it otherwise. */
  claimShutdown(workspace: string): Promise<Reading<ShutdownClaim>>;
  /** @returns nothing where there is none. */
  readShutdown(workspace: string): Reading<ShutdownState | undefined>;
  /** Durable when it returns. */
  writeShutdown(workspace: string, state: ShutdownState): Reading<true>;
  /** @returns the path, where it is a directory. */
  existing(path: string | undefined): string | undefined;
  /** Random hexadecimal digits. */
  random(): string;
};
