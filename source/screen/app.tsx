/** Wires the screen together: polls and keys become events, events change the state and yield effects, and
 * the state is drawn. */

import type { AlertWay } from '../core/model/alert.ts';
import type { CustomCommand } from '../core/rows/custom-command.ts';
import { isFrozen, nameOf, type View as TableView } from '../core/rows/describe.ts';
import type { Terminal } from '../text/terminal.ts';
import { createAlerting } from './alerting.ts';
import { createAttaching } from './attaching.ts';
import { createCustomCommands } from './custom-commands.ts';
import { rememberedElsewhere } from './far-deeds.ts';
import { createFarInspector } from './far-inspector.ts';
import { createFarPlans } from './far-plans.ts';
import { createFleetView } from './fleet-view.ts';
import { createView } from './ink-view.tsx';
import { actionsOf } from './input/key-actions.ts';
import type { Key } from './input/key-reader.ts';
import { type Binding, bindingsWith } from './input/keys.ts';
import { listenToKeys } from './input/listen-to-keys.ts';
import { mouseActions } from './input/mouse.ts';
import { createPerformer } from './perform.ts';
import { createPolling } from './polling.ts';
import { createRowInspector } from './row-inspector.ts';
import type { Services } from './services.ts';
import type { Mood } from './state/notice.ts';
import { initialState } from './state/state.ts';
import { createStore, type Store } from './store.ts';
import type { Surroundings } from './surroundings.ts';
import { createPossession } from './terminal/possession.ts';

export type ScreenOptions = {
  readonly view: TableView;
  readonly intervalMs: number;
  readonly readOnly: boolean;
  readonly mouse: boolean;
  /** The user's own keys. */
  readonly commands: readonly CustomCommand[];
  readonly alert: AlertWay;
};

/** The screen stays blank for this time at most. */
const longestBlankMs = 100;

/** Shows the live screen until the user quits or a signal stops it. */
export async function runScreen(
  { monitor, attacher, commandPorts, message, guardStatus, fleet, ...services }: Services,
  options: ScreenOptions,
  terminal: Terminal,
  { stdin, stdout, stopping, hold, ...surroundings }: Surroundings,
): Promise<number> {
  const { intervalMs, readOnly, mouse, alert } = options;
  const columns = options.view.columns ?? services.choices.readColumns();
  const shown = { ...options.view, columns };
  const quitting = new AbortController();
  const leaving = AbortSignal.any([stopping, quitting.signal]);
  const quit = () => quitting.abort();
  const table = bindingsWith(options.commands);
  const view = createView(stdout, terminal, { isOurs: () => possession.isOurs(), table });
  const store = createStore(initialState(shown, intervalMs, readOnly, alert), view, effect =>
    performer.perform(effect),
  );
  const { apply, draw, redraw, report } = store;
  const keys = listenToKeys(stdin, pressed => press(pressed, store, { mouse, table }), quit);
  const write = (text: string) => void stdout.write(text);
  const possession = createPossession({ stdin, write, mouse, keys, redraw, ...surroundings });
  const { ender, reconciler } = services;
  const { clock } = ender;
  const pace = () => store.state();
  const tableView = () => store.state().view;
  const others = fleet && createFleetView(fleet, clock, () => polling.showOthers());
  const polling = createPolling({
    monitor,
    fleet: others,
    reconciler,
    guardStatus,
    clock,
    pace,
    view: tableView,
    apply,
    draw,
  });
  const showing = {
    notice: (notice: string, mood?: Mood) =>
      report({ kind: 'noticed', notice, mood, at: clock.now() }),
    possession,
    changed: polling.poll,
    signal: leaving,
  };
  const attaching = createAttaching({
    attacher,
    elsewhere: fleet && { ...fleet.fleet, runner: commandPorts.runner },
    readOnly,
    inventory: () => monitor.inventory(),
    ...showing,
  });
  const commands = createCustomCommands({ ...commandPorts, ...showing });
  const alerting = createAlerting({ possession, write, message });
  const screen = { report, draw, redraw, suspend: possession.suspend, quit, hold, alert: alerting };
  const reschedule = () => {
    others?.setInterval(store.state().intervalMs);
    polling.reschedule();
  };
  const farPlans =
    fleet && createFarPlans({ ...fleet, report, notice: showing.notice, now: () => clock.now() });
  const farInspector =
    fleet &&
    createFarInspector({ ...fleet, now: () => clock.steadyNow(), wallNow: () => clock.now() });
  const performer = createPerformer({
    ...services,
    inspector: createRowInspector(services.inspector, farInspector),
    ...{ attaching, commands, farPlans, ...screen },
    rememberedElsewhere: fleet && (most => rememberedElsewhere({ ...fleet, now: clock.now }, most)),
    polling: { poll: polling.poll, reschedule },
  });
  surroundings.onAbruptExit(() => {
    quit();
    possession.leave();
  });
  surroundings.onJobControl(possession.suspend, possession.resume);
  possession.take();
  // A poll is faster than that, unless a server hangs: its frame is the first then.
  const waiting = setTimeout(() => {
    if (store.state().snapshot === undefined) draw();
  }, longestBlankMs);
  stdout.on('resize', redraw);
  try {
    await polling.run(leaving);
    return 0;
  } finally {
    clearTimeout(waiting);
    quit();
    // Restore the terminal first, then finish and record running terminations.
    await Promise.all([attaching.finish(), commands.finish()]);
    possession.leave();
    await performer.finish();
    await others?.close();
    keys.stop();
    stdout.off('resize', redraw);
    view.close();
    const frozen = store.state().snapshot?.rows.filter(isFrozen).map(nameOf) ?? [];
    if (frozen.length > 0) surroundings.warn(`vigil: still frozen: ${frozen.join(', ')} (f thaws)`);
  }
}

/** One chunk of input is one frame, however many keys it holds. */
function press(
  pressed: readonly Key[],
  { apply, draw, props }: Store,
  { mouse, table }: { readonly mouse: boolean; readonly table: readonly Binding[] },
): void {
  for (const key of pressed) {
    const shown = props();
    const onMouse = key.kind === 'mouse' && mouse ? mouseActions(key, shown) : [];
    const actions = key.kind === 'mouse' ? onMouse : actionsOf(key, shown.state.mode, table);
    for (const action of actions) apply({ kind: 'requested', action });
  }
  draw();
}
