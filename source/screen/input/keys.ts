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
  readonly changes?: boolean;
};

const simple = <K extends Action['kind']>(kind: K): { readonly kind: K } => ({ kind });

export const bindings: readonly Binding[] = [
  { keys: ['up', 'k'], shown: '↑ k', does: 'row up', action: { kind: 'move', by: -1 } },
  { keys: ['down', 'j'], shown: '↓ j', does: 'row down', action: { kind: 'move', by: 1 } },
  { keys: ['pageup'], shown: 'PgUp', does: 'page up', action: { kind: 'page', by: -1 } },
  { keys: ['pagedown'], shown: 'PgDn', does: 'page down', action: { kind: 'page', by: 1 } },
  {
    keys: ['home', 'g'],
    shown: 'g Home',
    does: 'first row',
    action: { kind: 'jump', to: 'first' },
  },
  { keys: ['end', 'G'], shown: 'G End', does: 'last row', action: { kind: 'jump', to: 'last' } },
  {
    keys: ['?', 'h', 'f1'],
    shown: '? h F1',
    does: 'show help',
    action: simple('help'),
    footer: 'help',
  },
  {
    keys: ['enter'],
    shown: 'Enter',
    does: 'details: evidence and processes',
    action: simple('detail'),
    footer: 'why',
  },
  { keys: ['a'], shown: 'a', does: 'attach to the session', action: simple('attach') },
  {
    keys: ['/', '\\', 'f4'],
    shown: '/ \\ F4',
    does: 'filter as you type',
    action: simple('filter'),
    footer: 'filter',
  },
  { keys: ['escape'], shown: 'Esc', does: 'clear the filter, go back', action: simple('back') },
  {
    keys: ['tab'],
    shown: 'Tab',
    does: 'next tab',
    action: { kind: 'next tab', by: 1 },
    footer: 'tab',
  },
  {
    keys: ['shift+tab'],
    shown: 'Shift-Tab',
    does: 'previous tab',
    action: { kind: 'next tab', by: -1 },
  },
  { keys: ['1'], shown: '1', does: 'all', action: { kind: 'tab', tab: 'All' } },
  { keys: ['2'], shown: '2', does: 'agents', action: { kind: 'tab', tab: 'Agents' } },
  { keys: ['3'], shown: '3', does: 'sessions', action: { kind: 'tab', tab: 'Sessions' } },
  { keys: ['4'], shown: '4', does: 'orphans and zombies', action: { kind: 'tab', tab: 'Orphans' } },
  { keys: ['5'], shown: '5', does: 'ghosts', action: { kind: 'tab', tab: 'Ghosts' } },
  {
    keys: ['t', 'f5'],
    shown: 't F5',
    does: 'tree: agents under their parents',
    action: simple('tree'),
    footer: 'tree',
  },
  {
    keys: ['s', 'f6'],
    shown: 's F6',
    does: 'choose the sort column',
    action: simple('choose sort'),
    footer: 'sort',
  },
  { keys: ['I'], shown: 'I', does: 'reverse the order', action: simple('invert') },
  { keys: ['P'], shown: 'P', does: 'sort by CPU', action: { kind: 'sort', column: 'cpu' } },
  { keys: ['M'], shown: 'M', does: 'sort by memory', action: { kind: 'sort', column: 'mem' } },
  { keys: ['T'], shown: 'T', does: 'sort by uptime', action: { kind: 'sort', column: 'up' } },
  { keys: ['N'], shown: 'N', does: 'sort by pid', action: { kind: 'sort', column: 'pid' } },
  { keys: ['F'], shown: 'F', does: 'follow the row', action: simple('follow') },
  { keys: [' '], shown: 'Space', does: 'tag the row', action: simple('tag') },
  {
    keys: ['c'],
    shown: 'c',
    does: 'tag the row with its children',
    action: simple('tag family'),
  },
  { keys: ['U'], shown: 'U', does: 'untag all', action: simple('untag all') },
  {
    keys: ['x', 'f9'],
    shown: 'x F9',
    does: 'end gracefully (shows the plan first)',
    action: { kind: 'end', force: false },
    footer: 'end',
    changes: true,
  },
  {
    keys: ['X'],
    shown: 'X',
    does: 'kill with SIGKILL (shows the plan first)',
    action: { kind: 'end', force: true },
    changes: true,
  },
  {
    keys: ['f'],
    shown: 'f',
    does: 'freeze (SIGSTOP) or thaw (SIGCONT)',
    action: simple('freeze'),
    changes: true,
  },
  {
    keys: ['R'],
    shown: 'R',
    does: 'reconcile: fix the registries (shows the changes first)',
    action: simple('reconcile'),
    footer: 'reconcile',
    changes: true,
  },
  {
    keys: ['w'],
    shown: 'w',
    does: 'sweep: clean up leftovers (shows the plan first)',
    action: simple('sweep'),
    footer: 'sweep',
    changes: true,
  },
  {
    keys: ['Q'],
    shown: 'Q',
    does: 'full shutdown: end every agent, sweep, reconcile, verify',
    action: simple('shutdown'),
    changes: true,
  },
  { keys: [':'], shown: ':', does: 'search commands', action: simple('palette') },
  {
    keys: ['e'],
    shown: 'e',
    does: 'event log',
    action: simple('events'),
  },
  { keys: ['Z'], shown: 'Z', does: 'pause or resume', action: simple('pause'), footer: 'pause' },
  { keys: ['+'], shown: '+', does: 'slower', action: { kind: 'pace', by: 1 } },
  { keys: ['-'], shown: '-', does: 'faster', action: { kind: 'pace', by: -1 } },
  { keys: ['r'], shown: 'r', does: 'refresh now', action: simple('refresh') },
  { keys: ['ctrl+l'], shown: 'Ctrl-L', does: 'redraw', action: simple('redraw') },
  { keys: ['ctrl+z'], shown: 'Ctrl-Z', does: 'suspend', action: simple('suspend') },
  {
    keys: ['q', 'f10', 'ctrl+c'],
    shown: 'q F10 Ctrl-C',
    does: 'quit',
    action: simple('quit'),
    footer: 'quit',
  },
];

/** Hints of the table's footer: the first key of each binding with a footer word. */
export const footerKeys = bindings.flatMap(({ keys, shown, footer, changes }) =>
  footer === undefined
    ? []
    : [{ shown: shown.split(' ')[0] ?? shown, word: footer, key: keys[0], changes }],
);
