/** The guard's files: its locks, its status, and its sign of life in each workspace. */
import { join } from 'node:path';
import type { GuardFiles } from '../../core/ports/guard-ports.ts';
import { selfRef } from '../processes/identity.ts';
import { writeWhole } from '../registry/durable-file.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { guardLockPaths, lockGuard } from './guard-lock.ts';
import { readStatus, writeStatus } from './guard-state-file.ts';

/** @param directory vigil's state directory. */
export function createGuardFiles(directory: string, bootId: string): GuardFiles {
  let failures = new Set<string>();
  const attempt = (what: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      failures.add(`cannot write ${what}: ${reasonOf(error)}`);
    }
  };
  return {
    async claim(workspaces) {
      const owner = { ...selfRef(), bootId, startedAt: Date.now() };
      const subjects = workspaces.length === 0 ? [undefined] : [...workspaces].sort();
      const releases: (() => void)[] = [];
      const release = () => {
        for (const each of releases.splice(0)) each();
      };
      const previous = [];
      for (const path of subjects.flatMap(each => guardLockPaths(each, directory))) {
        const lock = await lockGuard(path, owner);
        if (!lock.ok) {
          release();
          return lock;
        }
        releases.push(lock.value.release);
        if (lock.value.previous !== undefined) previous.push(lock.value.previous);
      }
      return { ok: true, value: { previous: previous[0], release } };
    },
    read: workspaces => readStatus(directory, workspaces),
    write: (workspaces, status) =>
      attempt('the status of the guard', () => writeStatus(directory, workspaces, status)),
    beat(workspaces, at) {
      const content = Buffer.from(`${Math.floor(at / 1000)}\n`);
      for (const workspace of workspaces) {
        const path = join(workspace, '.daemon_health');
        attempt(path, () => writeWhole(path, content));
      }
    },
    warnings() {
      const taken = [...failures];
      failures = new Set();
      return taken;
    },
  };
}
