/** The key table: from it keys are read (`key-intents.ts`), and the footer and the help are drawn. */
import type { Intent } from './core/intents.ts';

export type Binding = {
  /** Names as the key reader gives them. */
  readonly keys: readonly string[];
  /** How people write them. */
  readonly shown: string;
  readonly does: string;
  readonly intent: Intent;
  /** One word for the footer; most bindings have none. */
  readonly footer?: string;
  /** A verb: refused with --read-only, and grey there. */
  readonly changes?: boolean;
};

const intend = <K extends Intent['kind']>(kind: K): { readonly kind: K } => ({ kind });

export const bindings: readonly Binding[] = [
  { keys: ['up', 'k'], shown: '↑ k', does: 'row up', intent: { kind: 'move', by: -1 } },
  { keys: ['down', 'j'], shown: '↓ j', does: 'row down', intent: { kind: 'move', by: 1 } },
  { keys: ['pageup'], shown: 'PgUp', does: 'page up', intent: { kind: 'page', by: -1 } },
  { keys: ['pagedown'], shown: 'PgDn', does: 'page down', intent: { kind: 'page', by: 1 } },
  {
    keys: ['home', 'g'],
    shown: 'g Home',
    does: 'first row',
    intent: { kind: 'jump', to: 'first' },
  },
  { keys: ['end', 'G'], shown: 'G End', does: 'last row', intent: { kind: 'jump', to: 'last' } },
  {
    keys: ['?', 'h', 'f1'],
    shown: '? h F1',
    does: 'show help',
    intent: intend('help'),
    footer: 'help',
  },
  {
    keys: ['enter'],
    shown: 'Enter',
    does: 'details: evidence and processes',
    intent: intend('detail'),
    footer: 'why',
  },
  { keys: ['a'], shown: 'a', does: 'attach to the session', intent: intend('attach') },
  {
    keys: ['/', '\\', 'f4'],
    shown: '/ \\ F4',
    does: 'filter as you type',
    intent: intend('filter'),
    footer: 'filter',
  },
  { keys: ['escape'], shown: 'Esc', does: 'clear the filter, go back', intent: intend('back') },
  {
    keys: ['tab'],
    shown: 'Tab',
    does: 'next tab',
    intent: { kind: 'next tab', by: 1 },
    footer: 'tab',
  },
  {
    keys: ['shift+tab'],
    shown: 'Shift-Tab',
    does: 'previous tab',
    intent: { kind: 'next tab', by: -1 },
  },
  { keys: ['1'], shown: '1', does: 'all', intent: { kind: 'tab', tab: 'All' } },
  { keys: ['2'], shown: '2', does: 'agents', intent: { kind: 'tab', tab: 'Agents' } },
  { keys: ['3'], shown: '3', does: 'sessions', intent: { kind: 'tab', tab: 'Sessions' } },
  { keys: ['4'], shown: '4', does: 'orphans and zombies', intent: { kind: 'tab', tab: 'Orphans' } },
  { keys: ['5'], shown: '5', does: 'ghosts', intent: { kind: 'tab', tab: 'Ghosts' } },
  {
    keys: ['t', 'f5'],
    shown: 't F5',
    does: 'tree: agents under their parents',
    intent: intend('tree'),
    footer: 'tree',
  },
  {
    keys: ['s', 'f6'],
    shown: 's F6',
    does: 'choose the sort column',
    intent: intend('choose sort'),
    footer: 'sort',
  },
  { keys: ['I'], shown: 'I', does: 'reverse the order', intent: intend('invert') },
  { keys: ['P'], shown: 'P', does: 'sort by CPU', intent: { kind: 'sort', column: 'cpu' } },
  { keys: ['M'], shown: 'M', does: 'sort by memory', intent: { kind: 'sort', column: 'mem' } },
  { keys: ['T'], shown: 'T', does: 'sort by uptime', intent: { kind: 'sort', column: 'up' } },
  { keys: ['N'], shown: 'N', does: 'sort by pid', intent: { kind: 'sort', column: 'pid' } },
  { keys: ['F'], shown: 'F', does: 'follow the row', intent: intend('follow') },
  { keys: [' '], shown: 'Space', does: 'tag the row', intent: intend('tag') },
  {
    keys: ['c'],
    shown: 'c',
    does: 'tag the row with its children',
    intent: intend('tag family'),
  },
  { keys: ['U'], shown: 'U', does: 'untag all', intent: intend('untag all') },
  {
    keys: ['x', 'f9'],
    shown: 'x F9',
    does: 'end gracefully (shows the plan first)',
    intent: { kind: 'end', force: false },
    footer: 'end',
    changes: true,
  },
  {
    keys: ['X'],
    shown: 'X',
    does: 'kill with SIGKILL (shows the plan first)',
    intent: { kind: 'end', force: true },
    changes: true,
  },
  {
    keys: ['f'],
    shown: 'f',
    does: 'freeze (SIGSTOP) or thaw (SIGCONT)',
    intent: intend('freeze'),
    changes: true,
  },
  {
    keys: ['R'],
    shown: 'R',
    does: 'reconcile: fix the registries (shows the changes first)',
    intent: intend('reconcile'),
    footer: 'reconcile',
    changes: true,
  },
  {
    keys: ['w'],
    shown: 'w',
    does: 'sweep: clean up leftovers (shows the plan first)',
    intent: intend('sweep'),
    footer: 'sweep',
    changes: true,
  },
  {
    keys: ['Q'],
    shown: 'Q',
    does: 'full shutdown: end every agent, sweep, reconcile, verify',
    intent: intend('shutdown'),
    changes: true,
  },
  { keys: [':'], shown: ':', does: 'search commands', intent: intend('palette') },
  {
    keys: ['e'],
    shown: 'e',
    does: 'event log',
    intent: intend('events'),
  },
  { keys: ['Z'], shown: 'Z', does: 'pause or resume', intent: intend('pause'), footer: 'pause' },
  { keys: ['+'], shown: '+', does: 'slower', intent: { kind: 'pace', by: 1 } },
  { keys: ['-'], shown: '-', does: 'faster', intent: { kind: 'pace', by: -1 } },
  { keys: ['r'], shown: 'r', does: 'refresh now', intent: intend('look now') },
  { keys: ['ctrl+l'], shown: 'Ctrl-L', does: 'redraw', intent: intend('redraw') },
  { keys: ['ctrl+z'], shown: 'Ctrl-Z', does: 'suspend', intent: intend('suspend') },
  {
    keys: ['q', 'f10', 'ctrl+c'],
    shown: 'q F10 Ctrl-C',
    does: 'quit',
    intent: intend('quit'),
    footer: 'quit',
  },
];

/** What the footer of the table shows: of each binding that has a word for it the first key. */
export const footerKeys = bindings.flatMap(({ keys, shown, footer, changes }) =>
  footer === undefined
    ? []
    : [{ shown: shown.split(' ')[0] ?? shown, word: footer, key: keys[0], changes }],
);
