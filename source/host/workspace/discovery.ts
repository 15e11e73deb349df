/** Workspaces around the directories that agents work in (--discover). A directory is searched once. */
import { isAbsolute } from 'node:path';
import type { Problem } from '../../core/model/model.ts';
import type { Workspaces } from '../registry/files.ts';
import { clock } from '../run/system-clock.ts';
import { tryTo } from '../run/try-to.ts';
import {
  type FoundWorkspaces,
  foreignFault,
  isDirectory,
  nearestUpward,
  realPathOf,
} from './workspaces.ts';

/** A directory without a workspace is searched again after this time: one may have been made. */
const forgottenAfterMs = 60_000;

/** @param selected the workspaces that are named, or found around vigil itself. */
export function createDiscovery(selected: FoundWorkspaces, now = clock.steadyNow) {
  /** Directories, and until when they need no search. */
  const searched = new Map<string, number>();
  const chosen = new Set(selected.workspaces.map(realPathOf));
  /** By path, with the reason why it is only shown, if it is. */
  const found = new Map<string, string | undefined>();
  const search = (directory: string): boolean => {
    const workspace = isAbsolute(directory) ? nearestUpward(directory) : undefined;
    searched.set(directory, workspace === undefined ? now() + forgottenAfterMs : Infinity);
    if (workspace === undefined) return false;
    const path = realPathOf(workspace);
    if (chosen.has(path) || found.has(path)) return false;
    const owned = tryTo(() => ({ fault: foreignFault(path) }));
    if (owned !== undefined) found.set(path, owned.fault);
    return owned !== undefined;
  };
  return {
    /** @returns whether there are workspaces around these directories that were not known. */
    discover: (directories: readonly string[]): boolean =>
      [...new Set(directories)]
        .filter(directory => (searched.get(directory) ?? 0) <= now())
        .map(search)
        .includes(true),
    current(): Workspaces {
      for (const path of found.keys())
        if (!isDirectory(path)) {
          found.delete(path);
          searched.clear();
        }
      const foreign = new Map(selected.foreign);
      const shown: string[] = [];
      const own: string[] = [];
      for (const [path, fault] of found) {
        (fault === undefined ? own : shown).push(path);
        if (fault !== undefined) foreign.set(path, fault);
      }
      const notes = [...foreign.values()].map(
        (message): Problem => ({ source: 'workspace', message, unread: false }),
      );
      return {
        workspaces: [...selected.workspaces, ...own],
        shown,
        foreign,
        problems: [...selected.problems, ...notes],
      };
    },
  };
}
