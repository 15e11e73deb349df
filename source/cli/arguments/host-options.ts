/** `--host`, and `hosts` of the configuration file: other machines. */
import type { HostChoice, HostSettings } from '../../fleet/chosen-hosts.ts';
import { hostFault } from '../../fleet/fleet-host.ts';
import { expected, type Given, OptionFault } from './option-spec.ts';

/** A key of the configuration file that is no option. */
export const hostsKey = 'hosts';

/** @throws OptionFault that names the key. */
export function readHosts(given: Given, names: readonly string[], readOnly: boolean): HostChoice {
  return { names, settings: readSettings(given.get(hostsKey)), readOnly };
}

function readSettings(value: unknown = {}): ReadonlyMap<string, HostSettings> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expected(hostsKey, 'an object with a name for each host', value);
  return new Map(Object.entries(value).map(([name, own]) => [name, readHost(name, own)] as const));
}

function readHost(name: string, value: unknown): HostSettings {
  const path = `${hostsKey}.${name}`;
  const fault = hostFault(name);
  if (fault !== undefined) throw new OptionFault(`${path}: ${fault}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expected(path, 'an object', value);
  const { readOnly, command, ...others } = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw new OptionFault(`${path}: unknown field "${unknown}" (use readOnly, command)`);
  if (readOnly !== undefined && typeof readOnly !== 'boolean')
    return expected(`${path}.readOnly`, 'true or false', readOnly);
  if (command !== undefined && !isCommand(command))
    return expected(`${path}.command`, 'a command as typed in a shell', command);
  return { readOnly, command };
}

function isCommand(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value);
}
