/** After an ending: the entry is closed under the lock, the prompt is removed, the logs are archived. Only
 * for an agent that was seen dead; a survivor stays on record. */
import type { Host } from '../host.ts';
import type { Inventory } from '../model.ts';
import { mend, type Outcome } from '../reconcile/mend.ts';
import { type Change, placeOf } from '../reconcile/plan.ts';
import { mergeRegistries, recordedStatus, taskOf } from '../registry/merge.ts';
import { failureClause } from '../registry/store.ts';
import { filesOf } from './agent-files.ts';
import type { TargetResult } from './result.ts';

export type Recorded = {
  readonly promptDeleted: boolean;
  readonly archived: readonly string[];
  readonly errors: readonly string[];
};

const nothing: Recorded = { promptDeleted: false, archived: [], errors: [] };

/** @param reason as it stands in the registry afterwards. */
export async function record(
  host: Host,
  inventory: Inventory,
  result: TargetResult,
  reason: string,
  waitMs: number,
): Promise<Recorded> {
  const entry = mergeRegistries(inventory.registries).find(each => each.key === result.target.key);
  const isDead = ['exited', 'killed', 'vanished'].includes(result.outcome);
  if (entry === undefined || !isDead) return nothing;
  // A bad entry is shown and never acted on.
  if (entry.hasFaults)
    return { ...nothing, errors: [`registry: not closed: ${entry.entry.faults.join('; ')}`] };
  const { workspace, taskFile, globalFile } = placeOf(entry, inventory.registries);
  const { id, task, session, startedAt, status } = entry.entry;
  const errors: string[] = [];
  if (recordedStatus(status) === 'active') {
    const change: Change = {
      kind: 'close',
      agentId: id,
      task,
      session,
      startedAt,
      reason,
      says: '',
    };
    let outcomes: readonly Outcome[] = [];
    const updated = await host.registryStore.update({
      files: [
        ...(taskFile === undefined ? [] : [{ path: taskFile, scope: 'task' as const }]),
        ...(globalFile === undefined ? [] : [{ path: globalFile, scope: 'global' as const }]),
      ],
      waitMs,
      mutate: documents => {
        const mended = mend(documents, [change], host.clock.now());
        outcomes = mended.outcomes;
        return mended.files;
      },
    });
    if (updated.kind !== 'done') errors.push(`${updated.path}: ${failureClause(updated)}`);
    for (const { left } of outcomes) if (left !== undefined) errors.push(`registry: ${left}`);
  }
  const registry = inventory.registries.find(each => each.path === taskFile);
  if (registry === undefined) return { ...nothing, errors };
  return { ...tidy(host, entry.entry, workspace, taskOf(registry), errors) };
}

function tidy(
  host: Host,
  entry: Parameters<typeof filesOf>[0],
  workspace: string,
  task: string,
  before: readonly string[],
): Recorded {
  const errors = [...before];
  const archived: string[] = [];
  let promptDeleted = false;
  for (const file of filesOf(entry, workspace, task)) {
    const done =
      file.work === 'remove' ? host.hands.removeFile(file) : host.hands.archiveFile(file);
    if (!done.ok) errors.push(done.reason);
    else if (done.value && file.work === 'remove') promptDeleted = true;
    else if (done.value) archived.push(file.path);
  }
  return { promptDeleted, archived, errors };
}
