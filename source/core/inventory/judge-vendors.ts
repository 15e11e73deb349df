/** The verdict on what only vendors know: daemons that several agents share, and recorded agents that are gone
 * or in another pid namespace. */
import { doubt, hint, proof } from '../evidence/evidence.ts';
import { identityOf, type Process } from '../model/model.ts';
import { formatKey, processKey } from '../model/row-keys.ts';
import type { VendorRecord } from '../model/vendor-record.ts';
import { describeProcess } from '../programs/process-name.ts';
import { directoriesIn } from '../programs/vendors.ts';
import { type Draft, type Observation, programIn, rowProcesses, sums } from './draft.ts';
import { isAlive, isOurs, type Scene } from './scene.ts';
import { absentRecords, describeRecord, recordedByVendor } from './vendor-records.ts';

/** The topmost hosts, each with what runs in it and belongs to no agent. */
export function judgeHosts(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  const isHost = (process: Process) =>
    scene.kindOf(process).kind === 'host' && isAlive(process) && isOurs(process, scene.machine);
  const isIts = (process: Process) =>
    !scene.own.has(process.pid) &&
    scene.kindOf(process).kind !== 'agent' &&
    !attribution.memberships.has(process.pid) &&
    scene.usersProgramOf(process) === undefined;
  return scene.processes
    .filter(each => isHost(each) && !scene.tree.ancestorsOf(each).some(isHost))
    .map(root => {
      const members = scene.tree.subtreeOf(root, isIts).filter(isAlive);
      const records = members.flatMap(each => scene.vendorRecords.of(each));
      const isUpdater = records.some(({ role }) => role === 'updater');
      const clients = isUpdater ? [] : clientsOf(root, observation);
      const work = members.filter(each => scene.kindOf(each).kind !== 'host');
      return {
        class: 'host',
        key: processKey(root),
        type: programIn([root], scene),
        program: programIn([root], scene),
        ...recordedByVendor(records),
        clients: clients.map(({ pid }) => pid),
        status: isUpdater ? undefined : clientsText(clients.length),
        processes: rowProcesses(members, observation).map(each =>
          each.pid === root.pid ? each : { ...each, reason: hint('tree', 'runs in the daemon') },
        ),
        ...sums(members),
        startedAt: root.startedAt,
        evidence: [
          proof('shared-host', `${describeProcess(root)} serves the agents of one user`),
          ...clients.map(each => hint('shared-host', `client: ${describeProcess(each)}`)),
          ...work.map(each => hint('tree', `runs in it: ${describeProcess(each)}`)),
          ...records.map(record => proof('vendor-record', describeRecord(record))),
        ],
        spared: doubt('shared-host', 'a daemon shared by several agents; name it to end it'),
        roots: [identityOf(root)],
      } satisfies Draft;
    });
}

function clientsText(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}

/** Agent programs of the same vendor and user: below the host, or beside it. */
function clientsOf(root: Process, { scene }: Observation): readonly Process[] {
  const kind = scene.kindOf(root);
  const isClient = (each: Process) => {
    const its = scene.kindOf(each);
    const isSame = kind.kind === 'host' && its.kind === 'agent' && its.program === kind.program;
    return isSame && each.uid === root.uid && isAlive(each) && hasSameHome(each, root, scene);
  };
  const below = scene.tree.subtreeOf(root).filter(isClient);
  const all = below.length > 0 ? below : scene.processes.filter(isClient);
  // A launcher and the program below it are one client.
  return all.filter(each => !scene.tree.ancestorsOf(each).some(isClient));
}

/** Two installations of one user have a daemon each. */
function hasSameHome(one: Process, other: Process, { originOf }: Scene): boolean {
  const homes = [one, other].map(each => {
    const { directories } = originOf(each);
    return directories && JSON.stringify(directoriesIn(name => directories.get(name)));
  });
  return homes.includes(undefined) || homes[0] === homes[1];
}

/** Recorded agents whose process is gone: ghosts. Their files are their vendor's, and stay. */
export function judgeRecords(observation: Observation): Draft[] {
  const { scene } = observation;
  if (!scene.sources.processes) return [];
  const isThere = (record: VendorRecord) => {
    const { identity, isElsewhere } = record;
    if (scene.vendorRecords.isBound(record)) return true;
    // Of another user's process nothing is claimed.
    return (
      isElsewhere !== true &&
      identity !== undefined &&
      scene.tree.byPid.get(identity.pid)?.start === identity.start
    );
  };
  return absentRecords(scene.vendorRecords, isThere).map(records => {
    const [first] = records as readonly [VendorRecord, ...VendorRecord[]];
    const isElsewhere = records.some(each => each.isElsewhere);
    const { recorder, id, vendor, at } = first;
    return {
      class: isElsewhere ? 'unknown' : 'ghost',
      key: formatKey({ kind: 'record', recorder, id }),
      type: vendor,
      program: vendor,
      ...recordedByVendor(records),
      status: first.status,
      owner: undefined,
      processes: [],
      ...sums([]),
      lastActivityAt: at,
      evidence: [
        ...records.map(record => hint('vendor-record', describeRecord(record))),
        isElsewhere
          ? doubt('other-namespace', 'its pid is of another pid namespace or machine')
          : proof('absence', 'no process with that pid and start time'),
      ],
      roots: records.map(({ identity }) => (identity ? identityOf(identity) : '')),
      youngest: at,
    } satisfies Draft;
  });
}
