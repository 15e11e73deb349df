/** The key table: the source of key handling (`key-actions.ts`), the footer and the help. */
import type { Action } from '../state/actions.ts';

export type Binding = {
  /** Names as the key reader reports them. */
  readonly keys: readonly string[];
  /** Names as shown. */
  readonly shown: string;
  readonly does: string;
  readonly action: Action;
  /** One word for the footer; most bindings have none. */
  readonly footer?: string;
  /** Other words that find it in the command list. */
  readonly also?: string;
  /** It only moves the cursor or switches tabs: last in the command list and the help. */
  readonly isMotion: boolean;
  /** A verb: disabled with --read-only, and shown grey. */
  readonly changes: boolean;
};

type Extra = Pick<Binding, 'footer' | 'also'>;
type Line = readonly [shown: string, does: string, action: Action, extra?: Extra];

const thawing = 'continue resume unfreeze undo';

const lines: readonly Line[] = [
  ['↑ k', 'row up', { kind: 'move', by: -1 }],
  ['↓ j', 'row down', { kind: 'move', by: 1 }],
  ['PgUp', 'page up', { kind: 'page', by: -1 }],
  ['PgDn', 'page down', { kind: 'page', by: 1 }],
  ['g Home', 'first row', { kind: 'jump', to: 'first' }],
  ['G End', 'last row', { kind: 'jump', to: 'last' }],
  ['? h F1', 'show help', { kind: 'help' }, { footer: 'help', also: 'keys manual' }],
  [
    'Enter',
    'details: evidence and processes',
    { kind: 'detail' },
    { footer: 'why', also: 'why explain inspect open' },
  ],
  [
    'l',
    'log of the row, or its pane, as it grows',
    { kind: 'log' },
    { footer: 'log', also: 'output tail follow transcript' },
  ],
  [
    'v',
    'split: details, log or pane beside the table',
    { kind: 'split' },
    { footer: 'split', also: 'side panel preview' },
  ],
  [
    'a',
    'attach to the session',
    { kind: 'attach' },
    { footer: 'attach', also: 'open session tmux' },
  ],
  [
    '/ \\ F4',
    'filter as you type',
    { kind: 'filter' },
    { footer: 'filter', also: 'search find grep only' },
  ],
  ['Esc', 'clear the filter, go back', { kind: 'back' }],
  ['Tab', 'next tab', { kind: 'next tab', by: 1 }, { footer: 'tab' }],
  ['Shift-Tab', 'previous tab', { kind: 'next tab', by: -1 }],
  ['1', 'all', { kind: 'tab', tab: 'All' }],
  ['2', 'agents', { kind: 'tab', tab: 'Agents' }],
  ['3', 'sessions', { kind: 'tab', tab: 'Sessions' }],
  ['4', 'orphans and zombies', { kind: 'tab', tab: 'Orphans' }],
  ['5', 'ghosts', { kind: 'tab', tab: 'Ghosts' }],
  ['6', 'daemons that agents share', { kind: 'tab', tab: 'Hosts' }],
  ['7', 'machines (with --host)', { kind: 'tab', tab: 'Fleet' }],
  ['t F5', 'tree: agents under their parents', { kind: 'tree' }, { footer: 'tree' }],
  [
    'b',
    'group by task, workspace, server or host',
    { kind: 'group' },
    { also: 'fold tasks workspaces servers hosts machines' },
  ],
  ['←', 'fold the group', { kind: 'fold', isFolded: true }, { also: 'collapse' }],
  ['→', 'unfold the group', { kind: 'fold', isFolded: false }, { also: 'expand' }],
  ['s F6', 'choose the sort column', { kind: 'choose sort' }, { footer: 'sort', also: 'order' }],
  ['C', 'choose the columns', { kind: 'choose columns' }, { also: 'hide show add remove' }],
  ['I', 'reverse the order', { kind: 'invert' }, { also: 'invert' }],
  ['P', 'sort by CPU', { kind: 'sort', column: 'cpu' }],
  ['M', 'sort by memory', { kind: 'sort', column: 'mem' }, { also: 'ram rss' }],
  ['T', 'sort by uptime', { kind: 'sort', column: 'up' }],
  ['N', 'sort by pid', { kind: 'sort', column: 'pid' }],
  ['F', 'follow the row', { kind: 'follow' }],
  ['Space', 'tag the row', { kind: 'tag' }, { also: 'mark select' }],
  ['c', 'tag the agent and those it deployed', { kind: 'tag family' }],
  ['U', 'untag all', { kind: 'untag all' }, { also: 'unmark deselect clear' }],
  [
    'x F9',
    'end gracefully (shows the plan first)',
    { kind: 'end', force: false },
    { footer: 'end', also: 'kill stop terminate sigterm delete' },
  ],
  [
    'X',
    'kill with SIGKILL (shows the plan first)',
    { kind: 'end', force: true },
    { also: 'stop terminate force now' },
  ],
  ['f', 'freeze (SIGSTOP) or thaw (SIGCONT) now', { kind: 'freeze' }, { also: thawing }],
  [
    'S',
    'send a signal (shows the plan first)',
    { kind: 'signal' },
    { also: 'hup int usr1 usr2 cont winch sighup' },
  ],
  [
    'R',
    'reconcile: fix registries (shows the changes first)',
    { kind: 'reconcile' },
    { footer: 'reconcile', also: 'repair registry' },
  ],
  [
    'w',
    'sweep: clean up leftovers (shows the plan first)',
    { kind: 'sweep' },
    { footer: 'sweep', also: 'clean remove prune' },
  ],
  [
    'Q',
    'full shutdown: end every agent, sweep, reconcile, verify',
    { kind: 'shutdown' },
    { footer: 'shutdown', also: 'kill stop terminate everything' },
  ],
  [':', 'search commands', { kind: 'palette' }],
  ['e', 'event log', { kind: 'events' }, { also: 'history notices messages log' }],
  ['Z', 'pause or resume', { kind: 'pause' }, { footer: 'pause', also: 'hold' }],
  ['+', 'slower', { kind: 'pace', by: 1 }, { also: 'interval speed rate' }],
  ['-', 'faster', { kind: 'pace', by: -1 }, { also: 'interval speed rate' }],
  [
    'A',
    'alerts (ghost, orphan, undead, waiting): off, bell, tmux, both',
    { kind: 'alert' },
    { also: 'notify sound beep' },
  ],
  ['r', 'refresh now', { kind: 'refresh' }, { also: 'reload update poll' }],
  ['Ctrl-L', 'redraw', { kind: 'redraw' }],
  ['Ctrl-Z', 'suspend', { kind: 'suspend' }],
  ['q F10 Ctrl-C', 'quit', { kind: 'quit' }, { footer: 'quit', also: 'exit leave close' }],
];

