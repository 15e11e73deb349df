/** A command with `--host`. */
import type { Arguments } from '../cli/arguments/arguments.ts';
import type { Options } from '../cli/arguments/options.ts';
import type { createDeparture } from '../cli/departure.ts';
import { overHosts } from '../cli/far/over-hosts.ts';
import type { Output } from '../cli/output.ts';
import { createConfirmation } from '../host/run/confirmation.ts';
import { clock } from '../host/run/system-clock.ts';
import { openFleet } from './open-fleet.ts';

/** @returns the exit code. */
export function runOnHosts(
  given: Arguments,
  options: Options,
  {
    departure,
    process,
  }: { readonly departure: ReturnType<typeof createDeparture>; readonly process: NodeJS.Process },
  output: Output,
): Promise<number> {
  const { stopping } = departure;
  /** A lost terminal counts as SIGHUP. */
  const confirmation = () =>
    createConfirmation(process, stopping, () => departure.onSignal('SIGHUP'));
  return overHosts(given, options, { openFleet, clock, stopping, confirmation }, output);
}
