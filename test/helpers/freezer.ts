/** Control groups that freeze their processes: version 1, where even SIGKILL is not delivered
 * (state D), and version 2, where it is. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

export type Freezer = {
  freeze(pids: readonly number[]): Promise<void>;
  thaw(): void;
  close(): void;
};

const mounts = {
  1: ['/sys/fs/cgroup/freezer'],
  2: ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'],
} as const;

/** @throws if this machine does not allow such groups: these tests need root. */
export function createFreezer(version: 1 | 2): Freezer {
  const mark = version === 1 ? 'cgroup.clone_children' : 'cgroup.controllers';
  const mount = mounts[version].find(path => existsSync(join(path, mark)));
  if (mount === undefined) throw new Error(`no control groups of version ${version} here`);
  // A pid names a process in its own namespace only.
  const group = join(mount, `vigil-test-${randomBytes(8).toString('hex')}`);
  mkdirSync(group);
  const set = (isFrozen: boolean) =>
    version === 1
      ? writeFileSync(join(group, 'freezer.state'), isFrozen ? 'FROZEN' : 'THAWED')
      : writeFileSync(join(group, 'cgroup.freeze'), isFrozen ? '1' : '0');
  const isFrozen = () =>
    version === 1
      ? readFileSync(join(group, 'freezer.state'), 'utf8') === 'FROZEN\n'
      : /^frozen 1$/m.test(readFileSync(join(group, 'cgroup.events'), 'utf8'));
  return {
    async freeze(pids) {
      for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid));
      set(true);
      await eventually('the group is frozen', isFrozen);
    },
    thaw: () => set(false),
    close() {
      set(false);
      const deadline = Date.now() + 5000;
      for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8')
        .split('\n')
        .filter(Boolean))
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has exited since.
        }
      for (;;)
        try {
          return rmdirSync(group);
        } catch (error) {
          // Exiting processes stay in it for a moment.
          if (Date.now() > deadline) throw error;
        }
    },
  };
}
