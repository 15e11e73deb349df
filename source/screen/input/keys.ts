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
  /** A verb: disabled with --read-only, and shown grey. */
  readonly changes: boolean;
};

type Line = readonly [shown: string, does: string, action: Action, footer?: string];

const lines: readonly Line[] = [
  ['↑ k', 'row up', { kind: 'move', by: -1 }],
  ['↓ j', 'row down', { kind: 'move', by: 1 }],
  ['PgUp', 'page up', { kind: 'page', by: -1 }],
  ['PgDn', 'page down', { kind: 'page', by: 1 }],
  ['g Home', 'first row', { kind: 'jump', to: 'first' }],
  ['G End', 'last row', { kind: 'jump', to: 'last' }],
  ['? h F1', 'show help', { kind: 'help' }, 'help'],
  ['Enter', 'details: evidence and processes', { kind: 'detail' }, 'why'],
  ['a', 'attach to the session', { kind: 'attach' }],
  ['/ \\ F4', 'filter as you type', { kind: 'filter' }, 'filter'],
  ['Esc', 'clear the filter, go back', { kind: 'back' }],
  ['Tab', 'next tab', { kind: 'next tab', by: 1 }, 'tab'],
  ['Shift-Tab', 'previous tab', { kind: 'next tab', by: -1 }],
  ['1', 'all', { kind: 'tab', tab: 'All' }],
  ['2', 'agents', { kind: 'tab', tab: 'Agents' }],
  ['3', 'sessions', { kind: 'tab', tab: 'Sessions' }],
  ['4', 'orphans and zombies', { kind: 'tab', tab: 'Orphans' }],
  ['5', 'ghosts', { kind: 'tab', tab: 'Ghosts' }],
  ['6', 'daemons that agents share', { kind: 'tab', tab: 'Hosts' }],
  ['t F5', 'tree: agents under their parents', { kind: 'tree' }, 'tree'],
  ['s F6', 'choose the sort column', { kind: 'choose sort' }, 'sort'],
  ['I', 'reverse the order', { kind: 'invert' }],
  ['P', 'sort by CPU', { kind: 'sort', column: 'cpu' }],
  ['M', 'sort by memory', { kind: 'sort', column: 'mem' }],
  ['T', 'sort by uptime', { kind: 'sort', column: 'up' }],
  ['N', 'sort by pid', { kind: 'sort', column: 'pid' }],
  ['F', 'follow the row', { kind: 'follow' }],
  ['Space', 'tag the row', { kind: 'tag' }],
  ['c', 'tag the agent and those it deployed', { kind: 'tag family' }],
  ['U', 'untag all', { kind: 'untag all' }],
  ['x F9', 'end gracefully (shows the plan first)', { kind: 'end', force: false }, 'end'],
  ['X', 'kill with SIGKILL (shows the plan first)', { kind: 'end', force: true }],
  ['f', 'freeze (SIGSTOP) or thaw (SIGCONT) now', { kind: 'freeze' }],
  [
    'R',
    'reconcile: fix the registries (shows the changes first)',
    { kind: 'reconcile' },
    'reconcile',
  ],
  ['w', 'sweep: clean up leftovers (shows the plan first)', { kind: 'sweep' }, 'sweep'],
  ['Q', 'full shutdown: end every agent, sweep, reconcile, verify', { kind: 'shutdown' }],
  [':', 'search commands', { kind: 'palette' }],
  ['e', 'event log', { kind: 'events' }],
  ['Z', 'pause or resume', { kind: 'pause' }, 'pause'],
  ['+', 'slower', { kind: 'pace', by: 1 }],
  ['-', 'faster', { kind: 'pace', by: -1 }],
  ['r', 'refresh now', { kind: 'refresh' }],
  ['Ctrl-L', 'redraw', { kind: 'redraw' }],
  ['Ctrl-Z', 'suspend', { kind: 'suspend' }],
  ['q F10 Ctrl-C', 'quit', { kind: 'quit' }, 'quit'],
];

const verbs: ReadonlySet<string> = new Set(['end', 'freeze', 'reconcile', 'sweep', 'shutdown']);

/** Names of the key reader that differ from what is shown by more than their case. */
const readerNames: ReadonlyMap<string, string> = new Map([
  ['↑', 'up'],
  ['↓', 'down'],
  ['PgUp', 'pageup'],
  ['PgDn', 'pagedown'],
  ['Esc', 'escape'],
  ['Space', ' '],
]);

function readerName(shown: string): string {
  const isCharacter = shown.length === 1;
  const name = isCharacter ? shown : shown.toLowerCase().replace('-', '+');
  return readerNames.get(shown) ?? name;
}

export const bindings = lines.map(
  ([shown, does, action, footer]): Binding => ({
    keys: shown.split(' ').map(readerName),
    shown,
    does,
    action,
    footer,
    changes: verbs.has(action.kind),
  }),
);

/** Hints of the table's footer: the first key of each binding with a footer word. */
export const footerKeys = bindings.flatMap(({ keys, shown, footer, changes }) =>
  footer === undefined
    ? []
    : [{ shown: shown.split(' ')[0] ?? shown, word: footer, key: keys[0], changes }],
);
