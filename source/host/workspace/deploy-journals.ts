/** Deploy journals: one file each in `registry/intents/`, from before anything is created until
 * the agent is in the registry. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployIntent } from '../../core/lifecycle/deployment.ts';
import type { Reading } from '../../core/model/model.ts';
import type { FoundIntent } from '../../core/ports/workspace-journals.ts';
import { agentSession } from '../../core/registry/agent-names.ts';
import { isOver } from '../processes/identity.ts';
import {
  makeOwnDirectory,
  temporaryOf,
  unlinkIfThere,
  writeDurably,
} from '../registry/durable-file.ts';
import { readOwnFile, reasonOf } from '../registry/safe-file.ts';
import { databasePath } from '../registry/sqlite/database-path.ts';
import { namesIn } from '../run/try-to.ts';
import { socketPathOf } from '../tmux/socket-path.ts';

/** A journal takes a few hundred bytes. */
const largestBytes = 64 * 1024;

export function writeDeployJournal(intent: DeployIntent): void {
  const path = pathOf(intent);
  makeOwnDirectory(directoryOf(intent.workspace));
  if (existsSync(path)) throw new Error(`${path} already exists`);
  writeDurably(path, Buffer.from(`${JSON.stringify(intent, null, 2)}\n`));
}

export function removeDeployJournal(intent: DeployIntent): void {
  const path = pathOf(intent);
  unlinkIfThere(temporaryOf(path));
  unlinkIfThere(path);
}

/** All journals of a workspace, including those of deploys in progress. */
export function readDeployJournals(workspace: string, bootId: string): FoundIntent[] {
  const directory = directoryOf(workspace);
  return namesIn(directory).flatMap(name => {
    const [, pid, start = '', unwritten] = named.exec(name) ?? [];
    if (pid === undefined) return [];
    const path = join(directory, name);
    const isUnwritten = unwritten !== undefined;
    const intent: Reading<DeployIntent> = isUnwritten
      ? { ok: false, reason: 'it was not written' }
      : readIntent(path, workspace);
    const isOfThisBoot = !intent.ok || intent.value.by.bootId === bootId;
    const isRunning = isOfThisBoot && !isOver({ pid: Number(pid), start });
    return [{ path, intent, isUnwritten, isRunning }];
  });
}

/** The name contains the owner, so that even an incomplete journal has one. */
const named = /^(\d+)-(\d+)-.+\.json(\.tmp)?$/;

function directoryOf(workspace: string): string {
  return join(workspace, 'registry', 'intents');
}

function pathOf({ workspace, agentId, by }: DeployIntent): string {
  return join(directoryOf(workspace), `${by.pid}-${by.start}-${agentId}.json`);
}

const texts = ['agentId', 'task', 'taskFile', 'session', 'socketPath', 'mark'] as const;

/** Its paths are acted on, so it must be ours, a regular file, and about its own workspace. */
function readIntent(path: string, workspace: string): Reading<DeployIntent> {
  const wrong = (reason: string) => ({ ok: false, reason }) as const;
  try {
    const file = readOwnFile(path, largestBytes, 'too large for a deploy journal');
    if (!file.ok) return file;
    const value = JSON.parse(String(file.value));
    const isWhole =
      texts.every(name => typeof value?.[name] === 'string' && value[name] !== '') &&
      Number.isSafeInteger(value.by?.pid) &&
      typeof value.by?.start === 'string' &&
      value.workspace === workspace &&
      value.taskFile === join(workspace, value.task, 'AGENT_REGISTRY.json') &&
      [undefined, join(workspace, databasePath)].includes(value.databaseFile) &&
      value.session === agentSession(value.agentId) &&
      path === pathOf(value);
    if (!isWhole) return wrong('not a deploy journal of this workspace');
    return { ok: true, value: { ...value, socketPath: socketPathOf(value.socketPath) } };
  } catch (error) {
    return wrong(error instanceof SyntaxError ? 'incomplete' : reasonOf(error));
  }
}
