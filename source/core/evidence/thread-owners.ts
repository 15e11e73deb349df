/** Work that a client runs in a shared daemon. Codex gives its commands the id of their thread, and records
 * nowhere which client a thread belongs to: a client begins one thread when it starts, in its own directory. */
import { isAlive, type Scene } from '../inventory/scene.ts';
import { addTo } from '../model/group-by.ts';
import type { Process } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import { hint } from './evidence.ts';
import type { Membership } from './named-owners.ts';

/** A client begins its thread within this time after its own start. */
const beginsWithinMs = 20_000;
/** The clock of a thread's id and the kernel's may differ a little. */
const marginMs = 1000;

const mark = 'CODEX_THREAD_ID';

/** @returns by pid, what runs below a host for exactly one client. */
export function ownersByThread(
  scene: Scene,
  memberships: ReadonlyMap<number, Membership>,
): Map<number, Membership> {
  const named = new Map<number, Membership>();
  const clients = clientsByThread(scene);
  if (clients.size === 0) return named;
  for (const process of scene.processes) {
    const thread = scene.originOf(process).programMarks?.get(mark);
    const client = thread === undefined ? undefined : clients.get(thread);
    if (client === undefined || memberships.has(process.pid) || !isAlive(process)) continue;
    const isHosted = scene.tree
      .ancestorsOf(process)
      .some(each => scene.kindOf(each).kind === 'host' && each.uid === client.uid);
    if (!isHosted) continue;
    const text = `${mark} names the thread that ${describeProcess(client)} began`;
    const known = memberships.get(client.pid);
    const owner = known?.owner ?? processKey(client);
    named.set(process.pid, { ...known, owner, evidence: hint('exact-mark', text) });
  }
  return named;
}

/** Threads with exactly one client that could have begun them, and that could have begun no other. */
function clientsByThread(scene: Scene): ReadonlyMap<string, Process> {
  const threads = scene.vendorRecords.all.filter(each => each.recorder === 'codex-threads');
  if (threads.length === 0) return new Map();
  const isClient = (each: Process) => {
    const kind = scene.kindOf(each);
    return kind.kind === 'agent' && kind.program === 'codex' && isAlive(each);
  };
  const clients = scene.processes.filter(
    each => isClient(each) && !scene.tree.ancestorsOf(each).some(isClient),
  );
  const pairs = threads.flatMap(({ id, cwd }) =>
    clients
      .filter(({ pid, startedAt }) => {
        const afterMs = beganAt(id) - startedAt;
        const isThere = cwd !== undefined && cwd === scene.inventory.directories?.get(pid);
        return isThere && afterMs > -marginMs && afterMs < beginsWithinMs;
      })
      .map(client => [id, client] as const),
  );
  const threadsOf = new Map<Process, string[]>();
  const clientsOf = new Map<string, Process[]>();
  for (const [id, client] of pairs) {
    addTo(threadsOf, client, id);
    addTo(clientsOf, id, client);
  }
  return new Map(
    pairs.filter(
      ([id, client]) => threadsOf.get(client)?.length === 1 && clientsOf.get(id)?.length === 1,
    ),
  );
}

/** The time in an id of version 7, epoch milliseconds. */
function beganAt(thread: string): number {
  return Number.parseInt(thread.replaceAll('-', '').slice(0, 12), 16);
}
