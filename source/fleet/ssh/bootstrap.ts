/** Runs this version of vigil on hosts that have none: its bundle is installed in a private directory there for as long as it is
 * used. The far node that installs it stays, and removes it when our end of the connection is gone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type { FleetHost } from '../fleet-host.ts';
import { type Channel, openChannel } from './channel.ts';
import { failureOf } from './failure.ts';
import { installer, leastNode } from './installer.ts';
import { quotedForShell } from './shell-words.ts';
import { type SshPlaces, sshCommand } from './ssh-command.ts';

/** What a far vigil needs: it has no screen, and prints no metrics. */
const files = ['cli.js', 'package.json', 'program.js', 'rest.js'];
/** A shell stays above the far vigil, with the script's path in its arguments: the vigil has another title there once it has
 * read its options, and without the path it would not be seen to use the directory. */
const named = ['sh', '-c', '"$@"; exit $?', 'sh'];
/** To connect and to send less than a megabyte. */
const installMs = 60_000;

export type Bootstrap = {
  /** Installs it once for each host. @returns how vigil is called there, as typed in its shell. */
  commandOn(host: FleetHost): Promise<Reading<string>>;
  /** Lets the hosts remove it. */
  close(): Promise<void>;
};

/** @param directory of the bundle. */
export function createBootstrap(
  directory: string,
  env: NodeJS.ProcessEnv,
  places: SshPlaces,
): Bootstrap {
  const installed = new Map<string, Promise<Reading<string>>>();
  const holders = new Set<Channel>();
  let bundle: { readonly text: string; readonly hash: string } | undefined;
  const install = (host: FleetHost, destination: string) =>
    new Promise<Reading<string>>(resolve => {
      bundle ??= readBundle(directory);
      const { text, hash } = bundle;
      const fail = (reason: string) => {
        clearTimeout(timer);
        // The next command tries again.
        installed.delete(host.name);
        resolve({ ok: false, reason });
      };
      const line = quotedForShell(['node', '-e', installer, hash]);
      if (!line.ok) return resolve(line);
      const timer = setTimeout(() => {
        channel.stop();
        fail(`no answer within ${installMs / 1000} s while vigil was installed`);
      }, installMs);
      const channel = openChannel(sshCommand(destination, line.value, places), env, true, {
        onLine(answer) {
          const [word = '', value = '', script = ''] = answer.split('\t');
          if (word === 'vigil-need') channel.write(text);
          if (word === 'vigil-old')
            return fail(
              `its Node is ${value.slice(0, 40)}, and vigil needs ${leastNode}: update it`,
            );
          if (word === 'vigil-failed') return fail(`vigil cannot be installed: ${value}`);
          if (word !== 'vigil-ready') return;
          clearTimeout(timer);
          holders.add(channel);
          // The cache of compiled code is to go with the rest.
          const command = [...named, 'env', `XDG_CACHE_HOME=${dirname(script)}`, value, script];
          resolve(quotedForShell(command));
        },
        onFlood: () => fail('prints more than can be read'),
        onEnd(ended) {
          holders.delete(channel);
          installed.delete(host.name);
          fail(
            ended.code === 127
              ? `has no Node in the PATH of its shell: install Node ${leastNode}`
              : failureOf(ended, host.name, 'node'),
          );
        },
      });
    });
  return {
    commandOn(host) {
      if (host.at === 'local') return Promise.resolve({ ok: true, value: host.command });
      const known = installed.get(host.name) ?? install(host, host.at.destination);
      installed.set(host.name, known);
      return known;
    },
    async close() {
      // Its end of input tells a holder to remove what it has installed.
      for (const holder of holders) holder.end();
      holders.clear();
    },
  };
}

function readBundle(directory: string) {
  const contents = files.map(name => [
    name,
    readFileSync(join(directory, name)).toString('base64'),
  ]);
  const text = `${JSON.stringify(Object.fromEntries(contents))}\n`;
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}
