/** The parts that every command's plan shares. */
import type { FoundIntent } from '../../core/ports/workspace-journals.ts';

/** A file in a plan, for every command. */
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

/** Interrupted deploys to roll back: the agent id, or the journal's path if it cannot be read. */
export function deploysJson(deploys: readonly FoundIntent[]): string[] {
  return deploys.map(({ path, intent }) => (intent.ok ? intent.value.agentId : path));
}
