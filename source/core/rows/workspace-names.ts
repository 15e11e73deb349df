/** Short names of workspaces, for columns and plans. */
import type { Row } from '../model/model.ts';

const directoryName = '.agent-workspace';

/** @param workspaces their paths. @returns by path: the last part of each project's directory, with as many parts before
 * it as it takes to tell those of this list apart. */
export function workspaceNames(workspaces: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map(workspaces.map(path => [path, partsOf(path)]));
  const names = new Map(workspaces.map(path => [path, nameFrom(parts.get(path), 1)]));
  const longest = Math.max(0, ...[...parts.values()].map(({ length }) => length));
  for (let count = 2; count <= longest; count++) {
    const shared = new Set([...names.values()].filter((name, at, all) => all.indexOf(name) < at));
    if (shared.size === 0) break;
    for (const [path, name] of names)
      if (shared.has(name)) names.set(path, nameFrom(parts.get(path), count));
  }
  return names;
}

/** Undefined for a row that no registry records. */
export function workspaceNameOf({
  workspace,
  workspaceName,
}: Pick<Row, 'workspace' | 'workspaceName'>): string | undefined {
  if (workspaceName !== undefined || workspace === undefined) return workspaceName;
  return nameFrom(partsOf(workspace), 1);
}

function partsOf(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean);
  return parts.length > 1 && parts.at(-1) === directoryName ? parts.slice(0, -1) : parts;
}

function nameFrom(parts: readonly string[] = [], count: number): string {
  return parts.slice(-count).join('/');
}
