/** Divides the terminal's rows. The frame is always one row shorter than the terminal, so that nothing
 * scrolls. */
import { isSearchTyped } from '../screen/state/mode.ts';
import type { State } from '../screen/state/state.ts';
import type { Charset } from '../text/printable.ts';
import { wrappedProblems } from '../text/snapshot-lines.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** How many lines each part has. */
export type Frame = Readonly<ReturnType<typeof frameFor>>;

/** Further problems are counted, not listed. */
const mostProblems = 3;
/** Minimum height of the table before the header grows beyond its title. */
const comfortableBody = 4;

export function frameFor(state: State, size: Size, charset: Charset) {
  const height = Math.max(1, size.rows - 1);
  // The title is always shown. Then, by importance: a row, the heading, the footer.
  const hasHeading = height >= 4 && ['table', 'filter', 'log'].includes(state.mode.kind);
  const isTyped = ['filter', 'palette'].includes(state.mode.kind) || isSearchTyped(state.mode);
  const hasFooter = height >= 3 || isTyped;
  let remaining = height - 1 - Number(hasHeading) - Number(hasFooter);
  const take = (wanted: number) => {
    const taken = Math.max(0, Math.min(wanted, remaining - comfortableBody));
    remaining -= taken;
    return taken;
  };
  const { snapshot } = state;
  const problems = take(
    snapshot === undefined
      ? 0
      : wrappedProblems(snapshot, { width: size.columns, most: mostProblems }, charset).length,
  );
  const hasTabs = take(1) === 1;
  const hasMachine = take(snapshot === undefined ? 0 : 1) === 1;
  return {
    problems,
    hasTabs,
    hasMachine,
    hasHeading,
    hasFooter,
    /** Rows of the table or of the overlay. */
    body: Math.max(0, remaining),
  };
}

/** @param y row of the terminal, from 0. @returns the part of the frame drawn there, and the row within it. */
export function areaAt(frame: Frame, y: number) {
  const areas = [
    ['header', 1 + Number(frame.hasMachine) + frame.problems],
    ['tabs', Number(frame.hasTabs)],
    ['heading', Number(frame.hasHeading)],
    ['body', frame.body],
    ['footer', Number(frame.hasFooter)],
  ] as const;
  let row = y;
  for (const [area, rows] of areas) {
    if (row < rows) return { area, row };
    row -= rows;
  }
  return undefined;
}
