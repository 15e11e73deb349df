/** What the screen works with. */
import type { Historian } from '../core/inventory/historian.ts';
import type { Inspector } from '../core/inventory/inspector.ts';
import type { Monitor } from '../core/inventory/monitor.ts';
import type { Cleaner } from '../core/lifecycle/cleaner.ts';
import type { Rescuer } from '../core/lifecycle/rescue.ts';
import type { GuardStatusReader } from '../core/ports/guard-ports.ts';
import type { ScreenChoices } from '../core/ports/screen-choices.ts';
import type { Reconciler } from '../core/reconcile/reconciler.ts';
import type { Attacher } from '../core/rows/attachment.ts';
import type { Ender } from '../core/termination/ender.ts';
import type { FleetOnScreen } from '../fleet/on-screen.ts';
import type { CustomCommandOptions } from './custom-commands.ts';

/** Services behind the screen. */
export type Services = {
  readonly monitor: Monitor;
  readonly reconciler: Reconciler;
  readonly ender: Ender;
  readonly cleaner: Cleaner;
  readonly rescuer: Rescuer;
  readonly inspector: Inspector;
  readonly historian: Pick<Historian, 'ofOthers'>;
  readonly attacher: Attacher;
  readonly choices: ScreenChoices;
  readonly guardStatus: GuardStatusReader;
  /** Machines beside this one, if there are any. */
  readonly fleet?: FleetOnScreen;
  /** Shows a message on the tmux client that shows vigil. */
  message(text: string): void;
  /** Of the user's own commands. */
  readonly commandPorts: Pick<CustomCommandOptions, 'runner' | 'auditLog' | 'processes'>;
};
