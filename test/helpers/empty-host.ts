/** Ports for tests: a machine without processes, where nothing may be changed. */

import type { Host } from '../../source/core/ports/host.ts';
import { nothingOf } from '../fixtures/nothing.ts';

/** A port that must not be used: any call fails the test. */
const unexpected = <Port extends object>(): Port =>
  new Proxy({} as Port, {
    get: (_port, name) => () => {
      throw new Error(`${String(name)} was called, and nothing was to be changed`);
    },
  });

/** No processes, no registry, and any change fails the test. */
export const emptyHost: Host = {
  machine: { host: 'h', bootId: 'boot', uid: 1000, pid: 99_999 },
  clock: unexpected(),
  readVitals: () => undefined,
  processes: {
    read: async () => ({ ok: true, value: [] }),
    readOrigins: () => new Map(),
    readDescriptors: () => new Map(),
    readDirectories: () => new Map(),
    readPorts: () => new Map(),
    inspect: async ({ key }) => nothingOf(key),
    isRunning: () => false,
  },
  servers: {
    areChosen: false,
    read: async () => [],
    readWith: async () => [],
    find: async () => ({ readings: [], lost: [] }),
  },
  registries: {
    read: async () => ({ workspaces: [], registries: [], problems: [] }),
    readAround: async () => [],
  },
  recorders: { read: () => [] },
  managerRecords: { read: () => [] },
  sightings: {
    read: () => [],
    keep: () => undefined,
    readTracked: () => [],
    track: () => undefined,
  },
  control: unexpected(),
  sessions: unexpected(),
  owners: unexpected(),
  logins: { read: () => undefined },
  killJournal: unexpected(),
  killRecovery: { read: () => [], resumeStopped: () => [], releaseOnExit: () => [] },
  auditLog: unexpected(),
  agentFiles: unexpected(),
  workspaceFiles: unexpected(),
  deployJournal: unexpected(),
  shutdownJournal: unexpected(),
  registryStore: unexpected(),
};
