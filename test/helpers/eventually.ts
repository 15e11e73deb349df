/** Waits for a condition, never for a duration. */
const longestWaitMs = 40_000;
const betweenTriesMs = 20;

/** Calls `probe` until it gives something other than undefined, null or false.
 * @throws with `what` after 40 s. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  longestMs = longestWaitMs,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + longestMs;
  let last: unknown;
  for (;;) {
    last = await probe();
    if (last !== undefined && last !== null && last !== false) return last as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`it never came true that ${what}`);
    await new Promise(resolve => setTimeout(resolve, betweenTriesMs));
  }
}
