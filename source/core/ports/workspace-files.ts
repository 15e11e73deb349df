/** Files that vigil makes and removes below a workspace. Nothing here throws. */
import type { FoundFile } from '../lifecycle/left-files.ts';
import type { Reading } from '../model/model.ts';
import type { AgentPlace } from '../registry/agent-names.ts';
import type { AgentFile } from '../termination/agent-files.ts';

/** Files of one agent; a path that may lead elsewhere is refused. */
export type AgentFiles = {
  /** A new file, for its owner alone. An existing one is never overwritten. */
  create(file: AgentFile, content: string): Reading<true>;
  /** For an agent that is dead. @returns whether it was there. */
  remove(file: AgentFile): Reading<boolean>;
  archive(file: AgentFile): Reading<boolean>;
  /** By the same rules, and changes nothing. */
  has(file: AgentFile): Reading<boolean>;
};

export type WorkspaceFiles = {
  /** What is free on the workspace's file system, bytes. */
  freeBytes(workspace: string): Reading<number>;
  /** Makes the missing ones of a task's log directories, and checks that they can be written to.
   * @returns which were made. */
  ensureAgentDirectories(workspace: string, task: string): Reading<readonly AgentPlace[]>;
  /** @returns whether it was there, and empty. */
  removeEmptyDirectory(workspace: string, task: string, place: AgentPlace): Reading<boolean>;
  /** Everything in a workspace that may be left over: prompts, logs, directories for them, and vigil's own
   * files of a run that was killed. */
  listLeftovers(workspace: string): readonly FoundFile[];
  /** Removes a lock or a temporary file of vigil's own, if it still is as it was found. */
  removeOwn(file: FoundFile): Reading<boolean>;
  /** @returns the path, where it is a directory. */
  existingDirectory(path: string | undefined): string | undefined;
};
