/** Closes the entry of an agent, or marks it stuck, if it is still the entry that was judged. */
import { recordedStatus } from '../registry/merge.ts';
import { timeOf } from '../registry/parse.ts';
import { type OpenEntry, type OpenRegistries, type OpenRegistry, textAt } from './open-registry.ts';
import type { Change } from './reconcile-plan.ts';

type Closing = Extract<Change, { kind: 'close' | 'mark stuck' }>;

/** @param registry the authoritative one.
 * @returns why the change is skipped. */
export function close(
  change: Closing,
  opened: OpenRegistries,
  registry: OpenRegistry | undefined,
  time: string,
): string | undefined {
  const mine = judgedIn(change, opened, registry);
  const [first] = mine;
  if (first === undefined) return 'the entry was replaced meanwhile';
  const open = mine.filter(isActive);
  if (open.length === 0) return `it is ${statusOf(first)} now`;
  // The orchestrator does not accept a status of ours in its database: to it, a blocked agent is active.
  const stuck = registry?.scope === 'database' ? 'blocked' : 'stuck';
  for (const entry of open) {
    entry.set('status', change.kind === 'mark stuck' ? stuck : 'terminated');
    entry.set('last_update', time);
    if (change.kind === 'mark stuck') {
      if (change.processes) entry.set('tracked_processes', change.processes);
      continue;
    }
    entry.set('terminated_at', time);
    entry.set('termination_reason', change.reason);
  }
  return undefined;
}

/** The entries of the agent that was judged: of the same session and start. Where the database could not be read then,
 * the start is that of the JSON file, which the orchestrator writes a moment apart. */
function judgedIn(
  { agentId, session, startedAt, isDatabaseUnseen }: Closing,
  { task, global }: OpenRegistries,
  registry: OpenRegistry | undefined,
): readonly OpenEntry[] {
  const ofSession = (entries: readonly OpenEntry[]) =>
    entries.filter(({ fields }) => [session, undefined].includes(textAt(fields, 'tmux_session')));
  const ofStart = (entries: readonly OpenEntry[]) =>
    entries.filter(({ fields }) => timeOf(textAt(fields, 'started_at')) === startedAt);
  const found = ofSession(registry?.entriesOf(agentId) ?? []);
  if (isDatabaseUnseen !== true || registry?.scope !== 'database') return ofStart(found);
  const seen = [task, global].flatMap(each => each?.entriesOf(agentId) ?? []);
  return ofStart(ofSession(seen)).length > 0 ? found : [];
}

export function isActive({ fields }: OpenEntry): boolean {
  return recordedStatus(textAt(fields, 'status')) === 'active';
}

export function statusOf({ fields }: OpenEntry): string {
  return textAt(fields, 'status') ?? 'without a status';
}
