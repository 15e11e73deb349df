/** A registry file as text and parsed content, and how edits are applied to it. */
import type { Reading, RegistryContent, RegistryScope } from '../model/model.ts';
import { contentAfter } from './content-after.ts';
import { wrongCounters } from './counters.ts';
import { applyEdits, type Edit, type Splice, spliced, splicesOf } from './edit.ts';
import { parseJson } from './json.ts';
import { type JsonNode, locateJson } from './locate.ts';
import { contentOf } from './parse.ts';
import { isSameButEdits } from './same-but-edits.ts';
import { strayChange } from './stray-change.ts';
import { wantedBy } from './wanted-edits.ts';

/** @property json the parsed text, which nothing changes. */
export type RegistryDocument = {
  readonly path: string;
  readonly scope: RegistryScope;
  readonly text: string;
  readonly json: unknown;
  readonly content: RegistryContent;
};

/** @returns the document, or why its text is not a registry. */
export function readDocument(
  path: string,
  scope: RegistryScope,
  text: string,
): Reading<RegistryDocument> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const json = parsed.value;
  const content = contentOf(json, scope);
  if (!content.ok) return content;
  return { ok: true, value: { path, scope, text, json, content: content.value } };
}

/** Applies edits and recalculates the counters. Verifies that the result parses, that no entry is lost, and
 * that nothing but the edited values and the counters changed.
 * @returns the text to write, or what is wrong with it. */
export function editDocument(document: RegistryDocument, edits: readonly Edit[]): Reading<string> {
  const places = locateJson(document.text);
  const splices = splicesOf(document.text, edits, places);
  if (!splices.ok) return splices;
  const quick = places.ok ? editFields(document, edits, places.value, splices.value) : undefined;
  if (quick !== undefined) return { ok: true, value: quick };
  const edited = spliced(document.text, splices.value);
  if (!edited.ok) return edited;
  const between = readDocument(document.path, document.scope, edited.value);
  if (!between.ok) return between;
  const counters = counterEdits(between.value.content, document.scope);
  const isEdited = ({ at: [name] }: Edit) => edits.some(({ at }) => at[0] === name);
  const counted = counters.some(isEdited)
    ? applyEdits(edited.value, counters)
    : withCounters(document.text, splices.value, splicesOf(document.text, counters, places));
  if (!counted.ok) return counted;
  const stray = strayChange(document.text, counted.value, [...edits, ...counters], places);
  return stray === undefined
    ? counted
    : { ok: false, reason: `the edit would also change ${stray}` };
}

/** Fields of entries: what the counters must be is known without reading the edited text, and what the edits leave alone
 * is compared byte by byte.
 * @returns the text to write, if that is all that the edits do. */
function editFields(
  document: RegistryDocument,
  edits: readonly Edit[],
  root: JsonNode,
  splices: readonly Splice[],
): string | undefined {
  const { text, scope, json, content } = document;
  const after = contentAfter(json, content, edits);
  if (after === undefined) return undefined;
  const counters = counterEdits(after, scope);
  const counted = withCounters(text, splices, splicesOf(text, counters, { ok: true, value: root }));
  if (!counted.ok) return undefined;
  const wanted = wantedBy([...edits, ...counters]);
  return isSameButEdits(text, counted.value, root, wanted) ? counted.value : undefined;
}

function counterEdits(content: RegistryContent, scope: RegistryScope): Edit[] {
  return wrongCounters(content, scope).map(({ name, actual }) => ({ at: [name], value: actual }));
}

/** A large text is not located again for its counters. */
function withCounters(
  text: string,
  splices: readonly Splice[],
  more: Reading<readonly Splice[]>,
): Reading<string> {
  return more.ok ? spliced(text, [...splices, ...more.value]) : more;
}
