/** A command with `--host`: what is asked of the far vigils, and in which words. */
import type { Reading } from '../../core/model/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { FarCommands, FarVerb } from '../../fleet/fleet.ts';
import type { Arguments } from '../arguments/arguments.ts';
import type { Options } from '../arguments/options.ts';
import { type Output, refuseUsage } from '../output.ts';
import { noScreen } from '../output-stream.ts';
import { askHosts } from './ask-hosts.ts';
import { changeHosts, type HostChange } from './change-hosts.ts';
import { farWords } from './far-words.ts';
import { listHosts } from './list-hosts.ts';

/** With --yes a far lock is waited for as long as a local one would be. */
const patientWords = ['--lock-wait=30'];

type Tools = {
  /** @param words options for the far `list`. */
  readonly openFleet: (options: Options, words: readonly string[]) => Reading<FarCommands>;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** Absent when stdin is not a terminal. */
  readonly confirmation: () => Pick<HostChange, 'confirm' | 'confirmWord'> | undefined;
};

/** @returns the exit code, as readme.md lists it. */
export async function overHosts(
  { command, operands, given }: Arguments,
  options: Options,
  { openFleet, clock, stopping, confirmation }: Tools,
  output: Output,
): Promise<number> {
  const fault = hostFaultOf(command, options);
  if (fault !== undefined) return refuseUsage(output, fault);
  const words = farWords(command, given);
  const asked = [...words, '--', ...operands];
  const opened = openFleet(options, words);
  if (!opened.ok) return refuseUsage(output, opened.reason);
  const fleet = opened.value;
  // What was confirmed goes on there.
  stopping.addEventListener('abort', () => void fleet.close());
  try {
    return await work();
  } finally {
    await fleet.close();
  }

  async function work(): Promise<number> {
    switch (command) {
      case 'top':
        if (!options.json && !options.watch) output.warn(noScreen);
        return await listHosts(fleet, options, clock, output, stopping);
      case 'list':
        return await listHosts(fleet, options, clock, output, stopping);
      case 'why':
      case 'log':
      case 'wait':
        return await askHosts(fleet, command, asked, { json: options.json, stopping }, output);
      case 'kill':
      case 'sweep':
      case 'reconcile':
      case 'shutdown':
        return await changeHosts(fleet, changeOf(command, words), output);
      default:
        return refuseUsage(output, `--host is not an option of vigil ${command}`);
    }
  }

  function changeOf(verb: FarVerb, own: readonly string[]): HostChange {
    const { json, dryRun, yes } = options;
    const isPatient = yes && !dryRun && !given.has('lock-wait');
    return {
      ...{ verb, operands, json, dryRun, yes },
      words: isPatient ? [...own, ...patientWords] : own,
      ...(yes || json || dryRun ? {} : confirmation()),
    };
  }
}

/** @returns what of a command line cannot be done on other machines. */
function hostFaultOf(command: Arguments['command'], options: Options): string | undefined {
  if (options.demo) return '--host: not with --demo';
  if (options.format !== undefined) return '--host: not with --format';
  if (options.onClasses !== undefined) return '--host: not with --on';
  if (command === 'shutdown' && options.whenEnds !== undefined)
    return '--host: not with --when-ends';
  return undefined;
}
