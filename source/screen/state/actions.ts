/** Actions that keys and clicks request. One table maps keys to them (`keys.ts`). */
import type { CustomCommand } from '../../core/rows/custom-command.ts';
import type { SortColumn } from '../../core/rows/describe.ts';
import type { Tab } from './tabs.ts';

export type Action =
  | { readonly kind: 'move'; readonly by: number }
  /** To the row with this key. */
  | { readonly kind: 'put cursor'; readonly key: string }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'jump'; readonly to: 'first' | 'last' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'erase' }
  | { readonly kind: 'erase all' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'back' }
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'next tab'; readonly by: 1 | -1 }
  | { readonly kind: 'tree' }
  | { readonly kind: 'invert' }
  /** By task, workspace or tmux server, and not. */
  | { readonly kind: 'group' }
  | { readonly kind: 'fold'; readonly isFolded: boolean }
  | { readonly kind: 'choose sort' }
  | { readonly kind: 'choose columns' }
  /** In the menu of columns. */
  | { readonly kind: 'toggle column' }
  | { readonly kind: 'move column'; readonly by: 1 | -1 }
  | { readonly kind: 'sort'; readonly column: SortColumn }
  | { readonly kind: 'pause' }
  | { readonly kind: 'pace'; readonly by: 1 | -1 }
  /** The next way to alert. */
  | { readonly kind: 'alert' }
  | { readonly kind: 'refresh' }
  /** Verbs that preview and ask for confirmation first. */
  | { readonly kind: 'reconcile' | 'sweep' | 'shutdown' }
  /** Has tmux servers recreate their removed sockets; asks first. */
  | { readonly kind: 'rescue' }
  | { readonly kind: 'end'; readonly force: boolean }
  /** Choose a signal to send. */
  | { readonly kind: 'signal' }
  /** Freeze running processes, or thaw them. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'tag' }
  /** With every agent deployed by it, directly or indirectly. */
  | { readonly kind: 'tag family' }
  | { readonly kind: 'untag all' }
  /** Type a reason for what a dialog asks. */
  | { readonly kind: 'reason' }
  /** Confirm a dialog. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'events' }
  | { readonly kind: 'help' }
  | { readonly kind: 'detail' }
  /** The row's log, or its pane where it has none. */
  | { readonly kind: 'log' }
  /** Beside the table: details, log, pane, nothing. */
  | { readonly kind: 'split' }
  /** In the log. */
  | { readonly kind: 'next match'; readonly by: 1 | -1 }
  /** Attach to the row's session in this terminal. */
  | { readonly kind: 'attach' }
  /** Run one of the user's own commands on the row. */
  | { readonly kind: 'command'; readonly command: CustomCommand }
  /** Keep the row visible, and report when it goes. */
  | { readonly kind: 'follow' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };
