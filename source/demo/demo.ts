/** `--demo`: a made-up machine where a story is played and every verb works. */

import { unfinishedShutdown } from '../core/lifecycle/shutdown-journal.ts';
import type { Check } from '../core/model/doctor-check.ts';
import type { RegistryReading } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { CommandRunner } from '../core/ports/command-runner.ts';
import type { Host } from '../core/ports/host.ts';
import type { Attacher } from '../core/rows/attachment.ts';
import { clock as systemClock } from '../host/run/system-clock.ts';
import { addBystanders } from './bystanders.ts';
import { hostOf } from './host.ts';
import { createMachine } from './machine.ts';
import { createOrchestrator } from './orchestrator.ts';
import { createOtherVigil } from './other-vigil.ts';
import { play } from './story.ts';

/** A new machine, at the beginning of its story. @param clock what its time follows. */
export function createDemoHost(clock: Clock = systemClock): Host {
  const machine = createMachine(clock);
  const { timeline, shutdowns } = machine;
  const orchestrator = createOrchestrator(machine);
  const endByAnother = createOtherVigil(machine, addBystanders(machine), id =>
    orchestrator.close(id, 'ended by vigil'),
  );
  const isClosed = () => unfinishedShutdown({ ok: true, value: shutdowns.at(-1) }) !== undefined;
  play(timeline, orchestrator, endByAnother, isClosed);
  return hostOf(machine, clock);
}

const failed = async () =>
  ({ ok: false, reason: 'this is a demo: there is nothing real to attach to' }) as const;

/** The demo has sessions to show, and none to attach to. */
const attacher: Attacher = { check: failed, attach: failed, switchTo: failed };

const noCommand = async () => ({ ok: false, reason: 'the demo runs no commands' }) as const;

const runner: CommandRunner = { onTerminal: noCommand, inBackground: noCommand };

/** Nothing is started on the real terminal. */
export const demoTerminal = { attacher, runner, message: () => undefined };

/** What `vigil doctor` says of the made-up machine. */
export function demoChecks(registries: readonly RegistryReading[]): Check[] {
  const detail = 'made-up agents: nothing of this machine is read or changed';
  return [
    { name: 'demo', state: 'ok', detail },
    ...registries.map(({ path, reading }): Check => {
      if (!reading.ok) return { name: path, state: 'bad', detail: reading.reason };
      return { name: path, state: 'ok', detail: `${reading.value.entries.length} agents` };
    }),
  ];
}
