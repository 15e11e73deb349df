/** A registry after edits, as its next reader finds it. */
import {
  editDocument,
  type RegistryDocument,
  readDocument,
} from '../../source/core/registry/document.ts';
import type { Edit } from '../../source/core/registry/edit.ts';

export function edited(document: RegistryDocument, edits: readonly Edit[]): RegistryDocument {
  const { path, scope } = document;
  const text = editDocument(document, edits);
  const read = text.ok ? readDocument(path, scope, text.value) : text;
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}
