/** A reconcile compares each registry with its newest backup, and reads no older ones. */
import { expect, it } from 'vitest';
import type { Backup } from '../../source/core/ports/registry-store.ts';
import { preview } from '../../source/core/reconcile/reconcile.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { entry, inventory, registry, workspace } from '../helpers/inventory.ts';

const task = registry('task', [entry('a-1', 'working')]);
const global = registry('global', [entry('a-1', 'working')]);

/** @param entries of a copy by the path of its registry; none if it cannot be read. */
function backup(name: string, entries: Readonly<Record<string, number | undefined>>): Backup {
  const files = Object.entries(entries).map(([original, count]) => ({
    original,
    scope: 'task' as const,
    path: `/b/${name}${original}`,
    entries:
      count === undefined
        ? { ok: false as const, reason: 'broken' }
        : { ok: true as const, value: count },
    statuses: new Map(),
  }));
  return { name, path: `/b/${name}`, files };
}

async function previewed(...backups: readonly Backup[]) {
  const { host } = createFakeMachine();
  const read: string[] = [];
  const found = await preview(
    {
      host: {
        ...host,
        registryStore: {
          ...emptyHost.registryStore,
          async backups(_workspace, isEnough) {
            const made: Backup[] = [];
            for (const each of backups) {
              read.push(each.name);
              made.push(each);
              if (isEnough?.(made)) break;
            }
            return made;
          },
        },
      },
      monitor: {
        poll: async () => snapshotOf([]),
        pollUntilSettled: async () => snapshotOf([]),
        inventory: () => inventory({ registries: [task, global] }, { workspaces: [workspace] }),
      },
    },
    false,
  );
  return { read, reasons: found.kind === 'lost' ? found.reasons : [] };
}

it('is content with the newest if all registries are in it', async () => {
  const newest = backup('3', { [task.path]: 1, [global.path]: 1 });
  const older = backup('2', { [task.path]: 40, [global.path]: 40 });
  expect(await previewed(newest, older)).toEqual({ read: ['3'], reasons: [] });
});

it('reads on where one is missing or cannot be read, to the newest that has it', async () => {
  const broken = backup('3', { [task.path]: 1, [global.path]: undefined });
  const missing = backup('2', { [task.path]: 30 });
  const older = backup('1', { [task.path]: 40, [global.path]: 40 });
  const oldest = backup('0', { [global.path]: 50 });
  expect(await previewed(broken, missing, older, oldest)).toEqual({
    read: ['3', '2', '1'],
    reasons: [`${global.path} has 1 agents, but 40 in backup 1`],
  });
});
