/** Inherited marks of candidates: a few named environment variables, the service and the scope
 * they run in.
 * Nothing else of an environment is ever kept: it holds secrets. */
import { readFileSync } from 'node:fs';
import { programMarks } from '../core/inventory/known-programs.ts';
import { identityOf, type Origin, type Process } from '../core/model.ts';
import { isScarcity } from './scarcity.ts';

export type OriginReader = {
  read(candidates: readonly Process[]): ReadonlyMap<number, Origin>;
};

type Kept = { readonly argv: readonly string[]; readonly origin: Origin; readonly usedAt: number };

/** An ending looks twenty times a second, at others than the screen's own looks: what one of them does not
 * ask for is kept for the other this many reads. */
const keptReads = 100;

/** Keeps what it read for as long as the process has the same arguments. */
export function createOriginReader(root = '/proc'): OriginReader {
  const kept = new Map<string, Kept>();
  let reads = 0;
  return {
    read(candidates) {
      reads++;
      const origins = new Map<number, Origin>();
      for (const process of candidates) {
        const identity = identityOf(process);
        const before = kept.get(identity);
        const isSame = before !== undefined && before.argv === process.argv;
        const origin = isSame ? before.origin : readOrigin(`${root}/${process.pid}`);
        // What could not be read just now may be read in the next look.
        if (origin === undefined) continue;
        kept.set(identity, { argv: process.argv, origin, usedAt: reads });
        origins.set(process.pid, origin);
      }
      if (reads % keptReads === 0)
        for (const [identity, { usedAt }] of kept)
          if (usedAt <= reads - keptReads) kept.delete(identity);
      return origins;
    },
  };
}

function readOrigin(path: string): Origin | undefined {
  const [environ, cgroup] = [readText(`${path}/environ`), readText(`${path}/cgroup`)];
  if (environ === undefined || cgroup === undefined) return undefined;
  const environment = environ.split('\0');
  const settingOf = (name: string) =>
    environment.find(entry => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const mark = programMarks.find(name => settingOf(name) !== undefined);
  return {
    agentMark: settingOf('VIGIL_AGENT'),
    programMark: mark,
    tmux: parseTmux(settingOf('TMUX')),
    tmuxPane: settingOf('TMUX_PANE'),
    service: parseService(cgroup),
    scope: parseScope(cgroup),
  };
}

/** `TMUX=<socket path>,<server pid>,<session number>`; the path may hold commas. */
export function parseTmux(value: string | undefined): Origin['tmux'] {
  const match = /^(.+),(\d+),\d+$/.exec(value ?? '');
  if (match === null) return undefined;
  return { socketPath: match[1] ?? '', serverPid: Number(match[2]) };
}

/** The innermost service of a cgroup path; the user manager itself is none. */
export function parseService(cgroups: string): string | undefined {
  for (const line of cgroups.split('\n')) {
    const last = line.split(':').slice(2).join(':').split('/').at(-1) ?? '';
    if (last.endsWith('.service') && !last.startsWith('user@')) return last;
  }
  return undefined;
}

/** The scope that tmux asked systemd for, for a pane; the innermost where there are several. What is below
 * it in the tree of cgroups is in it. */
export function parseScope(cgroups: string): string | undefined {
  return [...cgroups.matchAll(/\/(tmux-spawn-[\w-]+\.scope)(?=\/|$)/gm)].at(-1)?.[1];
}

/** @returns nothing where no descriptor is to be had; what may not be read is empty. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    return isScarcity(error) ? undefined : '';
  }
}
