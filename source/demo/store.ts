/** Changing made-up registries, their backups and what is restored from them: all of it in memory. */
import type { Backup, BackupFile, RegistryStore } from '../core/ports/registry-store.ts';
import type { Registries } from './registries.ts';
import type { Timeline } from './timeline.ts';

const mostBackups = 10;

export function createStore(timeline: Timeline, registries: Registries): RegistryStore {
  const backups: Backup[] = [];
  /** By the path of the copy. */
  const copies = new Map<string, string>();
  const copyOf = ({ path }: BackupFile) => copies.get(path);
  const now = <T>(work: () => T): Promise<T> => {
    timeline.catchUp();
    return Promise.resolve(work());
  };
  return {
    update: update => now(() => registries.update(update)),
    recover: async () => [],
    backUp: (workspace, files, reason) =>
      now(() => {
        const time = new Date(timeline.wall()).toISOString().replaceAll(':', '-');
        const path = `${workspace}/registry/backups/${time}-${reason}`;
        const backup: Backup = {
          name: `${time}-${reason}`,
          path,
          files: files.map((file): BackupFile => {
            const copy = `${path}${file.path.slice(workspace.length)}`;
            const read = registries.read(file);
            copies.set(copy, registries.textOf(file.path) ?? '');
            return {
              original: file.path,
              scope: file.scope,
              path: copy,
              entries: read.ok ? { ok: true, value: read.value.content.entries.length } : read,
            };
          }),
        };
        backups.unshift(backup);
        for (const old of backups.splice(mostBackups))
          for (const file of old.files) copies.delete(file.path);
        return { ok: true, value: backup };
      }),
    backups: async () => [...backups],
    isRestored: async file => registries.textOf(file.original) === copyOf(file),
    restore: file =>
      now(() => {
        const text = copyOf(file);
        const { original: path } = file;
        if (text === undefined)
          return { kind: 'refused', path, reason: 'the backup is gone', written: [] };
        const isSame = registries.textOf(path) === text;
        if (!isSame) registries.replace(path, text);
        return { kind: 'done', written: isSame ? [] : [path], heldMs: 1 };
      }),
    rebuild: async ({ target }) => ({
      kind: 'refused',
      path: target.path,
      reason: 'it can be read now',
      written: [],
    }),
  };
}
