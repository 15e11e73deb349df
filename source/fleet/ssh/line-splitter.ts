/** Splits a stream into lines, with bounded memory. */

/** More than a snapshot of 2000 rows. */
export const longestLineBytes = 8_000_000;

/** @param onLine called with each line. @param onFlood called once, if a line is too long; nothing follows. */
export function createLineSplitter(
  onLine: (line: string) => void,
  onFlood: () => void,
  mostBytes = longestLineBytes,
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let isFlooded = false;
  return chunk => {
    let from = 0;
    while (!isFlooded) {
      const at = chunk.indexOf(10, from);
      const part = chunk.subarray(from, at < 0 ? undefined : at);
      bytes += part.length;
      if (bytes > mostBytes) {
        isFlooded = true;
        parts = [];
        onFlood();
        return;
      }
      if (part.length > 0) parts.push(part);
      if (at < 0) return;
      const line = Buffer.concat(parts).toString();
      parts = [];
      bytes = 0;
      from = at + 1;
      onLine(line);
    }
  };
}
