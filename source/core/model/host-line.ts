/** One machine of a fleet, as the screen shows it. Strings are raw. */
import type { RowClass } from './model.ts';

export type HostLine = {
  /** As --host names it. */
  readonly name: string;
  /** Nothing may be changed there. */
  readonly readOnly: boolean;
  /** `silent`: no word within three intervals, so its rows are `unknown`. */
  readonly state: 'connecting' | 'heard' | 'silent' | 'failed';
  /** Why it cannot be read, in one line. */
  readonly reason?: string;
  /** When its last snapshot came, epoch milliseconds of our clock. */
  readonly heardAt?: number;
  /** Its rows by class. */
  readonly counts?: Readonly<Partial<Record<RowClass, number>>>;
  /** What ending its leftovers would free. */
  readonly leakedBytes?: number;
  /** Run queue over the last minute, and the cores for it. */
  readonly load?: number;
  readonly cores?: number;
  /** Of its vigil. */
  readonly version?: string;
};
