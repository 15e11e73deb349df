/** Other managers of agents: their sessions, where they record them, and the command that stops one. Each fact is
 * from the manager's own source, the file of which is named. What no source says is not asked for. */
import type { ManagerKind, ManagerRecord } from '../model/managed.ts';

/** A pane in which an agent runs, and what its processes inherited. */
export type ManagedPlace = {
  readonly session: string;
  readonly socketPath: string;
  readonly paneId: string;
  readonly panePid: number;
  /** Managers' variables in the environments of its agent programs. */
  readonly marks: readonly ReadonlyMap<string, string>[];
  /** Working directories of its agent programs. */
  readonly directories: readonly string[];
};

/** A command line, and what it ends; or why there is none. */
export type Stop =
  | { readonly words: readonly string[]; readonly ends: 'session' | 'window' }
  | { readonly why: string };

export type Manager = {
  readonly kind: ManagerKind;
  /** In sentences. */
  readonly name: string;
  /** Its sessions may begin so. @property isSure a user would not name a session so. */
  readonly prefixes: readonly { readonly text: string; readonly isSure: boolean }[];
  /** Absolute paths, from an environment. */
  directoriesIn(variable: (name: string) => string | undefined): readonly string[];
  /** Whether a record of it is about this pane. */
  owns(record: ManagerRecord, place: ManagedPlace): boolean;
  stopOf(record: ManagerRecord, place: ManagedPlace): Stop;
};

const unsafe = { why: 'its id there is not plain text' };
/** No option, no path, nothing that a program could take for anything but a name. */
const isPlain = (text: string) => /^[A-Za-z0-9_][\w.-]{0,127}$/.test(text);

const isSure = true;

/** internal/tmux/tmux.go (`agentdeck_TITLE_SUFFIX`), internal/session/storage.go (`sessions.json` of a profile; since
 * 0.11 `state.db`, which is not read: there the mark of internal/session/instance.go counts),
 * cmd/agent-deck/session_cmd.go (`stop` kills the tmux session). */
const agentDeck: Manager = {
  kind: 'agent-deck',
  name: 'agent-deck',
  prefixes: [{ text: 'agentdeck_', isSure }],
  directoriesIn: variable => [
    ...below(variable, 'XDG_DATA_HOME', '.local/share', 'agent-deck'),
    ...below(variable, undefined, '.agent-deck'),
  ],
  owns: ({ session }, place) => session === place.session,
  stopOf({ id, group = 'default' }) {
    if (!isPlain(id) || !isPlain(group)) return unsafe;
    return { words: ['agent-deck', '-p', group, 'session', 'stop', id], ends: 'session' };
  },
};

/** src/tmux/session.rs (`aoe_TITLE_ID`, eight characters of the id; the paired terminals of src/tmux/mod.rs are a
 * user's), src/session/storage.rs (`profiles/NAME/sessions.json`), src/cli/session.rs (`stop`). */
const agentOfEmpires: Manager = {
  kind: 'agent-of-empires',
  name: 'Agent of Empires',
  prefixes: [{ text: 'aoe_', isSure }],
  directoriesIn: variable => [
    ...below(variable, 'XDG_CONFIG_HOME', '.config', 'agent-of-empires'),
    ...below(variable, undefined, '.agent-of-empires'),
  ],
  owns: ({ ends }, { session }) =>
    ends !== undefined &&
    session.startsWith(ends.start) &&
    session.endsWith(ends.end) &&
    !/^aoe_(term|cterm|tool)_/.test(session),
  stopOf({ id, group = 'default' }) {
    if (!isPlain(id) || !isPlain(group)) return unsafe;
    return { words: ['aoe', '-p', group, 'session', 'stop', id], ends: 'session' };
  },
};

/** src/state/types.rs (a file for each pane, with the socket's path), src/command/close.rs (`close HANDLE` closes the
 * window or the session `wm-HANDLE` of the worktree, and keeps the worktree). Agents that a user started are recorded
 * too: only what has the name of its worktree is closed. */
const workmux: Manager = {
  kind: 'workmux',
  name: 'workmux',
  prefixes: [{ text: 'wm-', isSure: false }],
  directoriesIn: variable => below(variable, 'XDG_STATE_HOME', '.local/state', 'workmux'),
  owns: ({ pane, directory, window, session }, place) =>
    pane?.id === place.paneId &&
    pane.pid === place.panePid &&
    pane.socketPath === place.socketPath &&
    directory !== undefined &&
    [window, session].includes(`wm-${lastOf(directory)}`),
  stopOf({ directory = '', window, session }) {
    const handle = lastOf(directory);
    if (!isPlain(handle)) return unsafe;
    const isSession = session === `wm-${handle}` && window !== session;
    return { words: ['workmux', 'close', handle], ends: isSession ? 'session' : 'window' };
  },
};

