/** The only seam between vigil and the machine: one port for each need. Adapters live in `source/host`; tests
 * and the demo give their own. A function takes the ports that it uses: `Pick<Host, 'clock' | 'processes'>`. */
import type { Machine, Vitals } from '../model/model.ts';
import type { AuditLog } from './audit-log.ts';
import type { Clock } from './clock.ts';
import type { KillJournal, KillRecovery } from './kill-journal.ts';
import type { ProcessControl } from './process-control.ts';
import type { Processes } from './processes.ts';
import type { Registries, Sightings } from './registries.ts';
import type { RegistryStore } from './registry-store.ts';
import type { SessionControl, TmuxServers } from './sessions.ts';
import type { AgentFiles, WorkspaceFiles } from './workspace-files.ts';
import type { DeployJournal, ShutdownJournal } from './workspace-journals.ts';

/** The ports of a poll: nothing of the machine is changed through them. */
export type Sources = {
  readonly clock: Clock;
  readonly machine: Machine;
  /** Without it the header omits the machine's load. */
  readVitals(): Vitals | undefined;
  readonly processes: Processes;
  readonly servers: TmuxServers;
  readonly registries: Registries;
  readonly sightings: Sightings;
  readonly killRecovery: KillRecovery;
};

/** All ports. */
export type Host = Sources & {
  /** Why nothing may be started, signalled or removed here; nothing where it may. */
  readonly lookOnly?: string;
  readonly control: ProcessControl;
  readonly sessions: SessionControl;
  readonly killJournal: KillJournal;
  readonly auditLog: AuditLog;
  readonly agentFiles: AgentFiles;
  readonly workspaceFiles: WorkspaceFiles;
  readonly deployJournal: DeployJournal;
  readonly shutdownJournal: ShutdownJournal;
  /** The one way to change a registry. */
  readonly registryStore: RegistryStore;
};
