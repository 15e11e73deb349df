/** One thing to be ended, frozen when it was asked for: identities, never row numbers. */

import { idOfMark } from '../evidence/pane-proofs.ts';
import { sums } from '../inventory/draft.ts';
import { isZombie } from '../inventory/process-tree.ts';
import { isOurs } from '../inventory/scene.ts';
import type { Inventory, Pane, Process, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { commandOf } from '../programs/process-name.ts';
import { sessionOf } from '../rows/session-of.ts';
import { type Marks, type Member, memberOf } from './kill-set.ts';
import type { Refusal } from './refusal.ts';
import type { Spared, SpareReason, SpareRules } from './spare.ts';

/** What a plan holds of one row: it is ended, or refused. */
export type EndTarget = Ended | Refused;

export type Ended = Planned & {
  readonly refused?: undefined;
  readonly marks: Marks;
  /** What its members hold and use now. */
  readonly rssBytes: number;
  readonly cpuPercent: number;
  /** Only in a plan that is shown. */
  readonly ports?: Ports;
  /** Only in a plan that is shown: what is removed and archived once it is dead. */
  readonly files?: readonly PlannedFile[];
};

/** Nothing of it is signalled. */
export type Refused = Planned & { readonly refused: Refusal };

type Planned = {
  /** The row's key. */
  readonly key: string;
  readonly agentId?: string;
  readonly task?: string;
  readonly class: Row['class'];
  readonly session?: SessionRef;
  /** Its session goes on, and why. */
  readonly keepsSession?: string;
  /** What the row's verdict rested on when the plan was made (`Row.verdict`). */
  readonly verdict?: string;
  /** The person named it, not a class of rows: it is not judged again. */
  readonly isNamed: boolean;
  readonly mayBeAttached?: boolean;
  readonly members: readonly Member[];
  readonly spared: readonly Spared[];
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

/** How a row was meant. */
export type Meaning = {
  /** The person named this row, not a class of rows. */
  readonly isNamed: boolean;
  /** Also one that somebody watches. */
  readonly mayBeAttached?: boolean;
  /** Also an orphan of which it is not proven that its agent is gone. */
  readonly includesSuspected?: boolean;
  /** Every source could be read in the look that the row is of. */
  readonly isReadable: boolean;
};

type TargetSources = {
  readonly inventory: Inventory;
  /** The pane of each cgroup scope. */
  readonly scopes: ReadonlyMap<string, Pane>;
  readonly spare: SpareRules;
};

export function targetOf(
  row: Row,
  meaning: Meaning,
  { inventory, scopes, spare }: TargetSources,
): EndTarget {
  // A person's own session is never killed for the agent that runs in it.
  const session = row.class === 'interactive' ? undefined : sessionOf(row, inventory);
  const holders = terminalHolders(row, inventory, spare);
  const panes = row.panes ?? [];
  const members: Member[] = [];
  const spared: Spared[] = [];
  const ended: Process[] = [];
  let isBelow = false;
  for (const process of row.processes) {
    if (isZombie(process)) continue;
    const reason = spare(process, inventory.origins.get(process.pid)) ?? holders.get(process.pid);
    if (reason === undefined) {
      ended.push(process);
      members.push({ ...memberOf(process, process.reason), role: process.role });
    } else {
      isBelow ||= reason.kind === 'ancestor' || reason.kind === 'self';
      spared.push({ pid: process.pid, command: commandOf(process), reason });
    }
  }
  const refused = isBelow
    ? ({ kind: 'self', text: 'vigil itself runs in it' } as const)
    : (outOfReach(row, inventory) ?? refusalOf(row, inventory, meaning));
  const planned: Planned = {
    key: row.key,
    agentId: row.agentId,
    task: row.task,
    class: row.class,
    // Killed, it would hang up on what is spared in it.
    session:
      row.keepsSession !== undefined || session?.panes.some(pane => holders.has(pane.panePid))
        ? undefined
        : session?.ref,
    keepsSession: session === undefined ? undefined : row.keepsSession?.text,
    verdict: row.verdict,
    isNamed: meaning.isNamed,
    mayBeAttached: meaning.mayBeAttached,
    members,
    spared,
  };
  if (refused !== undefined) return { ...planned, refused };
  return {
    ...planned,
    marks: {
      agentId: row.agentId,
      agentMarks: new Set(marksOf(row, inventory)),
      panes: new Set(panes.map(pane => pane.paneId)),
      serverPid: panes[0]?.serverPid,
      scopes: scopesOf(panes, scopes),
      uids: new Set(row.processes.map(process => process.uid)),
    },
    ...sums(ended),
  };
}

/** What is around another user's agent would end, and the agent itself live on without a session. */
function outOfReach(row: Row, { machine }: Inventory): Refusal | undefined {
  const program = row.processes.find(
    each => each.role === 'agent' && !isZombie(each) && !isOurs(each, machine),
  );
  return program === undefined
    ? undefined
    : {
        kind: 'out-of-reach',
        text: `its agent program (pid ${program.pid}) belongs to uid ${program.uid}; only that user or root may end it`,
      };
}

function refusalOf(
  row: Row,
  { foreign }: Inventory,
  { isNamed, mayBeAttached, includesSuspected, isReadable }: Meaning,
): Refusal | undefined {
  const notOurs = row.workspace === undefined ? undefined : foreign?.get(row.workspace);
  if (notOurs !== undefined) return { kind: 'foreign', text: notOurs };
  // A verdict that has only not settled yet does not save what is named: its members are known. Where
  // none is, its processes may be hidden from us, and it must not be said that there were none.
  const isKnown = isNamed && isReadable && row.processes.length > 0;
  if (row.class === 'unknown' && !isKnown) {
    const why = row.evidence.findLast(({ strength }) => strength === 'doubt')?.text;
    const text = 'its class could not be established, so nothing of it is signalled';
    return { kind: 'unknown', text: why === undefined ? text : `${text}: ${why}` };
  }
  if (row.class === 'zombie')
    return {
      kind: 'zombie',
      text: 'already dead, cannot be signalled; its parent must reap it',
    };
  if (isNamed) return undefined;
  if (row.class === 'interactive')
    return { kind: 'interactive', text: 'interactive agents are only ended by name' };
  if (row.confidence === 'suspected' && includesSuspected !== true)
    return { kind: 'suspected', text: suspicionOf(row) };
  if (row.spared !== undefined) return { kind: 'claim', text: row.spared.text };
  if ((row.session?.attached ?? 0) > 0 && mayBeAttached !== true)
    return {
      kind: 'attached',
      text: 'a client is attached to its session; name it to end it anyway',
    };
  return undefined;
}

/** What is known of a suspected orphan, and what would be proof. */
function suspicionOf(row: Row): string {
  const known = row.evidence.find(({ strength }) => strength === 'hint')?.text;
  const seen = known === undefined ? '' : `${known}; `;
  return `suspected only: ${seen}no proof that its agent is gone (--include-suspected ends it anyway)`;
}

/** What its own processes carry as the mark of a deploy. */
function marksOf({ agentId, processes }: Row, { origins }: Inventory): readonly string[] {
  return processes
    .flatMap(({ pid }) => origins.get(pid)?.agentMark ?? [])
    .filter(mark => idOfMark(mark) === agentId);
}

function scopesOf(panes: readonly Pane[], scopes: ReadonlyMap<string, Pane>): ReadonlySet<string> {
  const pids = new Set(panes.map(pane => pane.panePid));
  return new Set([...scopes].flatMap(([scope, pane]) => (pids.has(pane.panePid) ? [scope] : [])));
}

/** Leaders of terminals that something else is on which is not ended, by pid: with a leader's end the kernel
 * hangs up on its terminal's programs, which is a signal too. */
function terminalHolders(
  row: Row,
  inventory: Inventory,
  spare: SpareRules,
): ReadonlyMap<number, SpareReason> {
  const table = inventory.processes.ok ? inventory.processes.value : [];
  const own = new Map(row.processes.map(process => [process.pid, process]));
  const leaders = row.processes.filter(({ pid, sid }) => pid === sid);
  if (leaders.length === 0) return new Map();
  const bySession = new Map(leaders.map(leader => [leader.sid, leader]));
  const held = new Map<number, SpareReason>();
  for (const process of table) {
    const leader = bySession.get(process.sid);
    if (leader === undefined || process === leader || process.tty === 0) continue;
    if (isZombie(process) || leader.pid === process.pid) continue;
    const why = spare(process, inventory.origins.get(process.pid));
    const isGuest = !own.has(process.pid) || (why !== undefined && why.kind !== 'other-row');
    if (!isGuest) continue;
    const text = `it leads the terminal of pid ${process.pid}, which is ${why?.text ?? 'not the agent’s'}`;
    held.set(leader.pid, { kind: 'terminal', text });
  }
  return held;
}
