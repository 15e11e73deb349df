/** Rows of other machines: shown beside ours, and changed by the vigil there. */
import type { Row } from '../model/model.ts';

/** The name of the machine that vigil itself runs on. */
export const localHost = 'local';

/** The machine of a row that is not on this one. */
export function farHostOf({ far }: Pick<Row, 'far'>): string | undefined {
  return far === undefined || far.host === localHost ? undefined : far.host;
}
