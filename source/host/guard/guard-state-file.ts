/** The status of the guard in vigil's state directory: one file for each workspace. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type {
  GuardAlert,
  GuardFound,
  GuardSeen,
  GuardStatus,
} from '../../core/model/guard-status.ts';
import type { GuardStatusReader } from '../../core/ports/guard-ports.ts';
import { isThere } from '../processes/identity.ts';
import { writeWhole } from '../registry/durable-file.ts';
import { readOwnFile } from '../registry/safe-file.ts';
import { tryTo } from '../run/try-to.ts';
import { isTrusted, makeStateDirectory } from '../state/state-directory.ts';

const largestBytes = 1024 * 1024;
const keyLength = 16;

/** One path for each workspace; one for the machine if there is none. */
function statusPaths(directory: string, workspaces: readonly string[]): string[] {
  if (workspaces.length === 0) return [join(directory, 'guard-machine.json')];
  return workspaces.map(workspace => {
    const key = createHash('sha256').update(workspace).digest('hex').slice(0, keyLength);
    return join(directory, `guard-${key}.json`);
  });
}

/** @throws the system's error. */
export function writeStatus(
  directory: string,
  workspaces: readonly string[],
  status: GuardStatus,
): void {
  makeStateDirectory(directory);
  const content = Buffer.from(`${JSON.stringify(status)}\n`);
  for (const path of statusPaths(directory, workspaces)) writeWhole(path, content);
}

/** @returns the first status that is there, whether or not its guard is running. */
export function readStatus(
  directory: string,
  workspaces: readonly string[],
): GuardStatus | undefined {
  if (!isTrusted(directory)) return undefined;
  for (const path of statusPaths(directory, workspaces)) {
    const status = tryTo(() => {
      const file = readOwnFile(path, largestBytes);
      return file.ok ? statusIn(JSON.parse(String(file.value))) : undefined;
    });
    if (status !== undefined) return status;
  }
  return undefined;
}

/** For the screen: only of a guard that is running. @param directory vigil's state directory. */
export function createGuardStatusReader(directory: string, bootId: string): GuardStatusReader {
  return {
    read(workspaces) {
      const status = readStatus(directory, workspaces);
      return status !== undefined && status.bootId === bootId && isThere(status)
        ? status
        : undefined;
    },
  };
}

/** What is missing or of another type is left out; without an identity there is no status. */
function statusIn(value: unknown): GuardStatus | undefined {
  const fields = Object(value);
  const { pid, start, bootId, startedAt, health } = fields;
  if (!Number.isSafeInteger(pid) || pid <= 2 || !areTexts(start, bootId)) return undefined;
  const number = (name: string) => (Number.isFinite(fields[name]) ? fields[name] : undefined);
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  return {
    ...{ pid, start, bootId, startedAt: Number(startedAt) || 0 },
    lastLookAt: number('lastLookAt'),
    lastRunAt: number('lastRunAt'),
    intervalMs: number('intervalMs'),
    lastAction: text('lastAction'),
    lastActionAt: number('lastActionAt'),
    doing: text('doing'),
    alerts: listIn(fields.alerts).flatMap(alertOf),
    health: health === 'warning' || health === 'critical' ? health : 'good',
    seen: listIn(fields.seen).flatMap(seenOf),
    found: listIn(fields.found).flatMap(foundOf),
    ghostsSince: number('ghostsSince'),
  };
}

function alertOf(value: unknown): GuardAlert[] {
  const { name, since, text } = Object(value);
  return areTexts(name, text) && Number.isFinite(since) ? [{ name, since, text }] : [];
}

function seenOf(value: unknown): (readonly [string, GuardSeen])[] {
  const [key, seen] = listIn(value);
  const { verdict, since, looks } = Object(seen);
  const isWhole = areTexts(key, verdict) && Number.isFinite(since) && Number.isSafeInteger(looks);
  return isWhole ? [[key as string, { verdict, since, looks }]] : [];
}

function foundOf(value: unknown): GuardFound[] {
  const { key, name, subject, target } = Object(value);
  return areTexts(key, name, subject, target) ? [{ key, name, subject, target }] : [];
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every(each => typeof each === 'string');
}
