/** Vendors' records of one poll, bound to processes by pid and start time. A record alone proves nothing: its
 * file may be forged, stale, or of another machine. */

import { addTo } from '../model/group-by.ts';
import { type Inventory, identityOf, type Process } from '../model/model.ts';
import { recorderNames, type VendorRecord } from '../model/vendor-record.ts';
import type { Kind, Recogniser } from '../programs/recognise.ts';
import { isZombie, type ProcessTree } from './process-tree.ts';

export type VendorRecords = {
  readonly all: readonly VendorRecord[];
  /** Whether its process is alive and visible. */
  isBound(record: VendorRecord): boolean;
  /** Records of this living process, the most telling recorder first. */
  of(process: Process): readonly VendorRecord[];
  /** A daemon's idle spare becomes an agent when a record says that it serves a session; a recorded daemon is
   * a host whatever its arguments are. */
  readonly kindOf: Recogniser;
};

const none: readonly VendorRecord[] = [];

export function createVendorRecords(
  { recorders = [], origins }: Inventory,
  tree: ProcessTree,
  recogniser: Recogniser,
): VendorRecords {
  const byPid = new Map<number, VendorRecord[]>();
  const all: VendorRecord[] = [];
  const bound = new Set<VendorRecord>();
  // Its pid there is not its pid here, its start time is the same.
  const inContainer = ({ vendor, identity }: VendorRecord) =>
    [...tree.byPid.values()].filter(each => {
      if (each.start !== identity?.start || origins.get(each.pid)?.isNamespaced !== true)
        return false;
      const kind = recogniser(each);
      return kind.kind === 'agent' && kind.program === vendor;
    });
  for (const { reading, uid } of recorders)
    for (const record of reading.ok ? reading.value : none) {
      all.push(record);
      const { identity, isElsewhere } = record;
      const [process, other] = isElsewhere
        ? inContainer(record)
        : [identity && tree.byPid.get(identity.pid)];
      if (process === undefined || other !== undefined || process.start !== identity?.start)
        continue;
      if (process.uid !== uid || isZombie(process)) continue;
      addTo(byPid, process.pid, record);
      bound.add(record);
    }
  const rank = ({ recorder }: VendorRecord) => recorderNames.indexOf(recorder);
  for (const records of byPid.values()) records.sort((a, b) => rank(a) - rank(b));
  const kinds = new Map<number, Kind>();
  for (const [pid, records] of byPid) {
    const process = tree.byPid.get(pid);
    const program = records[0]?.vendor;
    if (process === undefined || program === undefined) continue;
    const { kind } = recogniser(process);
    const isAgent = records.some(({ role }) => role === 'agent');
    if (kind === 'host' && isAgent) kinds.set(pid, { kind: 'agent', program });
    if (kind === 'other' && !isAgent) kinds.set(pid, { kind: 'host', program });
  }
  return {
    all,
    isBound: record => bound.has(record),
    of: process => byPid.get(process.pid) ?? none,
    // Asked many times per process: without such records there is nothing to look up.
    kindOf: kinds.size === 0 ? recogniser : each => kinds.get(each.pid) ?? recogniser(each),
  };
}

/** Fields of a row that come from vendors' records.
 * @param records the most telling recorder first. */
export function recordedByVendor(records: readonly VendorRecord[]) {
  const first = <T>(of: (record: VendorRecord) => T | undefined) =>
    records.map(of).find(value => value !== undefined);
  return {
    activity: first(({ status }) => status),
    title: first(({ title }) => title),
    cwd: first(({ cwd }) => cwd),
    owner: first(({ owner }) => owner),
    recordedBy: records.length > 0 ? [...new Set(records.map(each => each.recorder))] : undefined,
  };
}

/** As recorded, else the working directory of the first agent program. */
export function cwdOf(
  processes: readonly Process[],
  records: readonly VendorRecord[],
  directories: ReadonlyMap<number, string> | undefined,
): string | undefined {
  const known = processes.map(({ pid }) => directories?.get(pid));
  return records.find(({ cwd }) => cwd !== undefined)?.cwd ?? known.find(Boolean);
}

/** Records of agents whose process is gone, or in another pid namespace, one per conversation. A conversation
 * that was resumed lives in another process.
 * @returns lists of records of one agent each. */
export function absentRecords(
  { all }: VendorRecords,
  isThere: (record: VendorRecord) => boolean,
): readonly (readonly VendorRecord[])[] {
  const nameOf = ({ conversation, recorder, id }: VendorRecord) =>
    conversation ?? `${recorder} ${id}`;
  const agents = all.filter(({ role, identity }) => role === 'agent' && identity !== undefined);
  const alive = new Set(agents.filter(isThere).map(nameOf));
  const absent = new Map<string, VendorRecord[]>();
  for (const record of agents)
    if (!alive.has(nameOf(record)) && record.isFinished !== true)
      addTo(absent, nameOf(record), record);
  return [...absent.values()];
}

/** `recorded by claude-sessions: pid 4121, idle`. */
export function describeRecord({ recorder, identity, status }: VendorRecord): string {
  const process = identity === undefined ? '' : `: pid ${identityOf(identity)}`;
  return `recorded by ${recorder}${process}${status === undefined ? '' : `, ${status}`}`;
}
