/** What vigil has done, from the lines of its audit log: across runs and rotations. The log may have been written by any
 * version, and lines may be incomplete: what is not understood is skipped. */
import type { ProcessRef } from './process.ts';

/** Who did it. */
export type Author = ProcessRef & {
  readonly uid: number;
  readonly user?: string;
  /** `kill`, `sweep`, …; `top` for the screen. */
  readonly command?: string;
  /** Address of the ssh client. */
  readonly from?: string;
  /** Id of the run that a vigil on another machine has asked for. */
  readonly run?: string;
};

export type LoggedSignal = {
  readonly at: number;
  readonly pid: number;
  readonly signal: string;
  readonly result: string;
  readonly command: string;
};

export type Deed = {
  readonly kind:
    | 'end'
    | 'reconcile'
    | 'restore'
    | 'sweep'
    | 'shutdown'
    | 'deploy'
    | 'freeze'
    | 'signal'
    | 'rescue'
    | 'command'
    | 'run';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: Author;
  /** Row key, workspace or registry. */
  readonly target: string;
  /** As texts name it. */
  readonly name?: string;
  readonly agentId?: string;
  readonly task?: string;
  /** The session that was ended with it. */
  readonly session?: string;
  readonly class?: string;
  /** Key on the screen. */
  readonly key?: string;
  readonly reason?: string;
  /** As reported: `killed`, `frozen`, `thawed`, `done`, …; `running`; `interrupted` if vigil was killed before the outcome. */
  readonly outcome: string;
  readonly durationMs?: number;
  /** Waits for its processes to exit, and what started it again; missing in logs of older versions. */
  readonly attempts?: number;
  readonly respawnedBy?: string;
  /** What was said about it: errors, what remained, what was changed. */
  readonly notes: readonly string[];
  /** Files that were archived. */
  readonly archived: readonly string[];
  readonly signals: readonly LoggedSignal[];
};

type Entry = Readonly<Record<string, unknown>>;
type Open = { deed: Deed; signals: LoggedSignal[] };

/** @param lines parsed JSON, oldest first. @param isRunning whether the vigil that wrote a line still runs.
 * @returns oldest first. */
export function historyOf(
  lines: readonly unknown[],
  isRunning: (author: ProcessRef) => boolean,
): readonly Deed[] {
  const deeds: Open[] = [];
  /** Started and without an outcome, by writer, kind of work and target. */
  const open = new Map<string, Open>();
  for (const line of lines) {
    const entry = Object(line) as Entry;
    const at = Date.parse(textIn(entry, 'time') ?? '');
    const by = authorOf(entry.by);
    if (Number.isNaN(at) || by === undefined) continue;
    const target = textIn(entry, 'target') ?? '';
    const event = textIn(entry, 'event');
    const name = `${by.pid} ${by.start} ${signallingOf(entry)} ${target}`;
    if (event === 'end' || event === 'signal' || event === 'freeze') {
      const outcome = event === 'end' ? 'running' : (textIn(entry, 'outcome') ?? 'done');
      const notes = textsIn(entry, 'notes');
      const deed: Deed = { ...commonOf(entry, at, by), kind: event, target, outcome, notes };
      const begun = { deed, signals: [] };
      open.set(name, begun);
      deeds.push(begun);
    } else if (textIn(entry, 'signal') !== undefined) {
      // Older logs have no line for the start.
      const known = open.get(name) ?? begin(entry, at, by, target);
      if (!open.has(name)) {
        open.set(name, known);
        deeds.push(known);
      }
      known.signals.push(signalOf(entry, at));
    } else if (textIn(entry, 'outcome') !== undefined && event === undefined) {
      const known = open.get(name) ?? begin(entry, at, by, target);
      if (!open.has(name)) deeds.push(known);
      open.delete(name);
      const { reason = known.deed.reason } = commonOf(entry, at, by);
      const notes = [...textsIn(entry, 'errors'), ...textsIn(entry, 'left')];
      known.deed = {
        ...known.deed,
        reason,
        outcome: textIn(entry, 'outcome') ?? '',
        durationMs: numberIn(entry, 'durationMs'),
        attempts: numberIn(entry, 'attempts'),
        respawnedBy: textIn(entry, 'respawnedBy'),
        notes: [...new Set(notes)],
        archived: textsIn(entry, 'archived'),
      };
    } else if (event === 'run') {
      // All that a vigil on another machine has asked for, from the confirmation on.
      const begun = open.get(name);
      const outcome = textIn(entry, 'outcome');
      const notes = textsIn(entry, 'notes');
      const common = commonOf(entry, at, by);
      const deed: Deed = { ...common, kind: event, target, outcome: outcome ?? 'running', notes };
      if (begun === undefined) {
        const added = { deed, signals: [] };
        if (outcome === undefined) open.set(name, added);
        deeds.push(added);
      } else {
        begun.deed = { ...deed, at: begun.deed.at, durationMs: at - begun.deed.at };
        open.delete(name);
      }
    } else if (event !== undefined && isKind(event)) {
      const outcome = textIn(entry, 'outcome') ?? 'done';
      deeds.push({
        deed: {
          ...commonOf(entry, at, by),
          ...{ kind: event, target, outcome },
          notes: textsIn(entry, 'notes'),
          archived: textsIn(entry, 'archived'),
        },
        signals: [],
      });
    }
  }
  for (const each of open.values())
    if (each.deed.outcome === 'running' && !isRunning(each.deed.by))
      each.deed = { ...each.deed, outcome: 'interrupted' };
  return deeds.map(({ deed, signals }) => ({ ...deed, signals }));
}

