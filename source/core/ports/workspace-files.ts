/** Files that vigil creates and removes in a workspace. No method throws. */
import type { FoundFile } from '../lifecycle/leftover-files.ts';
import type { Reading } from '../model/model.ts';
import type { AgentPlace } from '../registry/agent-names.ts';
import type { AgentFile } from '../termination/agent-files.ts';

/** Files of one agent. A path that may lead out of the workspace is refused. */
export type AgentFiles = {
  /** Creates a file readable only by its owner; never overwrites one. */
  create(file: AgentFile, content: string): Reading<true>;
  /** Only for a dead agent. @returns whether the file existed. */
  remove(file: AgentFile): Reading<boolean>;
  /** @returns where it is now, absolute; undefined if it did not exist. */
  archive(file: AgentFile): Reading<string | undefined>;
  /** Whether the file exists, with the same path checks. */
  has(file: AgentFile): Reading<boolean>;
};

export type WorkspaceFiles = {
  /** Free space of the workspace's file system, bytes. */
  freeBytes(workspace: string): Reading<number>;
  /** Creates missing log directories of a task and verifies that all are writable.
   * @returns the created directories. */
  ensureAgentDirectories(workspace: string, task: string): Reading<readonly AgentPlace[]>;
  /** @returns whether the directory existed and was empty. */
  removeEmptyDirectory(workspace: string, task: string, place: AgentPlace): Reading<boolean>;
  /** Possible leftovers in a workspace: prompts, logs, their directories, and files of a killed
   * vigil. */
  listLeftovers(workspace: string): readonly FoundFile[];
  /** Removes a lock or temporary file of vigil if it has not changed since it was listed. */
  removeOwn(file: FoundFile): Reading<boolean>;
  /** @returns the path if it is a directory. */
  existingDirectory(path: string | undefined): string | undefined;
};
