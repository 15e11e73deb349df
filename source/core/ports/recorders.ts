/** Reading the records of vendors' programs. Nothing there is ever written. */
import type { RecorderReading, VendorDirectory } from '../model/vendor-record.ts';

export type Recorders = {
  /** Reads the user's own directories and these. An unchanged file is not read again. */
  read(directories: readonly VendorDirectory[]): readonly RecorderReading[];
};
