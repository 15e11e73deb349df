/** How many rows may still be ended: at most so many within a minute of the steady clock, which is never set back. Pure but
 * for its own memory. */

const windowMs = 60_000;

export type Budget = ReturnType<typeof createBudget>;

export function createBudget() {
  let times: readonly number[] = [];
  const recent = (at: number) => times.filter(each => at - each < windowMs);
  return {
    /** @param most in a minute. @returns how many more now. */
    remaining: (most: number, at: number) => Math.max(0, most - recent(at).length),
    spend(count: number, at: number): void {
      times = [...recent(at), ...Array.from({ length: count }, () => at)];
    },
  };
}
