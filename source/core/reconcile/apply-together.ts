/** Changes to the registries of several tasks that share a global registry. */
import type { RegistryStore, UpdateResult } from '../ports/registry-store.ts';
import { type Applied, applyChanges, type PlaceChanges, type Update } from './apply-changes.ts';
import type { Change } from './reconcile-plan.ts';

/** While all registries are locked, one that is busy is not waited for any longer. */
const togetherMs = 500;

/** More rows that a database refuses have one cause, and an update for each would take long. */
const mostRefusedRows = 10;

export type Together<P> = {
  readonly results: readonly Tried<P>[];
  /** Paths written, also by an update that failed. */
  readonly written: readonly string[];
};

type Tried<P> = Applied & { readonly places: readonly P[] };

/** Applies the changes of several tasks in one update, which writes their global registry once. Where that fails, each
 * task is retried alone, so that one registry that is busy or invalid does not block the others. */
export async function applyTogether<P extends PlaceChanges>(
  store: Pick<RegistryStore, 'update'>,
  { places, takenAt, waitMs }: Update & { readonly places: readonly P[] },
): Promise<Together<P>> {
  const applied = new Set<Change>();
  const isOne = places.length === 1;
  const shortly = isOne ? waitMs : Math.min(waitMs, togetherMs);
  const all = await applyChanges(store, { places, takenAt, waitMs: shortly }, applied);
  const written = new Set(writtenBy(all.result));
  if (all.result.kind === 'done' || (isOne && refusedRow(all.result) === undefined))
    return { results: [{ ...all, places }], written: [...written] };
  if (written.size === 0) applied.clear();
  const results: Tried<P>[] = [];
  for (const place of places) results.push(...(await applyAlone(place)));
  for (const { result } of results) for (const path of writtenBy(result)) written.add(path);
  return { results, written: [...written] };

  /** Where a database refuses the row of one agent, the others are tried without it. */
  async function applyAlone(place: P): Promise<readonly Tried<P>[]> {
    const tried: Tried<P>[] = [];
    for (let rest = place; ; ) {
      const alone = await applyChanges(store, { places: [rest], takenAt, waitMs }, applied);
      const agentId = refusedRow(alone.result);
      const refused = rest.changes.filter(change => change.agentId === agentId);
      const changes = rest.changes.filter(change => change.agentId !== agentId);
      const isLast = refused.length === 0 || changes.length === 0;
      if (isLast || tried.length === mostRefusedRows)
        return [...tried, { ...alone, places: [rest] }];
      for (const change of rest.changes) applied.delete(change);
      tried.push({ ...alone, places: [{ ...rest, changes: refused }] });
      rest = { ...rest, changes };
    }
  }
}

/** @returns the agent whose row could not be changed; nothing was written then. */
function refusedRow(result: UpdateResult): string | undefined {
  return result.kind === 'refused' && result.written.length === 0 ? result.agentId : undefined;
}

function writtenBy(result: UpdateResult): readonly string[] {
  return result.kind === 'busy' ? [] : result.written;
}
