/** Intents of deploys: one file each in `registry/intents/`, there from before the first thing is made
 * until the agent is on record. */
import { closeSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployIntent } from '../../core/lifecycle/deployment.ts';
import type { FoundIntent } from '../../core/lifecycle/grounds.ts';
import type { Reading } from '../../core/model.ts';
import { isThere } from '../identity.ts';
import {
  makeOwnDirectory,
  temporaryOf,
  unlinkIfThere,
  writeDurably,
} from '../registry/durable-file.ts';
import { openOwnFile, reasonOf } from '../registry/safe-file.ts';

/** An intent is a few hundred bytes. */
const largestBytes = 64 * 1024;

export function writeIntent(intent: DeployIntent): void {
  const path = pathOf(intent.workspace, intent.agentId);
  makeOwnDirectory(directoryOf(intent.workspace));
  if (existsSync(path)) throw new Error(`${path} is there already`);
  writeDurably(path, Buffer.from(`${JSON.stringify(intent, null, 2)}\n`));
}

export function removeIntent({ workspace, agentId }: DeployIntent): void {
  const path = pathOf(workspace, agentId);
  unlinkIfThere(temporaryOf(path));
  unlinkIfThere(path);
}

/** All of a workspace, those of a vigil that still deploys too. */
export function readIntents(workspace: string, bootId: string): FoundIntent[] {
  return namesIn(directoryOf(workspace))
    .filter(name => name.endsWith('.json'))
    .map(name => {
      const path = join(directoryOf(workspace), name);
      const intent = readIntent(path, workspace);
      return { path, intent, isRunning: intent.ok && isRunning(intent.value, bootId) };
    });
}

function directoryOf(workspace: string): string {
  return join(workspace, 'registry', 'intents');
}

function pathOf(workspace: string, agentId: string): string {
  return join(directoryOf(workspace), `${agentId}.json`);
}

function isRunning({ by }: DeployIntent, bootId: string): boolean {
  return by.bootId === bootId && isThere(by);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const texts = ['agentId', 'task', 'taskFile', 'session', 'socketPath', 'mark'] as const;

/** Paths in it are used: it must be ours, plain, and about the workspace that it lies in. */
function readIntent(path: string, workspace: string): Reading<DeployIntent> {
  const wrong = (reason: string) => ({ ok: false, reason }) as const;
  const file = openOwnFile(path, constants.O_RDONLY);
  if (!file.ok) return file;
  try {
    if (file.value.info.size > largestBytes) return wrong('it is too large for an intent');
    const value = JSON.parse(readFileSync(file.value.descriptor, 'utf8'));
    const isWhole =
      texts.every(name => typeof value?.[name] === 'string' && value[name] !== '') &&
      Number.isSafeInteger(value.by?.pid) &&
      typeof value.by?.start === 'string' &&
      value.workspace === workspace &&
      value.taskFile === join(workspace, value.task, 'AGENT_REGISTRY.json') &&
      value.session === `agent_${value.agentId}` &&
      path === pathOf(workspace, value.agentId);
    return isWhole ? { ok: true, value } : wrong('it is no intent of this workspace');
  } catch (error) {
    return wrong(error instanceof SyntaxError ? 'it is not whole' : reasonOf(error));
  } finally {
    closeSync(file.value.descriptor);
  }
}
