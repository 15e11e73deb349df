/** Files of the guard. Writing never stops it: failures are warnings. */
import type { GuardOwner, GuardStatus } from '../model/guard-status.ts';
import type { Process, Reading } from '../model/model.ts';

export type GuardClaim = {
  /** The guard that had the lock and exited without releasing it. */
  readonly previous?: GuardOwner;
  /** Releases the lock. */
  release(): void;
};

export type GuardFiles = {
  /** Takes the lock of each workspace, or of the machine if there is none; never waits.
   * @returns the claim, or which process holds it. */
  claim(workspaces: readonly string[]): Promise<Reading<GuardClaim>>;
  /** The status that the last guard of these workspaces has written, whether or not it is running. */
  read(workspaces: readonly string[]): GuardStatus | undefined;
  write(workspaces: readonly string[], status: GuardStatus): void;
  /** Writes the time of a look to `.daemon_health` of each workspace, in epoch seconds. */
  beat(workspaces: readonly string[], at: number): void;
  /** Write errors since the last call. */
  warnings(): readonly string[];
};

/** The status of the guard that is running for these workspaces, if one is. */
export type GuardStatusReader = {
  read(workspaces: readonly string[]): GuardStatus | undefined;
};

/** What only the guard reads, and only if its configuration needs it. */
export type GuardSensors = {
  /** Open descriptors by pid; processes that cannot be read are omitted. */
  countDescriptors(processes: readonly Process[]): ReadonlyMap<number, number>;
  /** Size of a regular file, bytes. */
  sizeOf(path: string): number | undefined;
};
