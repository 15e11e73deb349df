/** Waits for a condition, never for a duration. */
const longestWaitMs = 40_000;
const betweenTriesMs = 20;
/** A probe that starts a program takes time from what it waits for: it has a ninth of it at most. */
const pauseFor = (tookMs: number) => Math.max(betweenTriesMs, Math.min(8 * tookMs, 250));

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
    const began = performance.now();
    last = await probe();
    const pauseMs = pauseFor(performance.now() - began);
    if (last !== undefined && last !== null && last !== false) return last as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`it never came true that ${what}`);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}