const motions: ReadonlySet<string> = new Set(['move', 'page', 'jump', 'tab', 'next tab', 'fold']);
const verbs: ReadonlySet<string> = new Set([
  'end',
  'freeze',
  'signal',
  'reconcile',
  'sweep',
  'shutdown',
]);

/** Names of the key reader that differ from what is shown by more than their case. */
const readerNames: ReadonlyMap<string, string> = new Map([
  ['↑', 'up'],
  ['↓', 'down'],
  ['←', 'left'],
  ['→', 'right'],
  ['PgUp', 'pageup'],
  ['PgDn', 'pagedown'],
  ['Esc', 'escape'],
  ['Space', ' '],
]);

/** @returns the key reader's name for a key as it is shown. */
export function readerName(shown: string): string {
  const isCharacter = shown.length === 1;
  const name = isCharacter ? shown : shown.toLowerCase().replace('-', '+');
  return readerNames.get(shown) ?? name;
}

export const bindings = lines.map(
  ([shown, does, action, extra]): Binding => ({
    keys: shown.split(' ').map(readerName),
    shown,
    does,
    action,
    ...extra,
    isMotion: motions.has(action.kind),
    changes: verbs.has(action.kind),
  }),
);

/** Without a key of their own: only in the command list. */
const listed: readonly Binding[] = [
  {
    keys: [],
    shown: ':rescue',
    does: 'rescue tmux servers whose socket was removed (asks first)',
    action: { kind: 'rescue' },
    also: 'usr1 lost socketless reconnect doctor',
    isMotion: false,
    changes: true,
  },
];

type CustomCommand = Extract<Action, { kind: 'command' }>['command'];

/** The key table with the user's own commands, which the configuration has checked for taken keys. */
export function bindingsWith(commands: readonly CustomCommand[]): readonly Binding[] {
  const own = commands.map(
    (command): Binding => ({
      keys: [readerName(command.key)],
      shown: command.key,
      does: command.title,
      action: { kind: 'command', command },
      also: 'custom command',
      isMotion: false,
      changes: !command.readOnly,
    }),
  );
  return [...bindings, ...listed, ...own];
}

/** Where there is no room for all hints, the last ones before quit are dropped. */
const footerOrder: readonly string[] = [
  ...['help', 'why', 'filter', 'end', 'attach', 'sweep', 'reconcile', 'log'],
  ...['shutdown', 'split', 'tree', 'sort', 'tab', 'pause', 'quit'],
];

/** Hints of the table's footer: the first key of each binding with a footer word. */
export const footerKeys = footerOrder.flatMap(word =>
  bindings
    .filter(({ footer }) => footer === word)
    .map(({ keys, shown, changes }) => ({
      shown: shown.split(' ')[0] ?? shown,
      word,
      key: keys[0],
      changes,
    })),
);
