/** The command line of ssh. */
import { join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type { FleetHost } from '../fleet-host.ts';
import { quotedForShell } from './shell-words.ts';
import { socketName } from './socket-path.ts';

/** Never asks, and does nothing that the user's configuration sets up for logins. A dead connection is noticed within
 * fifteen seconds. */
const options = [
  ...['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=5', 'ServerAliveCountMax=3'],
  ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no', 'PermitLocalCommand=no'],
  ...['RemoteCommand=none', 'RequestTTY=no', 'EscapeChar=none'],
];

export type SshPlaces = {
  /** Program and arguments that run this vigil; for `local`. */
  readonly self: readonly string[];
  /** Of the shared connections, if there is one. */
  readonly sockets?: string;
  /** The home of the user: another one has another configuration. */
  readonly home: string;
};

/** @param words for the far vigil. @returns program and arguments; or why the words cannot be sent. */
export function farCommand(
  host: FleetHost,
  words: readonly string[],
  places: SshPlaces,
): Reading<readonly string[]> {
  if (host.at === 'local') return { ok: true, value: [...places.self, ...words] };
  const quoted = quotedForShell(words);
  return quoted.ok
    ? {
        ok: true,
        value: sshCommand(host.at.destination, `${host.command} ${quoted.value}`, places),
      }
    : quoted;
}

/** @param line for the far shell, quoted. */
export function sshCommand(
  destination: string,
  line: string,
  places: SshPlaces,
): readonly string[] {
  return [
    'ssh',
    ...sharing(destination, places),
    ...flags(options),
    '-C',
    '-T',
    '--',
    destination,
    line,
  ];
}

/** Ends a shared connection that does not answer: others would wait in it. */
export function exitCommand(destination: string, places: SshPlaces): readonly string[] | undefined {
  if (places.sockets === undefined) return undefined;
  return ['ssh', ...sharing(destination, places), '-O', 'exit', '--', destination];
}

/** @param words of the command that is to have the terminal. */
export function terminalCommand(
  { at }: FleetHost,
  words: readonly string[],
  places: SshPlaces,
): readonly string[] {
  if (at === 'local') return words;
  const quoted = quotedForShell(words);
  const line = quoted.ok ? quoted.value : 'false';
  return ['ssh', ...sharing(at.destination, places), '-t', '--', at.destination, line];
}

function sharing(destination: string, { sockets, home }: SshPlaces): readonly string[] {
  if (sockets === undefined) return [];
  const path = join(sockets, socketName([destination, home]));
  return flags(['ControlMaster=auto', `ControlPath=${path}`, 'ControlPersist=60']);
}

function flags(settings: readonly string[]): readonly string[] {
  return settings.flatMap(each => ['-o', each]);
}
