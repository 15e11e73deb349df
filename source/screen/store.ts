/** Holds the state: applies events, has their effects performed, and redraws. */
import type { View } from './ink-view.tsx';
import type { Effect } from './state/effects.ts';
import type { Event } from './state/events.ts';
import { reduce } from './state/reduce.ts';
import type { State } from './state/state.ts';

export type Store = ReturnType<typeof createStore>;

type StoreView = Pick<View, 'measure' | 'props' | 'draw' | 'redraw'>;

export function createStore(initial: State, view: StoreView, perform: (effect: Effect) => void) {
  let state = initial;
  /** @returns the effects: more room may show something that has to be read. */
  const measure = (): readonly Effect[] => {
    const bounds = view.measure(state);
    const { windowRows, overlayRows, columns, matches } = bounds;
    const isSame =
      windowRows === state.windowRows &&
      overlayRows === state.overlayRows &&
      columns === state.columns &&
      matches === state.matches;
    if (isSame) return [];
    const measured = reduce(state, { kind: 'measured', ...bounds });
    state = measured.state;
    return measured.effects;
  };
  const apply = (event: Event) => {
    const { state: next, effects } = reduce(state, event);
    state = next;
    for (const effect of [...effects, ...measure()]) perform(effect);
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
      const effects = measure();
      view.redraw(state);
      for (const effect of effects) perform(effect);
    },
  };
}
