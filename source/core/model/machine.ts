/** The machine that is polled. */

export type Machine = {
  readonly host: string;
  readonly bootId: string;
  readonly uid: number;
  /** vigil's own pid: neither it nor its children are ever rows. */
  readonly pid: number;
  /** What its source of processes cannot read of any process, in words. */
  readonly unseen?: string;
  /** Simulated: nothing on it is real. */
  readonly isDemo?: boolean;
};

/** Load and memory of the machine, and vigil's own usage. */
export type Vitals = {
  /** Run queue over the last minute. */
  readonly load: number;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Memory available without swapping. */
  readonly availableBytes: number;
  /** Of one core, since the previous poll; undefined on the first. */
  readonly ownCpuPercent?: number;
  readonly ownRssBytes: number;
};

/** Where a row of another machine is. */
export type FarPlace = {
  /** Name of the host in the fleet. */
  readonly host: string;
  readonly bootId: string;
  /** The key that the row has there. */
  readonly key: string;
};
