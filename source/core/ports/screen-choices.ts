/** What a user has chosen on the screen, for the next start. */
import type { ColumnName } from '../rows/columns.ts';

export type ScreenChoices = {
  /** @returns undefined if nothing was chosen, or it cannot be read. */
  readColumns(): readonly ColumnName[] | undefined;
  /** A failed write only forgets the choice. */
  keepColumns(columns: readonly ColumnName[]): void;
};
