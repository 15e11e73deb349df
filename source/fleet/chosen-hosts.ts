/** Which machines `--host` means. */
import type { Reading } from '../core/model/model.ts';
import { type FleetHost, hostFault, localName, standardCommand } from './fleet-host.ts';

/** What the configuration file says about a host. */
export type HostSettings = { readonly readOnly?: boolean; readonly command?: string };

export type HostChoice = {
  /** Names and patterns, as given. */
  readonly names: readonly string[];
  /** `hosts` of the configuration file. */
  readonly settings: ReadonlyMap<string, HostSettings>;
  /** --read-only. */
  readonly readOnly: boolean;
};

/** Every host in `hosts` of the configuration file. */
export const allHosts = 'all';

const mostHosts = 500;

/** @param configured names of ssh's configuration. @returns each host once, in the order given; or what is wrong. */
export function chosenHosts(
  { names, settings, readOnly }: HostChoice,
  configured: () => readonly string[],
): Reading<readonly FleetHost[]> {
  const found = new Set<string>();
  for (const name of names) {
    const fault = hostFault(name);
    if (fault !== undefined) return wrong(name, fault);
    const meant = expanded(name, settings, configured);
    if (meant.length === 0)
      return wrong(
        name,
        name === allHosts
          ? 'config.json has no hosts'
          : 'no Host in ~/.ssh/config or in hosts of config.json matches',
      );
    for (const each of meant) found.add(each);
  }
  if (found.size > mostHosts) return wrong(names.join(', '), `more than ${mostHosts} hosts`);
  const value = [...found].map((name): FleetHost => {
    const own = settings.get(name);
    return {
      name,
      at: name === localName ? 'local' : { destination: name },
      readOnly: readOnly || own?.readOnly === true,
      command: own?.command ?? standardCommand,
    };
  });
  return { ok: true, value };
}

function wrong(name: string, reason: string) {
  return { ok: false, reason: `--host ${JSON.stringify(name)}: ${reason}` } as const;
}

function expanded(
  name: string,
  settings: HostChoice['settings'],
  configured: () => readonly string[],
): readonly string[] {
  if (name === allHosts && !settings.has(name)) return [...settings.keys()];
  if (!isPattern(name)) return [name];
  // What ssh's configuration may have, and no host can be called, is not meant.
  return [...settings.keys(), ...configured()].filter(
    each => matches(name, each) && hostFault(each) === undefined,
  );
}

function isPattern(word: string): boolean {
  return /[*?]/.test(word);
}

/** @param pattern with `*` and `?`. */
export function matches(pattern: string, name: string): boolean {
  const source = [...pattern]
    .map(sign => (sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace(/[^\w]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's').test(name);
}
