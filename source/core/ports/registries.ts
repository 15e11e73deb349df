/** Reading the registries of workspaces. */
import type { Problem, Process, RegistryReading, Sighting, Tracked } from '../model/model.ts';

export type RegistriesReading = {
  readonly workspaces: readonly string[];
  readonly registries: readonly RegistryReading[];
  readonly problems: readonly Problem[];
  /** Found workspaces that other users own or can write to, with the reason why they are only shown. */
  readonly foreign?: ReadonlyMap<string, string>;
};

export type Registries = {
  read(): Promise<RegistriesReading>;
  /** Adds the workspaces around these directories to what is read; absent unless they are to be discovered.
   * @returns whether there are new ones. */
  readonly discover?: (directories: readonly string[]) => boolean;
  /** Registries of the workspaces that these processes work in, except known ones. */
  readAround(
    processes: readonly Process[],
    known: readonly string[],
  ): Promise<readonly RegistryReading[]>;
};

/** Agent sessions of earlier polls, kept in vigil's state directory. */
export type Sightings = {
  read(): readonly Sighting[];
  /** Adds these, drops those whose server has exited, and writes only if something changed. */
  keep(sightings: readonly Sighting[]): void;
  /** Processes that vigil has recorded in registries: an agent can write there, but not here. */
  readTracked(): readonly Tracked[];
  /** Adds these, and drops those that have exited. */
  track(tracked: readonly Tracked[]): void;
};
