/** Inherited marks of candidates: a few named environment variables, the service and the scope
 * they run in.
 * Nothing else of an environment is ever kept: it holds secrets. */
import { readFileSync } from 'node:fs';
import { programMarks } from '../core/inventory/known-programs.ts';
import { identityOf, type Origin, type Process } from '../core/model.ts';

export type OriginReader = {
  read(candidates: readonly Process[]): ReadonlyMap<number, Origin>;
};

/** Keeps what it read for as long as the process has the same arguments. */
export function createOriginReader(root = '/proc'): OriginReader {
  let kept = new Map<string, { argv: readonly string[]; origin: Origin }>();
  return {
    read(candidates) {
      const next: typeof kept = new Map();
      const origins = new Map<number, Origin>();
      for (const process of candidates) {
        const identity = identityOf(process);
        const before = kept.get(identity);
        const entry =
          before !== undefined && before.argv === process.argv
            ? before
            : { argv: process.argv, origin: readOrigin(`${root}/${process.pid}`) };
        next.set(identity, entry);
        origins.set(process.pid, entry.origin);
      }
      kept = next;
      return origins;
    },
  };
}

function readOrigin(path: string): Origin {
  const environment = readText(`${path}/environ`).split('\0');
  const settingOf = (name: string) =>
    environment.find(entry => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const cgroups = readText(`${path}/cgroup`);
  const mark = programMarks.find(name => settingOf(name) !== undefined);
  return {
    agentMark: settingOf('VIGIL_AGENT'),
    programMark: mark,
    tmux: parseTmux(settingOf('TMUX')),
    tmuxPane: settingOf('TMUX_PANE'),
    service: parseService(cgroups),
    scope: parseScope(cgroups),
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

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
