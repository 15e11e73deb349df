/** What remains if another program writes without a lock while vigil writes: both start at the beginning of the file, so
 * the later text is whole, and the rest of the earlier one follows if that was longer. */
import { documentBefore } from '../../core/registry/tail.ts';

const space = 0x20;

/** @param ours what vigil has written.
 * @returns the other program's text; nothing if the file is not that. */
export function otherTextIn(file: Buffer, ours: Buffer): Buffer | undefined {
  // One character a byte: the rest may begin within a character.
  const length = documentBefore(file.toString('latin1'));
  if (length === undefined) return undefined;
  const isOurs = (byte: number, index: number) => byte === ours[length + index] || byte <= space;
  return file.subarray(length).every(isOurs) ? file.subarray(0, length) : undefined;
}
