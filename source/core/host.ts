/** The only seam between vigil and the machine. Adapters live in `source/host`; tests and the demo
 * give their own. */
import type { Inspection, Subject } from './inspection.ts';
import type { Grounds } from './lifecycle/grounds.ts';
import type {
  Descriptors,
  Machine,
  Noted,
  Origin,
  Problem,
  Process,
  ProcessRef,
  Reading,
  RegistryReading,
  ServerReading,
  Sighting,
  Vitals,
} from './model.ts';
import type { RegistryStore } from './registry/store.ts';
import type { Hands } from './termination/hands.ts';

export type Clock = {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Steady clock for durations, milliseconds. */
  steadyNow(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets what waits go first: keys, signals, answers of other programs. */
  giveWay(): Promise<void>;
};

export type RegistriesReading = {
  readonly workspaces: readonly string[];
  readonly registries: readonly RegistryReading[];
  readonly problems: readonly Problem[];
  /** Workspaces that were found, not named, and are not ours: why nothing of them is acted on. */
  readonly foreign?: ReadonlyMap<string, string>;
};

/** Sessions of agents that were seen before, in vigil's own state directory. */
export type Sightings = {
  read(): readonly Sighting[];
  /** Keeps these and forgets those whose server has ended; writes only what is new. */
  keep(sightings: readonly Sighting[]): void;
};

/** Everything vigil may ask of the machine. Each reading bounds its own time; none throws. */
export type Host = {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly serversChosen: boolean;
  /** Why nothing may be started, signalled or tidied up here; nothing where it may. */
  readonly lookOnly?: string;
  /** Without it the header says nothing of the machine. */
  readVitals(): Vitals | undefined;
  readProcesses(): Promise<Reading<readonly Process[]>>;
  /** Inherited marks of the given processes of the last table; what cannot be read is left out. */
  readOrigins(candidates: readonly Process[]): ReadonlyMap<number, Origin>;
  /** What these have open: for the few of which it matters, never for all.
   * @param workspaces whose files count where one is open for writing.
   * @param dismissed pids whose ends of a pipe do not count. */
  readDescriptors(
    processes: readonly Process[],
    workspaces: readonly string[],
    dismissed: readonly number[],
  ): ReadonlyMap<number, Descriptors>;
  /** TCP ports that each of these listens on, by pid: a look of its own for a plan, never for a poll. */
  readPorts(processes: readonly ProcessRef[]): ReadonlyMap<number, Reading<readonly number[]>>;
  /** More about one row than a look reads: for a person who has opened it. */
  inspect(subject: Subject): Promise<Inspection>;
  /** @param also paths of sockets that are asked too, whichever were chosen: each gets its reading. */
  readServers(also?: readonly string[]): Promise<readonly ServerReading[]>;
  /** Servers at these sockets, and no others: for what is not shown and may hold an agent. */
  readServersAt(paths: readonly string[]): Promise<readonly ServerReading[]>;
  readonly sightings: Sightings;
  readRegistries(): Promise<RegistriesReading>;
  /** Registries of the workspaces that these processes work in, but for the known ones. */
  readRegistriesAround(
    processes: readonly Process[],
    known: readonly string[],
  ): Promise<readonly RegistryReading[]>;
  /** Kill sets of endings under way, our own too, and of such as were cut off. */
  readEndings(): readonly Noted[];
  /** The one way to signal a process or kill a session. */
  readonly hands: Hands;
  /** The one way to change a registry. */
  readonly registryStore: RegistryStore;
  /** What vigil makes and tidies up in a workspace. */
  readonly grounds: Grounds;
};
