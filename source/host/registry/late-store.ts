/** Loads the registry store on the first change: most runs make none. */
import type { RegistryStore } from '../../core/ports/registry-store.ts';
import type { OnWrite } from './store.ts';

export function lateRegistryStore(wrote: OnWrite): RegistryStore {
  let loaded: Promise<RegistryStore> | undefined;
  const store = () => {
    loaded ??= import('./store.ts').then(({ createRegistryStore }) => createRegistryStore(wrote));
    return loaded;
  };
  return {
    update: async update => (await store()).update(update),
    recover: async files => (await store()).recover(files),
    backUp: async (...words) => (await store()).backUp(...words),
    backups: async (...words) => (await store()).backups(...words),
    isRestored: async file => (await store()).isRestored(file),
    rebuild: async rebuilding => (await store()).rebuild(rebuilding),
    restore: async (...words) => (await store()).restore(...words),
  };
}
