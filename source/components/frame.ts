/** How the rows of the terminal are shared out. The frame is always one row lower than the
 * terminal, so that nothing ever scrolls. */
import type { State } from '../core/state.ts';

export type Size = { readonly columns: number; readonly rows: number };

export type Frame = {
  readonly registries: number;
  readonly problems: number;
  readonly hasTabs: boolean;
  readonly hasHeading: boolean;
  readonly hasFooter: boolean;
  /** Rows of the table, or of what lies over it. */
  readonly body: number;
};

/** More problems than this are counted, not listed. */
const mostProblems = 3;
const mostRegistries = 3;
/** The table keeps this many rows before the header gets more than its title. */
const comfortableBody = 4;

export function frameFor(state: State, size: Size): Frame {
  const height = Math.max(1, size.rows - 1);
  // Always: the title. Then, by what is missed most: a row, the heading, the footer.
  const hasHeading = height >= 4 && (state.mode.kind === 'table' || state.mode.kind === 'filter');
  const isTyped = state.mode.kind === 'filter' || state.mode.kind === 'palette';
  const hasFooter = height >= 3 || isTyped;
  let left = height - 1 - Number(hasHeading) - Number(hasFooter);
  const take = (wanted: number) => {
    const taken = Math.max(0, Math.min(wanted, left - comfortableBody));
    left -= taken;
    return taken;
  };
  const problems = take(Math.min(mostProblems, state.snapshot?.problems.length ?? 0));
  const hasTabs = take(1) === 1;
  const workspaces = state.snapshot?.workspaces.length ?? 0;
  const registries = take(Math.min(mostRegistries, Math.max(1, workspaces)));
  return { registries, problems, hasTabs, hasHeading, hasFooter, body: Math.max(0, left) };
}
