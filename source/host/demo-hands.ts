/** The demo changes nothing, and says so. */
import type { Grounds } from '../core/lifecycle/grounds.ts';
import type { RegistryStore } from '../core/registry/store.ts';
import type { Hands } from '../core/termination/hands.ts';

const isDemo = 'this is a demo: there is nothing to change';
const failed = { ok: false, reason: isDemo } as const;

const refused = async (path = 'demo') =>
  ({ kind: 'refused', path, reason: isDemo, written: [] }) as const;

export const demoStore: RegistryStore = {
  update: ({ files }) => refused(files[0]?.path),
  recover: async () => [],
  backUp: async () => failed,
  backups: async () => [],
  isRestored: async () => false,
  rebuild: ({ target }) => refused(target.path),
  restore: ({ original }) => refused(original),
};

export const demoHands: Hands = {
  hold: () => [],
  isItself: () => true,
  signal: () => 'denied',
  killSession: async () => failed,
  startSession: async () => failed,
  readScreen: async () => failed,
  letGo: async () => failed,
  noteStopped: () => true,
  wakeLeft: () => [],
  removeFile: () => ({ ok: true, value: false }),
  archiveFile: () => ({ ok: true, value: false }),
  abandon: () => [],
  release: () => undefined,
  noteEnding: () => undefined,
  audit: () => undefined,
  note: () => undefined,
  isThere: () => false,
  troubles: () => [],
};

export const demoGrounds: Grounds = {
  freeBytes: () => failed,
  openPlaces: () => failed,
  createFile: () => failed,
  removeEmptyPlace: () => failed,
  writeIntent: () => failed,
  removeIntent: () => failed,
  removeUnwritten: () => failed,
  intents: () => [],
  leftOvers: () => [],
  removeOwn: () => failed,
  claimShutdown: async () => failed,
  self: () => ({ pid: 0, start: '' }),
  readShutdown: () => ({ ok: true, value: undefined }),
  writeShutdown: () => failed,
  existing: () => undefined,
  random: () => '0',
};
