/** A store for hosts in tests that change nothing: any change is a failure of the test. */

import type { Grounds } from '../../source/core/lifecycle/grounds.ts';
import type { RegistryStore } from '../../source/core/registry/store.ts';
import type { Hands } from '../../source/core/termination/hands.ts';

const unexpected = () => {
  throw new Error('nothing was to be changed');
};

export const noStore: RegistryStore = {
  update: unexpected,
  recover: unexpected,
  backUp: unexpected,
  backups: unexpected,
  restore: unexpected,
  isRestored: unexpected,
  rebuild: unexpected,
};

/** Hands that touch nothing: any signal is a failure of the test. */
export const noHands: Hands = {
  hold: unexpected,
  isItself: unexpected,
  signal: unexpected,
  killSession: unexpected,
  startSession: unexpected,
  readScreen: unexpected,
  letGo: unexpected,
  noteStopped: unexpected,
  wakeLeft: unexpected,
  removeFile: unexpected,
  archiveFile: unexpected,
  hasFile: unexpected,
  abandon: unexpected,
  release: unexpected,
  noteEnding: unexpected,
  noteStages: unexpected,
  audit: unexpected,
  note: unexpected,
  isThere: unexpected,
  troubles: unexpected,
};

/** Grounds where nothing is made or tidied up. */
export const noGrounds: Grounds = {
  freeBytes: unexpected,
  openPlaces: unexpected,
  createFile: unexpected,
  removeEmptyPlace: unexpected,
  writeIntent: unexpected,
  removeIntent: unexpected,
  removeUnwritten: unexpected,
  intents: unexpected,
  leftOvers: unexpected,
  removeOwn: unexpected,
  claimShutdown: unexpected,
  self: unexpected,
  readShutdown: unexpected,
  writeShutdown: unexpected,
  existing: unexpected,
  random: unexpected,
};