/** The deeds that a name is about: an agent id, a row key, `session:NAME`, `pid:N`, `task:ID`. */
export function deedsAbout(deeds: readonly Deed[], name: string): readonly Deed[] {
  const [, prefix, rest = ''] = /^(session|pid|task):(.*)$/s.exec(name) ?? [];
  return deeds.filter(deed => {
    if (deed.agentId === name || deed.target === name || deed.target === `agent:${name}`)
      return true;
    if (prefix === 'session') return deed.session === rest || deed.target.endsWith(`/${rest}`);
    if (prefix === 'task') return deed.task === rest;
    if (prefix !== 'pid') return false;
    return (
      deed.target.startsWith(`process:${rest}@`) ||
      deed.signals.some(({ pid }) => String(pid) === rest)
    );
  });
}

const kinds = [
  ...(['reconcile', 'restore', 'sweep', 'shutdown', 'deploy'] as const),
  ...(['rescue', 'command'] as const),
];

function isKind(event: string): event is (typeof kinds)[number] {
  return (kinds as readonly string[]).includes(event);
}

/** What a line with a signal, or the start of such work, belongs to: one target may be frozen, signalled and ended by the
 * same vigil. */
function signallingOf(entry: Entry): 'end' | 'freeze' | 'signal' {
  const stage = textIn(entry, 'stage') ?? textIn(entry, 'event');
  if (stage === 'freeze' || stage === 'thaw') return 'freeze';
  return stage === 'signal' ? 'signal' : 'end';
}

function begin(entry: Entry, at: number, by: Author, target: string): Open {
  const kind = signallingOf(entry);
  // Only a termination has a line for its end.
  const outcome = kind === 'end' ? 'running' : 'done';
  return { deed: { ...commonOf(entry, at, by), kind, target, outcome }, signals: [] };
}

function commonOf(entry: Entry, at: number, by: Author) {
  return {
    at,
    by,
    name: textIn(entry, 'name'),
    agentId: textIn(entry, 'agentId'),
    task: textIn(entry, 'task'),
    session: textIn(entry, 'session'),
    class: textIn(entry, 'class'),
    key: textIn(entry, 'key'),
    reason: textIn(entry, 'reason'),
    notes: [] as readonly string[],
    archived: [] as readonly string[],
    signals: [] as readonly LoggedSignal[],
  };
}

function authorOf(value: unknown): Author | undefined {
  const fields = Object(value) as Entry;
  const pid = numberIn(fields, 'pid');
  const uid = numberIn(fields, 'uid');
  if (pid === undefined || uid === undefined) return undefined;
  return {
    ...{ pid, uid, start: textIn(fields, 'start') ?? '' },
    user: textIn(fields, 'user'),
    command: textIn(fields, 'command'),
    from: textIn(fields, 'from'),
    run: textIn(fields, 'run'),
  };
}

function signalOf(entry: Entry, at: number): LoggedSignal {
  return {
    at,
    pid: numberIn(entry, 'pid') ?? 0,
    signal: textIn(entry, 'signal') ?? '',
    result: textIn(entry, 'result') ?? '',
    command: textIn(entry, 'command') ?? '',
  };
}

function textIn(entry: Entry, name: string): string | undefined {
  const value = entry[name];
  return typeof value === 'string' ? value : undefined;
}

function numberIn(entry: Entry, name: string): number | undefined {
  const value = entry[name];
  return typeof value === 'number' ? value : undefined;
}

function textsIn(entry: Entry, name: string): string[] {
  const value = entry[name];
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
}
