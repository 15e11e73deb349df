/** A made-up machine behind the ports of the real one. Nothing real is read, signalled or written. */

import { unreadDescriptors } from '../core/inventory/scene.ts';
import type { ProcessRef } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Host } from '../core/ports/host.ts';
import type { RegistryStore } from '../core/ports/registry-store.ts';
import type { NewSession } from '../core/ports/sessions.ts';
import { agentFilePath, agentSession } from '../core/registry/agent-names.ts';
import type { AgentFile } from '../core/termination/agent-files.ts';
import { stray, tasks, workspace } from './cast.ts';
import { inspect, vitalsOf } from './inspection.ts';
import { megabyte } from './launch.ts';
import type { Machine } from './machine.ts';
import { digits } from './noise.ts';
import { bootId } from './records.ts';

/** No process of the made-up machine: vigil is not seen there. */
const ownPid = 999_999;
const strayLog = `${workspace}/${tasks.audit.id}/${agentFilePath(stray.id, 'log_file')}`;
const nothingOpen = { ...unreadDescriptors, isRead: true, peer: 'none' } as const;
const freeBytes = 48 * 1024 ** 3;

const ok = <T>(value: T) => ({ ok: true, value }) as const;

/** @param clock the machine's own. */
export function hostOf(machine: Machine, clock: Clock): Host {
  const { timeline, sessions, registries } = machine;
  const readServers = async () => {
    timeline.catchUp();
    return sessions.read();
  };
  return {
    clock,
    machine: { host: 'demo', bootId, uid: 1000, pid: ownPid, isDemo: true },
    readVitals: () => vitalsOf(machine),
    processes: processesOf(machine),
    servers: {
      areChosen: false,
      read: readServers,
      readWith: readServers,
      readAt: async () => [],
    },
    registries: {
      async read() {
        timeline.catchUp();
        const read = registries.readings();
        const workspaces = [...new Set(read.map(registry => registry.workspace))];
        return { workspaces, registries: read, problems: [] };
      },
      readAround: async () => [],
    },
    recorders: { read: () => [] },
    sightings: { read: () => [], keep: () => undefined },
    ...controlOf(machine),
    ...workspaceOf(machine),
    registryStore: storeOf(machine),
  };
}

function processesOf(machine: Machine): Host['processes'] {
  const { timeline, processes, sessions } = machine;
  const byPid = <T>(wanted: readonly { readonly pid: number }[], of: (pid: number) => T) =>
    new Map(wanted.map(({ pid }) => [pid, of(pid)]));
  return {
    async read() {
      timeline.catchUp();
      return ok(processes.table());
    },
    readOrigins: wanted => byPid(wanted, pid => processes.originOf(pid) ?? {}),
    // The agent that no registry has writes its log all the same.
    readDescriptors(wanted) {
      const strayPid = sessions.find(agentSession(stray.id))?.panePid;
      return byPid(wanted, pid => ({
        ...nothingOpen,
        written: pid === strayPid ? [strayLog] : [],
      }));
    },
    readDirectories: wanted => byPid(wanted, () => '/home/demo/app'),
    readPorts: wanted => byPid(wanted, pid => ok(processes.portsOf(pid))),
    inspect: async subject => inspect(machine, subject),
    isRunning(process) {
      timeline.catchUp();
      return processes.isThere(process);
    },
    self: () => ({ pid: ownPid, start: '0' }),
  };
}

