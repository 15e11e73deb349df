/** The machines of a fleet: this one, and those that ssh leads to. */
import { localHost } from '../core/rows/far-rows.ts';

/** The name of the machine that vigil runs on. */
export const localName = localHost;

/** The hidden command of a far vigil: its first operand is a request as JSON, then come the words of a command. */
export const farName = '__far';

/** What `vigil` is called in the shell of a far machine. */
export const standardCommand = 'vigil';

/** One machine of the fleet. */
export type FleetHost = {
  /** As the user gave it: a `Host` of the ssh configuration, `user@machine`, or `local`. Unique in a fleet. */
  readonly name: string;
  /** What ssh connects to; `local` is this machine, without ssh. Never begins with a dash. */
  readonly at: 'local' | { readonly destination: string };
  /** Every change is refused: `readOnly` of the host, or --read-only. */
  readonly readOnly: boolean;
  /** How vigil is called there, as typed in its shell (`~/bin/vigil`). */
  readonly command: string;
};

/** @returns why a name cannot be a host, if it cannot: ssh would take a dash for an option. */
export function hostFault(name: string): string | undefined {
  if (name === '') return 'empty host name';
  if (name.startsWith('-')) return 'a host name must not begin with a dash';
  if (/^@|@$/.test(name)) return 'a host name must have something on both sides of @';
  return /[\s\p{C}'"`\\$;&|<>(){}]/u.test(name)
    ? 'a host name must have no spaces, quotes or control characters'
    : undefined;
}
