/** The boundary between vigil and the machine. Adapters are in `source/host`, fakes in tests and the demo; a
 * function takes only the ports that it uses, for example `Pick<Host, 'clock' | 'processes'>`. */
import type { Machine, Vitals } from '../model/model.ts';
import type { AuditLog } from './audit-log.ts';
import type { Clock } from './clock.ts';
import type { KillJournal, KillRecovery } from './kill-journal.ts';
import type { Logins } from './logins.ts';
import type { ManagerRecords } from './manager-records.ts';
import type { Owners } from './owners.ts';
import type { ProcessControl } from './process-control.ts';
import type { Processes } from './processes.ts';
import type { Recorders } from './recorders.ts';
import type { Registries, Sightings } from './registries.ts';
import type { RegistryStore } from './registry-store.ts';
import type { SessionControl, TmuxServers } from './sessions.ts';
import type { AgentFiles, WorkspaceFiles } from './workspace-files.ts';
import type { DeployJournal, ShutdownJournal } from './workspace-journals.ts';

/** The ports that a poll reads from; none of them changes anything. */
export type Sources = {
  readonly clock: Clock;
  readonly machine: Machine;
  /** `undefined` where load and memory are unavailable. */
  readVitals(): Vitals | undefined;
  readonly processes: Processes;
  readonly servers: TmuxServers;
  readonly registries: Registries;
  readonly recorders: Recorders;
  readonly managerRecords: ManagerRecords;
  readonly sightings: Sightings;
  readonly killRecovery: KillRecovery;
};

/** All ports. */
export type Host = Sources & {
  /** Why nothing may be started, signalled or removed; `undefined` unless read-only. */
  readonly readOnlyReason?: string;
  readonly control: ProcessControl;
  readonly sessions: SessionControl;
  readonly owners: Owners;
  readonly logins: Logins;
  readonly killJournal: KillJournal;
  readonly auditLog: AuditLog;
  readonly agentFiles: AgentFiles;
  readonly workspaceFiles: WorkspaceFiles;
  readonly deployJournal: DeployJournal;
  readonly shutdownJournal: ShutdownJournal;
  /** Every registry write goes through this port. */
  readonly registryStore: RegistryStore;
};
