/** `--demo`: a made-up machine behind the Host seam, where things happen by themselves and every verb
 * works. Nothing real is read, signalled or written. */

import { unreadDescriptors } from '../core/inventory/scene.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Host } from '../core/ports/host.ts';
import { agentFilePath } from '../core/registry/agent-names.ts';
import { clock as systemClock } from '../host/run/system-clock.ts';
import { bringBystanders } from './bystanders.ts';
import { stray, tasks, workspace } from './cast.ts';
import { createDemoControl } from './control.ts';
import { createFiles } from './files.ts';
import { demoVitals, inspectDemo } from './inspection.ts';
import { bootId, launchCast } from './launch.ts';
import { createOrchestrator } from './orchestrator.ts';
import { createOtherVigil } from './other-vigil.ts';
import { createProcesses } from './processes.ts';
import { createRegistries } from './registries.ts';
import { registryTexts } from './registry-texts.ts';
import { createSessions } from './sessions.ts';
import { createStore } from './store.ts';
import { play } from './story.ts';
import { createTimeline } from './timeline.ts';
import { createDemoWorkspace } from './workspace.ts';

/** No process of the made-up machine: vigil is not seen there. */
const ownPid = 999_999;
const strayLog = `${workspace}/${tasks.audit}/${agentFilePath(stray.id, 'log_file')}`;
const nothingOpen = { ...unreadDescriptors, isRead: true, peer: 'none' } as const;
const serverAgeMs = 600 * 60_000;
const registryAgeMs = 180_000;

/** A new world, at the beginning of its story. @param clock what its time follows. */
export function createDemoHost(clock: Clock = systemClock): Host {
  const timeline = createTimeline(clock);
  const processes = createProcesses(timeline);
  const sessions = createSessions(timeline, processes, serverAgeMs);
  const world = { timeline, processes, sessions };
  const running = launchCast(world);
  const texts = registryTexts(timeline.wall(), running);
  const registries = createRegistries(timeline, texts, registryAgeMs);
  const files = createFiles(timeline);
  const orchestrator = createOrchestrator(world, registries, files, running);
  const other = createOtherVigil(world, orchestrator, bringBystanders(world).pid);
  const { ports, isClosed } = createDemoWorkspace(timeline, files);
  play(timeline, {
    ...orchestrator,
    deploy: deed => (isClosed() ? undefined : orchestrator.deploy(deed)),
    endByAnother: id => other.end(id),
  });
  const readServers = async () => {
    timeline.catchUp();
    return sessions.read();
  };
  return {
    clock,
    machine: { host: 'demo', bootId, uid: 1000, pid: ownPid, isDemo: true },
    readVitals: () => demoVitals(processes),
    processes: {
      async read() {
        timeline.catchUp();
        return { ok: true, value: processes.table() };
      },
      readOrigins: candidates =>
        new Map(
          candidates.flatMap(({ pid }) => {
            const origin = processes.originOf(pid);
            return origin === undefined ? [] : [[pid, origin] as const];
          }),
        ),
      // The agent that is on no record writes its log all the same.
      readDescriptors: wanted =>
        new Map(
          wanted.map(({ pid }) => [
            pid,
            { ...nothingOpen, written: sessions.isIn(stray.id, pid) ? [strayLog] : [] },
          ]),
        ),
      readPorts: wanted =>
        new Map(wanted.map(({ pid }) => [pid, { ok: true, value: processes.portsOf(pid) }])),
      inspect: inspectDemo({ timeline, processes, registries }),
      isRunning(process) {
        timeline.catchUp();
        return processes.isThere(process);
      },
      self: () => ({ pid: ownPid, start: '0' }),
    },
    servers: {
      areChosen: false,
      read: readServers,
      readWith: readServers,
      readAt: async () => [],
    },
    registries: {
      async read() {
        timeline.catchUp();
        return { workspaces: [workspace], registries: registries.readings(), problems: [] };
      },
      readAround: async () => [],
    },
    sightings: { read: () => [], keep: () => undefined },
    registryStore: createStore(timeline, registries),
    ...ports,
    ...createDemoControl(world, other, ownPid),
  };
}
