/** One exit code for several hosts. */
import { exitCodes } from '../output.ts';

/** The worst first; what is not listed comes before `done`. */
const order: readonly number[] = [
  ...[exitCodes.survived, exitCodes.unreadable, exitCodes.refused, exitCodes.usage],
];

/** @param codes of the hosts; undefined where there is none: the host counts as a source that could not be read. A
 * target need not be on every host. */
export function combinedCode(codes: readonly (number | undefined)[]): number {
  const known = codes.map(code => code ?? exitCodes.unreadable);
  const found = known.filter(code => code !== exitCodes.noTarget);
  if (found.length === 0 && known.length > 0) return exitCodes.noTarget;
  return (
    order.find(code => found.includes(code)) ?? found.find(code => code !== 0) ?? exitCodes.done
  );
}

/** @returns whether a host has nothing to say: the target is on another one. */
export function isElsewhere(
  code: number | undefined,
  codes: readonly (number | undefined)[],
): boolean {
  return (
    code === exitCodes.noTarget &&
    codes.some(each => each !== undefined && each !== exitCodes.noTarget)
  );
}
