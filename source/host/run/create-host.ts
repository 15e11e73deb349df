/** The Host port on the real machine. */
import { hostname } from 'node:os';
import type { Host } from '../../core/ports/host.ts';
import type { RegistryStore } from '../../core/ports/registry-store.ts';
import { readBootId } from '../processes/boot-id.ts';
import { createProcessSource } from '../processes/create-process-source.ts';
import { isOver } from '../processes/identity.ts';
import { processSource, readOnlyReason, unseenBy } from '../processes/process-source.ts';
import { createVitalsReader } from '../processes/vitals.ts';
import { createRecorders } from '../recorders/create-recorders.ts';
import { createManagerRecords } from '../recorders/managers/create-manager-records.ts';
import { createWorkspacesReader } from '../registry/files.ts';
import type { OnWrite } from '../registry/transaction.ts';
import { createAuditLog } from '../state/audit-log-file.ts';
import { createKillPorts } from '../state/kill-journal-file.ts';
import { createSightings } from '../state/sightings.ts';
import { logFileIn, stateDirectory } from '../state/state-directory.ts';
import { recreateSocket } from '../tmux/recreate-socket.ts';
import {
  clearRemainOnExit,
  createSessionKills,
  interrupt,
  readScreen,
  reapChildren,
  startSession,
} from '../tmux/session-control.ts';
import { socketDirectory } from '../tmux/socket-directory.ts';
import { createTmuxServers, type SocketChoice } from '../tmux/tmux.ts';
import { createDiscovery } from '../workspace/discovery.ts';
import { createWorkspacePorts } from '../workspace/workspace-ports.ts';
import { findWorkspaces, readRegistriesAround } from '../workspace/workspaces.ts';
import { inspect } from './inspect.ts';
import { createOwners } from './owner-stop.ts';
import { clock } from './system-clock.ts';

export type HostOptions = {
  readonly workspaces: readonly string[];
  /** Also those around the directories that agents work in. */
  readonly discover?: boolean;
  readonly sockets: SocketChoice;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Default: in the state directory. */
  readonly logFile?: string;
  /** The command, for the audit log. */
  readonly command: string;
  /** Id of the run that a vigil on another machine has asked for, for the audit log. */
  readonly run?: string;
};

export function createHost(options: HostOptions): Host {
  const uid = process.getuid?.() ?? -1;
  // Every snapshot reports that a workspace is read-only.
  const { current, discover } = createDiscovery(findWorkspaces(options.workspaces, options.cwd));
  const bootId = readBootId();
  const state = stateDirectory(options.env);
  const { logFile } = options;
  const { command } = options;
  const log = createAuditLog(
    logFile ?? logFileIn(options.env),
    { uid, command, run: options.run },
    logFile !== undefined,
  );
  const { control, logins, ...source } = createProcessSource(processSource, clock.steadyNow);
  return {
    clock,
    machine: { host: hostname(), bootId, uid, pid: process.pid, unseen: unseenBy(processSource) },
    readOnlyReason: readOnlyReason(),
    readVitals: createVitalsReader(),
    processes: {
      ...source,
      inspect,
      isRunning: process => !isOver(process),
    },
    servers: createTmuxServers(socketDirectory(options.env, uid), options.sockets),
    registries: {
      read: createWorkspacesReader(current),
      readAround: readRegistriesAround,
      discover: options.discover === true ? discover : undefined,
    },
    recorders: createRecorders(options.env, uid, bootId),
    managerRecords: createManagerRecords(options.env, uid),
    sightings: createSightings(state, bootId),
    ...createWorkspacePorts(bootId),
    control,
    sessions: {
      start: startSession,
      kill: createSessionKills(),
      readScreen,
      reapChildren,
      clearRemainOnExit,
      interrupt,
      recreateSocket,
    },
    owners: createOwners(options.env),
    logins,
    ...createKillPorts(state, bootId),
    auditLog: log,
    registryStore: lateRegistryStore((registry, modified, waited) => {
      const waitedMs = Math.round(waited * 10) / 10;
      log.write({ registry, modified: String(modified), command, waitedMs });
    }),
  };
}

/** Loads the registry store on the first change: most runs make none. */
function lateRegistryStore(wrote: OnWrite): RegistryStore {
  let loaded: Promise<RegistryStore> | undefined;
  const store = () => {
    loaded ??= import('../registry/store.ts').then(({ createRegistryStore }) =>
      createRegistryStore(wrote),
    );
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
