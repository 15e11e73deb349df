/** Edits of a database's text as changes of its rows. */
import type { Reading } from '../model/model.ts';
import type { RegistryDocument } from './document.ts';
import type { Edit, Json } from './edit.ts';

type Fields = ReadonlyMap<string, Json>;

export type RowChange =
  | { readonly kind: 'insert'; readonly id: string; readonly fields: Fields }
  | { readonly kind: 'delete'; readonly id: string; readonly now: Fields }
  | {
      readonly kind: 'update';
      readonly id: string;
      /** The new values. */
      readonly fields: Fields;
      /** All fields of the row before. */
      readonly now: Fields;
    };

/** @returns one change for each row that the edits touch, or which edit no row can take. */
export function rowChanges(
  { json }: Pick<RegistryDocument, 'json'>,
  edits: readonly Edit[],
): Reading<readonly RowChange[]> {
  if (edits.length === 0) return { ok: true, value: [] };
  const { agents } = json as { readonly agents: readonly Record<string, Json>[] };
  const changes = new Map<number, RowChange>();
  for (const edit of edits) {
    const change = changeBy(edit, agents, changes);
    if (change === undefined)
      return { ok: false, reason: `a database has no place for ${edit.at.join('.')}` };
    changes.set(Number(edit.at[1]), change);
  }
  return { ok: true, value: [...changes.values()] };
}

function changeBy(
  { at, value }: Edit,
  agents: readonly Record<string, Json>[],
  changes: ReadonlyMap<number, RowChange>,
): RowChange | undefined {
  const [list, index, field, ...deeper] = at;
  if (list !== 'agents' || typeof index !== 'number' || deeper.length > 0) return undefined;
  const row = agents[index];
  if (row === undefined) {
    const fields = field === undefined ? fieldsOf(value) : undefined;
    const id = fields?.get('id');
    return fields !== undefined && typeof id === 'string'
      ? { kind: 'insert', id, fields }
      : undefined;
  }
  const { id } = row;
  if (typeof id !== 'string') return undefined;
  const now = new Map(Object.entries(row));
  if (field === undefined) return value === undefined ? { kind: 'delete', id, now } : undefined;
  if (typeof field !== 'string' || value === undefined) return undefined;
  const before = changes.get(index);
  const fields = before?.kind === 'update' ? before.fields : [];
  return { kind: 'update', id, fields: new Map([...fields, [field, value]]), now };
}

function fieldsOf(value: Json | undefined): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
