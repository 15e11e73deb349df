/** A registry file as text and parsed content, and how edits are applied to it. */
import type { Reading, RegistryContent, RegistryScope } from '../model/model.ts';
import { wrongCounters } from './counters.ts';
import { applyEdits, type Edit } from './edit.ts';
import { locateJson } from './locate.ts';
import { parseRegistry } from './parse.ts';
import { strayChange } from './stray-change.ts';

export type RegistryDocument = {
  readonly path: string;
  readonly scope: RegistryScope;
  readonly text: string;
  readonly content: RegistryContent;
};

/** @returns the document, or why its text is not a registry. */
export function readDocument(
  path: string,
  scope: RegistryScope,
  text: string,
): Reading<RegistryDocument> {
  const content = parseRegistry(text, scope);
  return content.ok ? { ok: true, value: { path, scope, text, content: content.value } } : content;
}

/** Applies edits and recalculates the counters. Verifies that the result parses, that no entry is lost, and
 * that nothing but the edited values and the counters changed.
 * @returns the document to write, or what is wrong with it. */
export function editDocument(
  document: RegistryDocument,
  edits: readonly Edit[],
): Reading<RegistryDocument> {
  const places = locateJson(document.text);
  const edited = applyEdits(document.text, edits, places);
  if (!edited.ok) return edited;
  const between = readDocument(document.path, document.scope, edited.value);
  if (!between.ok) return between;
  const counters = wrongCounters(between.value.content, document.scope).map(
    ({ name, actual }): Edit => ({ at: [name], value: actual }),
  );
  const counted = counters.length === 0 ? edited : applyEdits(edited.value, counters);
  if (!counted.ok) return counted;
  const stray = strayChange(document.text, counted.value, [...edits, ...counters], places);
  if (stray !== undefined) return { ok: false, reason: `the edit would also change ${stray}` };
  if (counters.length === 0) return between;
  return readDocument(document.path, document.scope, counted.value);
}
