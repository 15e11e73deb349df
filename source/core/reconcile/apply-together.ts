/** Changes to the registries of several tasks that share a global registry. */
import type { RegistryStore, UpdateResult } from '../ports/registry-store.ts';
import { type Applied, applyChanges, type PlaceChanges, type Update } from './apply-changes.ts';
import type { Change } from './reconcile-plan.ts';

/** While all registries are locked, one that is busy is not waited for any longer. */
const togetherMs = 500;

export type Together<P> = {
  readonly results: readonly (Applied & { readonly places: readonly P[] })[];
  /** Paths written, also by an update that failed. */
  readonly written: readonly string[];
};

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
  if (isOne || all.result.kind === 'done')
    return { results: [{ ...all, places }], written: [...written] };
  if (written.size === 0) applied.clear();
  const results: (Applied & { readonly places: readonly P[] })[] = [];
  for (const place of places) {
    const alone = await applyChanges(store, { places: [place], takenAt, waitMs }, applied);
    results.push({ ...alone, places: [place] });
    for (const path of writtenBy(alone.result)) written.add(path);
  }
  return { results, written: [...written] };
}

function writtenBy(result: UpdateResult): readonly string[] {
  return result.kind === 'busy' ? [] : result.written;
}
