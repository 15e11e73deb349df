/** One source of vendors' records, and what it reads with. */
import { join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type { RecorderName, Vendor, VendorRecord } from '../../core/model/vendor-record.ts';
import type { RecordFiles } from './record-files.ts';

export type Recorder = {
  readonly name: RecorderName;
  readonly vendor: Vendor;
  read(source: Source): Found;
};

export type Source = {
  readonly directory: string;
  readonly uid: number;
  readonly files: SourceFiles;
  /** Machine and pid namespace of this process, as Claude Code writes it. */
  readonly domain?: string;
  readonly bootId: string;
};

export type Found = {
  readonly reading: Reading<readonly VendorRecord[]>;
  readonly faults: readonly string[];
};

export type SourceFiles = RecordFiles & {
  /** Every matching file of a folder. @param parse returns undefined for a file that is no record. */
  readAll(
    folder: string,
    pattern: RegExp,
    uid: number,
    parse: (text: string, path: string) => VendorRecord | undefined,
  ): Found;
  /** One file with any number of records. */
  readOne(
    path: string,
    uid: number,
    parse: (text: string, path: string) => readonly VendorRecord[],
  ): Found;
};

export function withFolders(files: RecordFiles): SourceFiles {
  return {
    ...files,
    readAll(folder, pattern, uid, parse) {
      const names = files.list(folder, pattern);
      if (!names.ok) return { reading: names, faults: [] };
      const records: VendorRecord[] = [];
      const faults: string[] = [];
      for (const name of names.value) {
        const path = join(folder, name);
        const read = files.read(path, uid, text => parse(text, path));
        if (!read.ok) faults.push(`${path}: ${read.reason}`);
        else if (read.value !== undefined) records.push(read.value);
      }
      return { reading: { ok: true, value: records }, faults };
    },
    readOne(path, uid, parse) {
      const read = files.read(path, uid, text => parse(text, path));
      if (!read.ok)
        return { reading: { ok: true, value: [] }, faults: [`${path}: ${read.reason}`] };
      return { reading: { ok: true, value: read.value ?? [] }, faults: [] };
    },
  };
}
