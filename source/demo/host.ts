/** A made-up machine behind the ports of the real one. Nothing real is read, signalled or written. */

import { unreadDescriptors } from '../core/inventory/scene.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Host } from '../core/ports/host.ts';
import type { NewSession } from '../core/ports/sessions.ts';
import { agentFilePath, agentSession } from '../core/registry/agent-names.ts';
import type { AgentFile } from '../core/termination/agent-files.ts';
import { known, tasks, workspace } from './cast.ts';
import { inspect, vitalsOf } from './inspection.ts';
import { megabyte, shellMs } from './launch.ts';
import type { Machine } from './machine.ts';
import { digits } from './noise.ts';
import { bootId } from './records.ts';

/** No process of the made-up machine: vigil is not seen there. */
const ownPid = 999_999;
const strayLog = `${workspace}/${tasks.audit}/${agentFilePath(known.stray, 'log_file')}`;
const nothingOpen = { ...unreadDescriptors, isRead: true, peer: 'none' } as const;
const freeBytes = 48 * 1024 ** 3;

const ok = <T>(value: T) => ({ ok: true, value }) as const;
const done = () => ok(true as const);
const nothing = () => [];
const ignored = () => undefined;
const byPid = <T>(wanted: readonly { readonly pid: number }[], of: (pid: number) => T) =>
  new Map(wanted.map(({ pid }) => [pid, of(pid)]));

/** @param clock the machine's own. */
export function hostOf(machine: Machine, clock: Clock): Host {
  const { timeline, processes, sessions, registries, files, endings, shutdowns } = machine;
  /** Lets happen what was due before. */
  const now = <T>(work: () => T): T => {
    timeline.catchUp();
    return work();
  };
  const readServers = async () => now(sessions.read);
  const take = ({ path }: Pick<AgentFile, 'path'>) => ok(files.delete(path));
  let asked = 0;
  return {
    clock,
    machine: { host: 'demo', bootId, uid: 1000, pid: ownPid, isDemo: true },
    readVitals: () => vitalsOf(machine),
    processes: {
      read: async () => now(() => ok(processes.table())),
      readOrigins: wanted => byPid(wanted, pid => processes.originOf(pid) ?? {}),
      // The agent that no registry has writes its log all the same.
      readDescriptors(wanted) {
        const strayPid = sessions.find(agentSession(known.stray))?.panePid;
        const writtenBy = (pid: number) => (pid === strayPid ? [strayLog] : []);
        return byPid(wanted, pid => ({ ...nothingOpen, written: writtenBy(pid) }));
      },
      readDirectories: wanted => byPid(wanted, () => '/home/demo/app'),
      readPorts: wanted => byPid(wanted, pid => ok(processes.portsOf(pid))),
      inspect: async subject => inspect(machine, subject),
      isRunning: process => now(() => processes.isThere(process)),
    },
    servers: {
      areChosen: false,
      read: readServers,
      readWith: readServers,
      find: async () => ({ readings: [], lost: [] }),
    },
    registries: {
      read: async () =>
        now(() => ({ workspaces: [workspace], registries: registries.readings(), problems: [] })),
      readAround: async () => [],
    },
    recorders: { read: nothing },
    managerRecords: { read: nothing },
    sightings: { read: nothing, keep: ignored, readTracked: nothing, track: ignored },
    control: {
      hold: nothing,
      release: ignored,
      isSame: () => true,
      signal: (process, name) => now(() => processes.signal(process, name)),
      self: () => ({ pid: ownPid, start: '0' }),
    },
    sessions: {
      async kill({ id }) {
        now(() => sessions.kill(id));
        return done();
      },
      start: async wanted => now(() => ok(start(wanted))),
      readScreen: async ({ name }) =>
        now(() => sessions.find(name)) === undefined
          ? { ok: false, reason: `no session ${name}` }
          : ok({ isDead: false, lines: [] }),
      clearRemainOnExit: async () => done(),
      reapChildren: async () => done(),
      interrupt: async () => done(),
      recreateSocket: async () => done(),
    },
    owners: { stop: async () => done() },
    logins: { read: ignored },
    killJournal: {
      record(members) {
        for (const [key, processes] of members)
          endings.set(`${ownPid} ${key}`, { key, by: ownPid, processes });
      },
      recordStages: ignored,
      recordStopped: () => true,
      release(members) {
        for (const key of members.keys()) endings.delete(`${ownPid} ${key}`);
      },
      warnings: nothing,
    },
    killRecovery: {
      read: () => [...endings.values()],
      resumeStopped: nothing,
      releaseOnExit: () =>
        [...endings.values()]
          .filter(({ by }) => by === ownPid)
          .flatMap(each => each.processes.filter(processes.isThere)),
    },
    auditLog: {
      write: ignored,
      read: () => ({ ok: true, value: [] }),
      follow: () => nothing,
      warnings: nothing,
    },
    agentFiles: {
      create: done,
      remove: take,
      archive: ({ path }) => ok(files.delete(path) ? `archive/${path}` : undefined),
      has: ({ path }) => ok(files.has(path)),
    },
    workspaceFiles: {
      freeBytes: () => ok(freeBytes),
      ensureAgentDirectories: () => ok([]),
      removeEmptyDirectory: () => ok(false),
      listLeftovers: () => now(() => [...files.values()]),
      removeOwn: take,
      existingDirectory: path => path,
    },
    deployJournal: {
      random: () => digits(--asked),
      write: done,
      remove: done,
      removeUnwritten: done,
      read: nothing,
    },
    shutdownJournal: {
      claim: async () => ok({ release: ignored }),
      read: () => ok(shutdowns.at(-1)),
      write(_workspace, state) {
        shutdowns.push(state);
        return done();
      },
    },
    registryStore: {
      update: async update => now(() => registries.update(update)),
      recover: async () => [],
      backUp: async (_workspace, wanted, reason) =>
        now(() => ok(registries.backUp(wanted, reason))),
      backups: async () => registries.backups(),
      isRestored: async file => registries.isRestored(file),
      restore: async file => now(() => registries.restore(file)),
      rebuild: async ({ target: { path } }) => ({
        ...{ kind: 'refused', path, reason: 'it can be read now', written: [] },
      }),
    },
  };

  /** A shell, and the program after the words that are the shell's own. */
  function start({ name, env, command }: NewSession) {
    const agentMark = env.find(([key]) => key === 'VIGIL_AGENT')?.[1];
    const shell = { argv: command, rssBytes: 2 * megabyte };
    const inShell = { leavesMs: shellMs, withChildren: true, origin: { agentMark } };
    const { session } = sessions.open(name, shell, inShell);
    const { panePid } = session;
    const argv = command.slice(command.indexOf('vigil') + 1);
    const program = { argv, ppid: panePid, sid: panePid, cpuPercent: 40, rssBytes: 150 * megabyte };
    processes.spawn(program, { leavesMs: 250 });
    return session;
  }
}
