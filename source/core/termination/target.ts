/** One thing to be ended, frozen when it was asked for: identities, never row numbers. */

import { commandOf, sums } from '../inventory/draft.ts';
import { isZombie } from '../inventory/process-tree.ts';
import { isOurs } from '../inventory/scene.ts';
import type { Inventory, Pane, Process, Row } from '../model.ts';
import { sessionOf } from '../session-of.ts';
import type { SessionRef } from './hands.ts';
import { type Marks, type Member, memberOf } from './kill-set.ts';
import { onSpareList, type Spared, type SpareRules } from './spare.ts';

export type EndTarget = {
  /** The row's key. */
  readonly key: string;
  readonly agentId?: string;
  readonly task?: string;
  readonly class: Row['class'];
  readonly session?: SessionRef;
  readonly members: readonly Member[];
  readonly spared: readonly Spared[];
  readonly marks: Marks;
  /** What its members hold and use now. */
  readonly rssBytes: number;
  readonly cpuPercent: number;
  /** Only in a plan that is shown. */
  readonly ports?: Ports;
  /** Only in a plan that is shown: what is removed and archived once it is dead. */
  readonly files?: readonly PlannedFile[];
  /** Why it is not ended at all. */
  readonly refused?: string;
};

/** A file that a plan names. */
export type PlannedFile = {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'prompt' | 'log';
  readonly work: 'remove' | 'archive';
  readonly reason: string;
};

export type Ports = {
  /** TCP ports that members listen on, in order. */
  readonly known: readonly number[];
  /** Pids of members whose sockets we may not see: theirs are unknown, which is not none. */
  readonly unknownOf: readonly number[];
};

/** @param isNamed the person named this row, not a class of rows.
 * @param isReadable every source could be read in the look that the row is of. */
export function targetOf(
  row: Row,
  inventory: Inventory,
  scopes: ReadonlyMap<string, Pane>,
  spare: SpareRules,
  isNamed: boolean,
  isReadable: boolean,
): EndTarget {
  // A person's own session is never killed for the agent that runs in it.
  const session = row.class === 'interactive' ? undefined : sessionOf(row, inventory);
  const holders = terminalHolders(row, spare);
  const members: Member[] = [];
  const spared: Spared[] = [];
  const ended: Process[] = [];
  let isBelow = false;
  for (const process of row.processes) {
    if (isZombie(process)) continue;
    const reason = spare(process) ?? holders.get(process.pid);
    if (reason === undefined) {
      ended.push(process);
      members.push({ ...memberOf(process, process.reason), role: process.role });
    } else {
      isBelow ||= reason === 'vigil runs below it' || reason === 'vigil itself';
      spared.push({ pid: process.pid, command: commandOf(process), reason });
    }
  }
  return {
    key: row.key,
    agentId: row.agentId,
    task: row.task,
    class: row.class,
    // Killed, it would hang up on who is spared in it.
    session: session?.panes.some(pane => holders.has(pane.panePid)) ? undefined : session?.ref,
    members,
    spared,
    marks: {
      agentId: row.agentId,
      panes: new Set(session?.panes.map(pane => pane.paneId)),
      serverPid: session?.ref.serverPid,
      scopes: scopesOf(session?.panes ?? [], scopes),
      uids: new Set(row.processes.map(process => process.uid)),
    },
    ...sums(ended),
    refused: isBelow
      ? 'vigil itself runs in it'
      : (outOfReach(row, inventory) ?? refusalOf(row, isNamed, isReadable)),
  };
}

/** What is around another user's agent would end, and the agent itself live on without a session. */
function outOfReach(row: Row, { machine }: Inventory): string | undefined {
  const program = row.processes.find(
    each => each.role === 'agent' && !isZombie(each) && !isOurs(each, machine),
  );
  return program === undefined
    ? undefined
    : `its agent program, pid ${program.pid}, belongs to uid ${program.uid}: only that user or root may end it`;
}

function refusalOf(row: Row, isNamed: boolean, isReadable: boolean): string | undefined {
  // A verdict that has only not settled yet does not save what is named: its members are known. Where
  // none is, its people may be hidden from us, and it must not be said that nobody was there.
  const isKnown = isNamed && isReadable && row.processes.length > 0;
  if (row.class === 'unknown' && !isKnown)
    return 'what it is could not be established, so nothing of it is signalled';
  if (row.class === 'zombie')
    return 'it is dead already and cannot be signalled; its parent must reap it';
  if (isNamed) return undefined;
  if (row.class === 'interactive') return 'a person’s agent is only ended by its name';
  if ((row.session?.attached ?? 0) > 0)
    return 'somebody is attached to its session; name it to end it all the same';
  return undefined;
}

function scopesOf(panes: readonly Pane[], scopes: ReadonlyMap<string, Pane>): ReadonlySet<string> {
  const pids = new Set(panes.map(pane => pane.panePid));
  return new Set([...scopes].flatMap(([scope, pane]) => (pids.has(pane.panePid) ? [scope] : [])));
}

/** Leaders of the terminals that programs on the spare list have, by pid: with a leader's end the kernel
 * hangs up on its terminal's programs, which is a signal too. */
function terminalHolders(row: Row, spare: SpareRules): ReadonlyMap<number, string> {
  const listed = row.processes.filter(
    process => process.tty !== 0 && spare(process)?.startsWith(onSpareList),
  );
  return new Map(
    listed.map(({ pid, sid }) => [
      sid,
      `it holds the terminal of pid ${pid}, which is ${onSpareList}`,
    ]),
  );
}