function controlOf({
  timeline,
  processes,
  sessions,
  endings,
}: Machine): Pick<Host, 'control' | 'sessions' | 'killJournal' | 'killRecovery' | 'auditLog'> {
  const stopped: ProcessRef[] = [];
  const own = () => [...endings.values()].filter(({ by }) => by === ownPid);
  return {
    control: {
      hold: () => [],
      release: () => undefined,
      isSame: () => true,
      signal(process, name) {
        timeline.catchUp();
        return processes.signal(process, name);
      },
    },
    sessions: {
      async kill({ id, serverPid, createdAt }) {
        timeline.catchUp();
        sessions.kill(
          pane =>
            pane.sessionId === id && pane.serverPid === serverPid && pane.createdAt === createdAt,
        );
        return ok(true);
      },
      async start(wanted) {
        timeline.catchUp();
        return ok(open(wanted));
      },
      async readScreen({ name }) {
        timeline.catchUp();
        return sessions.find(name) === undefined
          ? { ok: false, reason: `no session ${name}` }
          : ok({ isDead: false, lines: [] });
      },
      clearRemainOnExit: async () => ok(true),
    },
    killJournal: {
      record: (key, members) =>
        void endings.set(`${ownPid} ${key}`, { key, by: ownPid, processes: members }),
      recordStages: () => undefined,
      recordStopped(members) {
        stopped.push(...members);
        return true;
      },
      release: key => void endings.delete(`${ownPid} ${key}`),
      warnings: () => [],
    },
    killRecovery: {
      read: () => [...endings.values()],
      resumeStopped: () => [],
      releaseOnExit() {
        for (const process of stopped) processes.signal(process, 'SIGCONT');
        return own().flatMap(each => each.processes.filter(processes.isThere));
      },
    },
    auditLog: { write: () => undefined, warnings: () => [] },
  };

  /** A shell, and the program after the words that are the shell's own. */
  function open({ name, env, command }: NewSession) {
    const agentMark = env.find(([key]) => key === 'VIGIL_AGENT')?.[1];
    const shell = { argv: command, leavesMs: 20, withChildren: true, rssBytes: 2 * megabyte };
    const { session, pane } = sessions.open(name, { ...shell, origin: { agentMark } });
    const argv = command.slice(command.indexOf('vigil') + 1);
    const program = { argv, leavesMs: 250, cpuPercent: 40, rssBytes: 150 * megabyte };
    processes.spawn({ ...program, ppid: pane.pid, sid: pane.pid });
    return session;
  }
}

function workspaceOf({
  timeline,
  files,
  journals,
}: Machine): Pick<Host, 'agentFiles' | 'workspaceFiles' | 'deployJournal' | 'shutdownJournal'> {
  let asked = 0;
  const take = (file: AgentFile) => ok(files.take(file));
  return {
    agentFiles: {
      create: () => ok(true),
      remove: take,
      archive: take,
      has: file => ok(files.has(file)),
    },
    workspaceFiles: {
      freeBytes: () => ok(freeBytes),
      ensureAgentDirectories: () => ok([]),
      removeEmptyDirectory: () => ok(false),
      listLeftovers() {
        timeline.catchUp();
        return files.list();
      },
      removeOwn: file => ok(files.take(file)),
      existingDirectory: path => path,
    },
    deployJournal: {
      random: () => digits(--asked),
      write(intent) {
        journals.deploys.set(intent.agentId, intent);
        return ok(true);
      },
      remove({ agentId }) {
        journals.deploys.delete(agentId);
        return ok(true);
      },
      removeUnwritten: () => ok(true),
      read: () =>
        [...journals.deploys.values()].map(intent => ({
          path: `${workspace}/registry/intents/${intent.agentId}.json`,
          ...{ intent: ok(intent), isUnwritten: false, isRunning: true },
        })),
    },
    shutdownJournal: {
      claim: async () => ok({ release: () => undefined }),
      read: () => ok(journals.shutdown),
      write(_workspace, state) {
        journals.shutdown = state;
        return ok(true);
      },
    },
  };
}

function storeOf({ timeline, registries }: Machine): RegistryStore {
  const now = async <T>(work: () => T): Promise<T> => {
    timeline.catchUp();
    return work();
  };
  return {
    update: update => now(() => registries.update(update)),
    recover: async () => [],
    backUp: (_workspace, files, reason) => now(() => ok(registries.backUp(files, reason))),
    backups: async () => registries.backups(),
    isRestored: async file => registries.isRestored(file),
    restore: file => now(() => registries.restore(file)),
    rebuild: async ({ target: { path } }) => ({
      ...{ kind: 'refused', path, reason: 'it can be read now', written: [] },
    }),
  };
}
