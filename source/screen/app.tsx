/** Wires the screen together: polls and keys become events, events change the state and yield effects, and
 * the state is drawn. */

import type { View as TableView } from '../core/rows/describe.ts';
import type { Terminal } from '../text/terminal.ts';
import { createAttaching } from './attaching.ts';
import { createView, type View } from './ink-view.tsx';
import { actionsOf } from './input/key-actions.ts';
import type { Key } from './input/key-reader.ts';
import { listenToKeys } from './input/listen-to-keys.ts';
import { mouseActions } from './input/mouse.ts';
import { createPerformer, type Services } from './perform.ts';
import { createPolling } from './polling.ts';
import type { Effect } from './state/effects.ts';
import type { Event } from './state/events.ts';
import { reduce } from './state/reduce.ts';
import { initialState, type State } from './state/state.ts';
import type { Surroundings } from './surroundings.ts';
import { createPossession } from './terminal/possession.ts';

export type ScreenOptions = {
  readonly view: TableView;
  readonly intervalMs: number;
  readonly readOnly: boolean;
  readonly mouse: boolean;
};

/** Shows the live screen until the user quits or a signal stops it. */
export async function runScreen(
  { monitor, attacher, ...services }: Services,
  options: ScreenOptions,
  terminal: Terminal,
  { stdin, stdout, stopping, hold, onAbruptExit, suspend, onJobControl }: Surroundings,
): Promise<number> {
  const { intervalMs, readOnly, mouse } = options;
  const quitting = new AbortController();
  const leaving = AbortSignal.any([stopping, quitting.signal]);
  const quit = () => quitting.abort();
  const view = createView(stdout, terminal, () => possession.isOurs());
  const store = createStore(initialState(options.view, intervalMs, readOnly), view, effect =>
    performer.perform(effect),
  );
  const { apply, draw, redraw, report } = store;
  const keys = listenToKeys(stdin, pressed => press(pressed, store, mouse), quit);
  const write = (text: string) => void stdout.write(text);
  const possession = createPossession({ stdin, write, mouse, keys, suspend, redraw });
  const { ender, reconciler } = services;
  const { clock } = ender;
  const pace = () => store.state();
  const filter = () => store.state().view.filter;
  const polling = createPolling({ monitor, reconciler, clock, pace, filter, apply, draw });
  const attaching = createAttaching({
    attacher,
    readOnly,
    inventory: () => monitor.inventory(),
    notice: notice => report({ kind: 'noticed', notice, at: clock.now() }),
    possession,
    changed: polling.poll,
    signal: leaving,
  });
  const screen = { report, draw, redraw, suspend: possession.suspend, quit, hold };
  const performer = createPerformer({ ...services, attaching, polling, ...screen });
  onAbruptExit(() => {
    quit();
    possession.leave();
  });
  onJobControl(possession.suspend, possession.resume);
  possession.take();
  draw();
  stdout.on('resize', redraw);
  try {
    await polling.run(leaving);
    return 0;
  } finally {
    quit();
    // Restore the terminal first, then finish and record running terminations.
    await attaching.finish();
    possession.leave();
    await performer.finish();
    keys.stop();
    stdout.off('resize', redraw);
    view.close();
  }
}

type Store = ReturnType<typeof createStore>;

/** Holds the state: applies events, has their effects performed, and redraws. */
function createStore(initial: State, view: View, perform: (effect: Effect) => void) {
  let state = initial;
  const measure = () => {
    const bounds = view.measure(state);
    const { windowRows, overlayRows } = bounds;
    if (windowRows !== state.windowRows || overlayRows !== state.overlayRows)
      state = reduce(state, { kind: 'measured', ...bounds }).state;
  };
  const apply = (event: Event) => {
    const { state: next, effects } = reduce(state, event);
    state = next;
    measure();
    for (const effect of effects) perform(effect);
  };
  const draw = () => view.draw(state);
  return {
    state: () => state,
    /** Props of the current frame. */
    props: () => view.props(state),
    apply,
    draw,
    report(event: Event) {
      apply(event);
      draw();
    },
    /** Also used after a resize. */
    redraw() {
      measure();
      view.redraw(state);
    },
  };
}

/** One chunk of input is one frame, however many keys it holds. */
function press(pressed: readonly Key[], { apply, draw, props }: Store, mouse: boolean): void {
  for (const key of pressed) {
    const shown = props();
    const onMouse = key.kind === 'mouse' && mouse ? mouseActions(key, shown) : [];
    const actions = key.kind === 'mouse' ? onMouse : actionsOf(key, shown.state.mode);
    for (const action of actions) apply({ kind: 'requested', action });
  }
  draw();
}