/** internal/session/registry.go (`mayor/rigs.json` has the prefix of each rig's sessions), internal/session/identity.go
 * (which session is which agent), internal/config/env.go (`GT_ROOT`, `GT_SESSION`), and the `stop` commands of
 * internal/cmd/session.go, crew.go, witness.go, refinery.go, mayor.go, deacon.go. */
const gasTown: Manager = {
  kind: 'gas-town',
  name: 'Gas Town',
  prefixes: [
    { text: 'gt-', isSure: false },
    { text: 'hq-', isSure: false },
  ],
  directoriesIn: variable => below(variable, undefined, 'gt'),
  owns({ id, group = '', directory = '' }, { session, marks, directories }) {
    // A rig may have the town's own prefix.
    const isTownName = /^hq-(mayor|deacon|boot|overseer|dog-.+)$/.test(session);
    if ((id === '') !== isTownName) return false;
    if (group === '' || !session.startsWith(`${group}-`)) return false;
    const isMarked = marks.some(
      each => each.get('GT_ROOT') === directory && (each.get('GT_SESSION') ?? session) === session,
    );
    // `RIG/polecats/NAME`, `RIG/crew/NAME`, `RIG/witness`: a user may work in the town too.
    const name = session.slice(group.length + 1).replace(/^(crew|dog)-/, '');
    const isIts = (path: string) =>
      path.startsWith(`${directory}/`) &&
      path.slice(directory.length).split('/').slice(1, 4).includes(name);
    return isMarked || directories.some(isIts);
  },
  stopOf({ id: rig, group = '' }, place) {
    const rest = place.session.slice(group.length + 1);
    const stop = (...words: string[]): Stop => ({ words: ['gt', ...words], ends: 'session' });
    if (rig === '') {
      if (rest === 'mayor' || rest === 'deacon') return stop(rest, 'stop');
      return { why: 'it has no command that stops this agent' };
    }
    const [, crew] = /^crew-(.+)$/.exec(rest) ?? [];
    if (!isPlain(rig) || !isPlain(crew ?? rest)) return unsafe;
    if (rest === 'witness' || rest === 'refinery') return stop(rest, 'stop', rig);
    return crew === undefined
      ? stop('session', 'stop', `${rig}/${rest}`)
      : stop('crew', 'stop', `${rig}/${crew}`);
  },
};

/** session/tmux/tmux.go (`claudesquad_TITLE` without blanks), config/state.go (`state.json`), main.go: `reset` ends all
 * of its sessions, and no command ends one. */
const claudeSquad: Manager = {
  kind: 'claude-squad',
  name: 'claude-squad',
  prefixes: [{ text: 'claudesquad_', isSure }],
  directoriesIn: variable => below(variable, undefined, '.claude-squad'),
  owns: ({ session }, place) => session === place.session,
  stopOf: () => ({ why: 'it has no command that stops one agent' }),
};

export const managers: readonly Manager[] = [
  agentDeck,
  agentOfEmpires,
  workmux,
  gasTown,
  claudeSquad,
];

/** Variables that managers set for their agents, and those that say where their state is. */
export const managerMarkNames = [
  'AGENTDECK_INSTANCE_ID',
  'AGENTDECK_PROFILE',
  'GT_ROOT',
  'GT_SESSION',
] as const;
export const managerDirectoryNames = [
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
] as const;

/** @param kind of an owner. @returns its name in sentences. */
export function managerName(kind: string): string {
  if (kind === 'systemd-unit') return 'systemd';
  return managers.find(each => each.kind === kind)?.name ?? kind;
}

/** agent-deck's id for a session that its state does not have in a readable form. */
export function markedRecord(place: ManagedPlace): ManagerRecord | undefined {
  if (!place.session.startsWith('agentdeck_')) return undefined;
  const marks = place.marks.find(each => each.has('AGENTDECK_INSTANCE_ID'));
  const id = marks?.get('AGENTDECK_INSTANCE_ID');
  if (id === undefined) return undefined;
  const group = marks?.get('AGENTDECK_PROFILE') || undefined;
  return { manager: 'agent-deck', id, session: place.session, group, path: '' };
}

function below(
  variable: (name: string) => string | undefined,
  name: string | undefined,
  ...parts: readonly string[]
): readonly string[] {
  const home = variable('HOME');
  const base = name === undefined ? undefined : variable(name);
  const [first, ...rest] = parts;
  const path = base?.startsWith('/')
    ? [base, ...rest].join('/')
    : home && [home.replace(/\/+$/, ''), first, ...rest].join('/');
  return path?.startsWith('/') === true ? [path] : [];
}

function lastOf(path: string): string {
  return path.split('/').filter(Boolean).at(-1) ?? '';
}
