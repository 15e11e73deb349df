/** What plans of all verbs have in the same shape. */
import type { FoundIntent } from '../../core/ports/workspace-journals.ts';

/** A file of a plan, in every verb. */
export type FileJson = {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'prompt' | 'log' | 'directory' | 'lock' | 'temporary' | 'registry';
  readonly work: 'remove' | 'archive' | 'create' | 'change';
  readonly reason: string;
};

export function plannedJson({ path, kind, work, reason }: FileJson): FileJson {
  return { path, kind, work, reason };
}

/** Deploys that were cut off and are undone: by agent id, or by the file where that cannot be read. */
export function deploysJson(deploys: readonly FoundIntent[]): string[] {
  return deploys.map(({ path, intent }) => (intent.ok ? intent.value.agentId : path));
}
