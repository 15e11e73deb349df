/** Reading the registries of workspaces. */
import type { Problem, Process, RegistryReading, Sighting } from '../model/model.ts';

export type RegistriesReading = {
  readonly workspaces: readonly string[];
  readonly registries: readonly RegistryReading[];
  readonly problems: readonly Problem[];
  /** Workspaces that were found, not named, and are not ours: why nothing of them is acted on. */
  readonly foreign?: ReadonlyMap<string, string>;
};

export type Registries = {
  read(): Promise<RegistriesReading>;
  /** Registries of the workspaces that these processes work in, but for the known ones. */
  readAround(
    processes: readonly Process[],
    known: readonly string[],
  ): Promise<readonly RegistryReading[]>;
};

/** Sessions of agents that were seen before, in vigil's own state directory. */
export type Sightings = {
  read(): readonly Sighting[];
  /** Keeps these and forgets those whose server has ended; writes only what is new. */
  keep(sightings: readonly Sighting[]): void;
};
