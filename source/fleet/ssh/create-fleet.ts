/** The Fleet port over OpenSSH. */
import type { Clock } from '../../core/ports/clock.ts';
import { type ContactEvent, newHostState, nextHostState, silentAfter } from '../contact.ts';
import type { FarCommands, Fleet } from '../fleet.ts';
import type { FleetHost } from '../fleet-host.ts';
import type { HostState } from '../host-state.ts';
import { type Bootstrap, createBootstrap } from './bootstrap.ts';
import { askFar, planOn } from './far-plan.ts';
import { createHostTools } from './host-tools.ts';
import { snapshotOf } from './one-snapshot.ts';
import { socketDirectoryFor } from './socket-path.ts';
import { type SshPlaces, terminalCommand } from './ssh-command.ts';
import { type HostWatch, watchHost } from './watch-host.ts';

export type FleetOptions = {
  readonly hosts: readonly FleetHost[];
  /** More options for the far `list`. */
  readonly words: readonly string[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** Program and arguments that run this vigil. */
  readonly self: readonly string[];
  readonly home: string;
  /** The directory of the bundle, if it is to be installed on the hosts. */
  readonly bundle?: string;
};

/** Of a command that only reads, from its first answer on. */
const answerMs = 60_000;

/** Of a new interval. */
const restartDelayMs = 1000;

/** @returns both ports on the same connections. No connection is made before one is needed. */
export function createFleet(options: FleetOptions): Fleet & FarCommands {
  const { hosts, clock, env, words } = options;
  const places: SshPlaces = {
    self: options.self,
    sockets: socketDirectoryFor(env),
    home: options.home,
  };
  const bootstrap: Bootstrap | undefined =
    options.bundle === undefined ? undefined : createBootstrap(options.bundle, env, places);
  const closing = new AbortController();
  const toolsOf = new Map(
    hosts.map(
      host => [host.name, createHostTools(host, { env, places, bootstrap }, clock)] as const,
    ),
  );
  const states = new Map(hosts.map(host => [host.name, newHostState(host, clock.steadyNow())]));
  const watches = new Map<string, HostWatch>();
  const timers = new Map<string, NodeJS.Timeout>();
  const listeners = new Set<(states: readonly HostState[]) => void>();
  let { intervalMs } = options;
  let restarting: NodeJS.Timeout | undefined;

  const publish = () => {
    const now = [...states.values()];
    for (const listener of listeners) listener(now);
  };
  const step = (host: FleetHost, event: ContactEvent) => {
    if (closing.signal.aborted) return;
    const before = states.get(host.name) ?? newHostState(host, clock.steadyNow());
    const next = nextHostState(before, event, clock.steadyNow(), intervalMs);
    states.set(host.name, next);
    expectSilence(host, next);
    if (next !== before) publish();
  };
  /** Its rows become stale without any event. A timer may end early by what its turn of the event loop has taken so far:
   * then it is set again. */
  const expectSilence = (host: FleetHost, { last, isStale }: HostState) => {
    if (last === undefined || isStale) return;
    clearTimeout(timers.get(host.name));
    const ms = last.at + silentAfter * intervalMs - clock.steadyNow();
    timers.set(host.name, setTimeout(step, Math.max(0, ms) + 1, host, { kind: 'tick' }));
  };
  const start = () => {
    for (const host of hosts) {
      const tools = toolsOf.get(host.name);
      if (tools === undefined || watches.has(host.name)) continue;
      const watch = watchHost(host, words, intervalMs, tools, event => step(host, event));
      watches.set(host.name, watch);
    }
  };
  const known = (name: string) => {
    const host = hosts.find(each => each.name === name);
    const tools = toolsOf.get(name);
    return host === undefined || tools === undefined ? undefined : { host, tools };
  };
  return {
    hosts,
    subscribe(listener) {
      listeners.add(listener);
      start();
      listener([...states.values()]);
      return () => void listeners.delete(listener);
    },
    async plan(request) {
      const found = known(request.host);
      if (found === undefined) return unknownHost(request.host);
      return planOn(found.host, request, { ...found.tools, clock, closing: closing.signal });
    },
    async ask(name, command, about, signal) {
      const found = known(name);
      if (found === undefined) return { ...nothing, reason: unknownHost(name).reason };
      const ends = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
      const tools = { ...found.tools, closing: ends };
      // Only a wait takes as long as it takes.
      const mostMs = command[0] === 'wait' ? undefined : answerMs;
      const step = await askFar(found.host, command, tools, { mostMs, about });
      const { lines, messages, document } = step;
      if (step.kind === 'lost') return { ...nothing, reason: step.reason };
      return { lines, messages, document, code: step.code };
    },
    async snapshot(name, more) {
      const found = known(name);
      if (found === undefined) return unknownHost(name);
      return snapshotOf(found.host, [...words, ...more], found.tools);
    },
    attachCommand(name, { socket, name: session }) {
      const found = known(name);
      if (found === undefined) return ['false'];
      const flag = socket.includes('/') ? '-S' : '-L';
      // A trailing slash or a colon would name something else.
      const mode = found.host.readOnly ? ['-r'] : [];
      const command = ['tmux', flag, socket, 'attach', ...mode, '-t', `=${session}`];
      return terminalCommand(found.host, command, places);
    },
    setInterval(ms) {
      if (ms === intervalMs) return;
      intervalMs = ms;
      // A key that is pressed several times restarts the vigils of the hosts once.
      clearTimeout(restarting);
      restarting = setTimeout(() => {
        for (const watch of watches.values()) watch.restart(ms);
      }, restartDelayMs);
    },
    retry(name) {
      if (states.get(name)?.contact.kind === 'failed') watches.get(name)?.restart(intervalMs);
    },
    async close() {
      closing.abort();
      listeners.clear();
      clearTimeout(restarting);
      for (const timer of timers.values()) clearTimeout(timer);
      for (const watch of watches.values()) watch.stop();
      await bootstrap?.close();
    },
  };
}

const nothing = { lines: [], messages: [], document: undefined } as const;

function unknownHost(name: string) {
  return { ok: false, reason: `${name} is not a host of this fleet` } as const;
}
