/** Why a target is not terminated: `kind` for decisions, `text` for display. */

import { isZombie } from '../inventory/process-tree.ts';
import type { Row } from '../model/model.ts';
import type { Spared, SpareKind } from './spare.ts';

export type RefusalKind =
  /** vigil runs in it. */
  | 'self'
  /** Its agent belongs to another user. */
  | 'out-of-reach'
  /** Its class could not be determined. */
  | 'unknown'
  | 'zombie'
  /** An interactive agent that was not named. */
  | 'interactive'
  /** A client is attached to its session. */
  | 'attached'
  /** An orphan whose agent is not proven to be gone. */
  | 'suspected'
  /** Only a registry entry or a name claims it for an agent. */
  | 'claim'
  /** All of its processes are spared: ending it would change nothing. */
  | 'spared'
  /** Another manager has started it and may start it again. */
  | 'manager'
  /** Its workspace was discovered, not named, and other users own it or can write to it. */
  | 'foreign'
  /** Another workspace's registry lists it. */
  | 'elsewhere'
  /** Another entry owns its session and processes. */
  | 'shared'
  /** No known workspace could list it. */
  | 'unlisted'
  /** Two polls have not agreed on its class yet. */
  | 'unsettled'
  /** It changed since the plan was made. */
  | 'changed'
  /** It could not be polled again before the first signal. */
  | 'unread';

export type Refusal = { readonly kind: RefusalKind; readonly text: string };

/** Outside the scope of a bulk command, rather than a target that it failed to end. */
export function isNotIncluded({ kind }: Refusal, isNamed: boolean): boolean {
  if (kind === 'spared') return !isNamed;
  return kind === 'suspected' || kind === 'claim' || kind === 'manager';
}

/** Never signalled, whichever row they belong to. The other kinds depend on the row or on its entry. */
const sparedAnyway: ReadonlySet<SpareKind> = new Set([
  'system',
  'tmux-server',
  'infrastructure',
  'peoples-program',
  'listed',
  'terminal',
]);

type Inert = {
  readonly members: readonly unknown[];
  readonly spared: readonly Spared[];
  readonly session?: unknown;
};

/** A target without a process to signal or a session to end, because all of its processes are spared. An agent whose program
 * has exited is ended by closing its entry. */
export function sparedRefusal(
  { members, spared, session }: Inert,
  { agentId, processes }: Pick<Row, 'agentId' | 'processes'>,
): Refusal | undefined {
  const isAlive = processes.some(each => each.role === 'agent' && !isZombie(each));
  if (agentId !== undefined && !isAlive) return undefined;
  const [first] = spared;
  const isInert = members.length === 0 && session === undefined;
  if (first === undefined || !isInert) return undefined;
  if (!spared.every(({ reason }) => sparedAnyway.has(reason.kind))) return undefined;
  const { pid, command, reason } = first;
  const more = spared.length - 1;
  const are = more === 0 ? 'is' : `and ${more} more are`;
  const text = `nothing to signal: pid ${pid} (${command}) ${are} spared: ${reason.text}`;
  return { kind: 'spared', text };
}

/** Two entries name one session: what ends one of them ends both, so the one that owns it has to be a target too. */
export function sharedRefusal(
  { sharedWith }: Pick<Row, 'sharedWith'>,
  targets: ReadonlySet<string>,
): Refusal | undefined {
  if (sharedWith === undefined || targets.has(sharedWith)) return undefined;
  return { kind: 'shared', text: `its session and processes are those of ${sharedWith}` };
}

/** A row that another manager has started is no target of a bulk command, whatever else is true of it. */
export function managersRefusal(
  { spared }: Pick<Row, 'spared'>,
  isNamed: boolean,
): Refusal | undefined {
  return spared?.kind === 'manager' && !isNamed
    ? { kind: 'manager', text: spared.text }
    : undefined;
}
