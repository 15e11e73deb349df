/** The fleet of a command line. Loaded only with --host. */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reading } from '../core/model/model.ts';
import { chosenHosts, type HostChoice } from '../fleet/chosen-hosts.ts';
import type { FarCommands, Fleet } from '../fleet/fleet.ts';
import type { FleetHost } from '../fleet/fleet-host.ts';
import type { FleetOnScreen } from '../fleet/on-screen.ts';
import { createFleet } from '../fleet/ssh/create-fleet.ts';
import { configuredHosts } from '../fleet/ssh/ssh-config.ts';
import { clock } from '../host/run/system-clock.ts';
import { homeOf } from '../host/state/state-directory.ts';

export type FleetChoice = {
  readonly hosts: HostChoice;
  readonly bootstrap: boolean;
  readonly intervalMs: number;
};

/** @param words options for the far `list`. @returns the fleet, or what is wrong with the choice. Nothing is connected yet. */
export function openFleet(
  choice: FleetChoice,
  words: readonly string[],
): Reading<Fleet & FarCommands> {
  const chosen = chosenHosts(choice.hosts, () => hostNames(process.env));
  return chosen.ok ? { ok: true, value: connectionsTo(chosen.value, choice, words) } : chosen;
}

function connectionsTo(
  hosts: readonly FleetHost[],
  { bootstrap, intervalMs }: FleetChoice,
  words: readonly string[],
): Fleet & FarCommands {
  const { env, execPath, argv } = process;
  const script = argv[1] ?? '';
  const self = [execPath, script];
  const bundle = bootstrap ? dirname(realpathSync(script)) : undefined;
  const home = homeOf(env) ?? '';
  return createFleet({ hosts, words, intervalMs, clock, env, self, home, bundle });
}

/** The fleet of the live screen, which polls this machine itself: only the others are reached over ssh.
 * @param wordsOf options of what was typed for a command of a far vigil. @param version of this one. */
export function openScreenFleet<Given>(
  choice: FleetChoice & { readonly given: Given; readonly demo: boolean },
  wordsOf: (command: Parameters<FleetOnScreen['words']>[0], given: Given) => readonly string[],
  version: string,
): Reading<FleetOnScreen> {
  if (choice.demo) return { ok: false, reason: '--host: not with --demo' };
  const chosen = chosenHosts(choice.hosts, () => hostNames(process.env));
  if (!chosen.ok) return chosen;
  const words: FleetOnScreen['words'] = command => wordsOf(command, choice.given);
  const others = chosen.value.filter(({ at }) => at !== 'local');
  const fleet = connectionsTo(others, choice, words('list'));
  return { ok: true, value: { fleet, hosts: chosen.value, words, version } };
}

/** Names of machines that ssh's configuration has. */
export function hostNames(env: NodeJS.ProcessEnv): readonly string[] {
  const home = homeOf(env);
  return home === undefined ? [] : configuredHosts(home);
}
