/** How vigil is run on a host: the connection, and where its command comes from. */
import { tied } from '../../host/run/tied-program.ts';
import type { FleetHost } from '../fleet-host.ts';
import type { Bootstrap } from './bootstrap.ts';
import { type Channel, type ChannelEvents, openChannel } from './channel.ts';
import { exitCommand, farCommand, type SshPlaces } from './ssh-command.ts';
import type { HostTools } from './watch-host.ts';

const noEvents: ChannelEvents = { onLine() {}, onFlood() {}, onEnd() {} };

const failed = (error: Error) => ({ ok: false, reason: error.message }) as const;

export type ConnectOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly places: SshPlaces;
  /** Installs this version there first, if wanted. */
  readonly bootstrap?: Bootstrap;
};

export function createHostTools(
  host: FleetHost,
  { env, places, bootstrap }: ConnectOptions,
  clock: HostTools['clock'],
): HostTools {
  const run = (argv: readonly string[], hasInput: boolean, events: ChannelEvents): Channel =>
    // Not even a SIGKILL of vigil leaves an ssh behind.
    openChannel(tied(argv, env, 'TERM'), env, hasInput, events);
  return {
    clock,
    async open(words, events) {
      const installed = await bootstrap?.commandOn(host).catch(failed);
      if (installed?.ok === false) return installed;
      const command = installed?.value ?? host.command;
      const argv = farCommand({ ...host, command }, words, places);
      if (!argv.ok) return argv;
      // A stream of snapshots needs no input; a session ends when its input does.
      return { ok: true, value: run(argv.value, words[0] !== 'list', events) };
    },
    reset() {
      const argv = host.at === 'local' ? undefined : exitCommand(host.at.destination, places);
      if (argv !== undefined) run(argv, false, noEvents);
    },
  };
}
