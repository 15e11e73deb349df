/** Binds a monitor to the screen: snapshots and keys go into the state, the state onto the
 * terminal. */
import chalk from 'chalk';
import { render } from 'ink';
import { createAttaching } from './attaching.ts';
import { frameFor, type Size } from './components/frame.ts';
import { overlayLines, Screen } from './components/screen.tsx';
import type { Action } from './core/actions.ts';
import type { Attacher } from './core/attach.ts';
import { type Dialog, isSameQuestion } from './core/dialog.ts';
import type { Event } from './core/events.ts';
import type { Inspector } from './core/inspector.ts';
import type { Cleaner } from './core/lifecycle/cleaner.ts';
import { armingMs } from './core/mode.ts';
import type { Snapshot } from './core/model.ts';
import type { Monitor } from './core/monitor.ts';
import type { Reconciler } from './core/reconcile/reconciler.ts';
import { reduce } from './core/reduce.ts';
import { initialState } from './core/state.ts';
import type { Ender } from './core/termination/ender.ts';
import { actionsOf } from './key-actions.ts';
import { bindings, footerKeys } from './keys.ts';
import { mouseActions } from './mouse.ts';
import type { Options } from './options.ts';
import { createFrameWriter } from './screen/frame-writer.ts';
import { createInkStream } from './screen/ink-stream.ts';
import type { Key } from './screen/key-reader.ts';
import { listenToKeys } from './screen/listen-to-keys.ts';
import { createPossession } from './screen/possession.ts';
import { createTerminalMode } from './screen/terminal-mode.ts';
import type { Terminal } from './terminal-output.ts';
import { createVerbs } from './verbs.ts';

/** What works behind the screen. */
export type Working = {
  readonly monitor: Monitor;
  readonly reconciler: Reconciler;
  readonly ender: Ender;
  readonly cleaner: Cleaner;
  readonly inspector: Inspector;
  readonly attacher: Attacher;
};

/** What the screen needs of the process it runs in. */
export type Surroundings = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Called with what gives the terminal back, for exits that nobody saw coming. */
  onAbruptExit(restore: () => void): void;
  /** Work that is not to be cut off by a signal. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Stops the whole job, as the terminal's own Ctrl-Z would. */
  suspend(): void;
  /** Somebody else wants us to stop, or had us stopped and let us go on. */
  onJobControl(stop: () => void, goOn: () => void): void;
};

/** Shows the live screen until the person quits or the signal is aborted. */
export async function runScreen(
  { monitor, reconciler, ender, cleaner, inspector, attacher }: Working,
  options: Options,
  terminal: Terminal,
  { stdin, stdout, onAbruptExit, hold, suspend, onJobControl }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const write = (text: string) => void stdout.write(text);
  const mode = createTerminalMode(stdin, write, options.mouse);
  const writer = createFrameWriter(write, () => size().rows);
  const size = (): Size => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const paint = { charset: terminal.charset, colors: terminal.colors, theme: terminal.theme };
  // Inverse and bold are wanted without colours too: colours are left out by the components.
  chalk.level = 1;

  let state = initialState(options.view, options.intervalMs, options.readOnly);
  const quitting = new AbortController();
  let waking = new AbortController();
  const overlay = () => overlayLines(state, size(), paint.charset, bindings);
  const props = () => ({ state, size: size(), paint, footerKeys, help: bindings });
  const view = () => <Screen {...props()} />;
  const fold = (event: Event) => {
    state = reduce(state, event);
    const { body } = frameFor(state, size());
    if (body !== state.windowRows) state = reduce(state, { kind: 'resized', windowRows: body });
    inspector.attend(state, inspection => tell({ kind: 'inspected', inspection }));
  };
  const redraw = () => {
    writer.forget();
    draw();
  };
  const draw = () => {
    stream.fit(size());
    ink.rerender(view());
    arm();
  };
  /** A question can be answered once it has been on the screen for a while. */
  let shown: Dialog | undefined;
  const arm = () => {
    const { mode } = state;
    const dialog = mode.kind === 'dialog' ? mode.dialog : undefined;
    const isKnown = dialog && shown && isSameQuestion(dialog, shown);
    shown = dialog;
    if (dialog === undefined || isKnown === true) return;
    setTimeout(() => tell({ kind: 'armed', dialog }), armingMs).unref();
  };
  const follow = (action: Action) => {
    const before = state;
    const { paused, intervalMs } = state;
    fold({ kind: 'requested', action, overlayLines: overlay()?.length });
    if (action.kind === 'redraw') writer.forget();
    if (action.kind === 'suspend') possession.suspend();
    attaching.follow(action);
    verbs.follow(action, before);
    const isPaceChanged = paused !== state.paused || intervalMs !== state.intervalMs;
    if (action.kind === 'refresh') lookNow();
    else if (isPaceChanged) waking.abort();
  };
  const tell = (event: Event) => {
    fold(event);
    draw();
  };
  /** Of thousands of processes each of these takes a while: keys are read in between. */
  const show = async (snapshot: Snapshot) => {
    await ender.clock.yieldToEventLoop();
    fold({ kind: 'looked', snapshot });
    await ender.clock.yieldToEventLoop();
    fold({ kind: 'checked', drift: reconciler.check(snapshot) });
    await ender.clock.yieldToEventLoop();
    draw();
  };
  const lookNow = () => void monitor.look().then(show);
  /** A person said yes to quitting; a signal or a lost terminal did not. */
  let isAsked = false;
  const verbs = createVerbs({
    reconciler,
    ender,
    cleaner,
    state: () => state,
    tell,
    changed: lookNow,
    quit: () => {
      isAsked = true;
      quitting.abort();
    },
    hold,
  });

  const actionsFor = (key: Key) => {
    if (key.kind === 'mouse') return options.mouse ? mouseActions(key, props()) : [];
    return actionsOf(key, state.mode);
  };
  const keys = listenToKeys(
    stdin,
    pressed => {
      // One chunk is one frame, however many keys it holds.
      for (const key of pressed) for (const action of actionsFor(key)) follow(action);
      draw();
    },
    () => quitting.abort(),
  );
  const possession = createPossession({ mode, keys, suspend, redraw });
  const attaching = createAttaching({
    attacher,
    inventory: () => monitor.inventory(),
    state: () => state,
    tell,
    now: () => ender.clock.now(),
    possession,
    changed: lookNow,
    signal: AbortSignal.any([signal, quitting.signal]),
  });

  onAbruptExit(() => {
    quitting.abort();
    possession.leave();
  });
  onJobControl(possession.suspend, possession.goOn);
  possession.take();
  const stream = createInkStream(size(), frame => {
    if (possession.isOurs()) writer.show(frame);
  });
  const ink = render(view(), {
    stdout: stream.stdout,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const onResize = () => {
    fold({ kind: 'resized', windowRows: state.windowRows });
    redraw();
  };
  stdout.on('resize', onResize);
  try {
    await monitor.run(
      () => {
        if (waking.signal.aborted) waking = new AbortController();
        return { intervalMs: state.intervalMs, paused: state.paused, wake: waking.signal };
      },
      show,
      AbortSignal.any([signal, quitting.signal]),
    );
    return 0;
  } finally {
    quitting.abort();
    // Whoever is being ended is, and is recorded, before we leave; the screen is given back first.
    await attaching.finish();
    possession.leave();
    await verbs.finish(isAsked);
    keys.stop();
    stdout.off('resize', onResize);
    ink.unmount();
  }
}
