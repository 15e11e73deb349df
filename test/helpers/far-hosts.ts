/** Machines for a fleet: each is a real sshd in pid and network namespaces of its own, with its own home, boot id, tmux
 * sockets and workspace. Needs root. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { addressOf, isolated, type Line, startFarNetwork } from './far-network.ts';
import { cliPath, type Run, vigil, vigilEnv } from './vigil.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export type FarHost = {
  readonly name: string;
  readonly directory: string;
  readonly workspace: Workspace;
  /** Its connection to the network, since it was started last. */
  readonly line: Line;
  /** Runs a line in the host's shell. */
  run(line: string): string;
  /** Agents, each in a session of its own. @param script what they run; they wait for ever unless given. */
  agents(ids: readonly string[], script?: string): void;
  /** How many vigils run there. */
  vigils(): number;
  /** Pids, in the namespace of the test, of those that have read their options: they have another title from then on. */
  titledVigils(): readonly number[];
  /** Sends a signal to every sshd of the host, or to all but the one that accepts connections. */
  signalSshd(signal: NodeJS.Signals, which?: 'sessions' | 'all'): void;
  /** Starts it again, with another boot id. */
  reboot(): Promise<void>;
  stop(): Promise<void>;
};

export type FarHosts = {
  readonly hosts: readonly FarHost[];
  /** For the vigil of the test: its own ssh configuration, with a `Host` for each host. */
  readonly env: Readonly<Record<string, string>>;
  /** Adds a `Host` that leads to the same machine as `host`. @param lines more of ssh's configuration. */
  alias(name: string, host: FarHost, lines?: readonly string[]): void;
  /** `hosts` in the configuration file of the vigil of the test. */
  configure(hosts: unknown): void;
  /** A key that no host accepts. */
  readonly otherKey: string;
  vigil(words: readonly string[]): Promise<Run>;
  /** Runs it beside the test. */
  start(words: readonly string[]): ChildProcess;
  close(): void;
};

const agentScript = 'exec sleep 100000\n';

export async function startFarHosts(names: readonly string[]): Promise<FarHosts> {
  // Short: tmux and ssh put sockets below it.
  const directory = mkdtempSync('/tmp/vigil-far-');
  const home = join(directory, 'home');
  const bin = join(directory, 'bin');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  mkdirSync(bin);
  mkdirSync('/run/sshd', { recursive: true });
  const script = (path: string, text: string) => {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  };
  for (const key of ['user', 'other'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, key)]);
  const config = join(home, '.ssh', 'config');
  const network = await startFarNetwork();
  // ssh reads the home of the passwd file, whatever HOME is.
  script(
    join(bin, 'ssh'),
    `#!/bin/sh\nexec ${network.inside.join(' ')} /usr/bin/ssh -F ${config} "$@"\n`,
  );
  const env = {
    HOME: home,
    PATH: `${bin}:${process.env.PATH}`,
    XDG_RUNTIME_DIR: join(directory, 'run'),
    XDG_CONFIG_HOME: join(home, '.config'),
  };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  const children = new Set<ChildProcess>();
  const numbers = new Map<FarHost, number>();
  const known = join(directory, 'known_hosts');
  const alias: FarHosts['alias'] = (name, host, lines = []) => {
    const own = [
      `Host ${name}`,
      ...lines,
      ...[`HostName ${addressOf(numbers.get(host) as number)}`, 'User root'],
      // ssh would try this one as well.
      ...(lines.some(line => line.startsWith('IdentityFile'))
        ? []
        : [`IdentityFile ${join(directory, 'user')}`]),
      ...['IdentitiesOnly yes', 'GlobalKnownHostsFile /dev/null', `UserKnownHostsFile ${known}`],
    ];
    writeFileSync(config, `${own.join('\n  ')}\n`, { flag: 'a' });
  };
  const startHost = async (name: string, index: number): Promise<FarHost> => {
    const number = index + 1;
    const place = join(directory, name);
    const far = join(place, 'home');
    mkdirSync(join(far, 'tmux'), { recursive: true, mode: 0o700 });
    mkdirSync(join(far, 'tmp'));
    mkdirSync(join(place, 'bin'));
    script(join(place, 'bin', 'vigil'), `#!/bin/sh\nexec ${process.execPath} ${cliPath} "$@"\n`);
    script(join(place, 'bin', 'claude'), '#!/bin/bash\n. "$1"\n');
    const hostKey = join(place, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
    const keyOf = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(known, `${addressOf(number)} ${keyOf}\n`, { flag: 'a' });
    const workspace = createWorkspace(far);
    const path = `${place}/bin:${join(process.execPath, '..')}:/usr/bin:/bin`;
    const settings = [
      ...[`HostKey ${hostKey}`, 'PidFile none'],
      ...[`AuthorizedKeysFile ${join(directory, 'user.pub')}`, 'StrictModes no', 'UsePAM no'],
      `SetEnv HOME=${far} PATH=${path} TMUX_TMPDIR=${join(far, 'tmux')} TMPDIR=${join(far, 'tmp')} VIGIL_WORKSPACE=${workspace.path} LANG=C.UTF-8`,
    ];
    writeFileSync(join(place, 'sshd_config'), `${settings.join('\n')}\n`);
    let init: ChildProcess | undefined;
    let line: Line | undefined;
    let boot = 0;
    let count = 0;
    const start = async () => {
      boot++;
      writeFileSync(join(place, 'boot'), `${name}-boot-${boot}\n`);
      const inside = `mount --bind ${join(place, 'boot')} /proc/sys/kernel/random/boot_id && /usr/sbin/sshd -D -e -f ${join(place, 'sshd_config')} & wait; sleep 100000`;
      // A namespace ends with its first process.
      init = spawn(
        'unshare',
        ['--pid', '--net', '--mount-proc', '--fork', '--kill-child', 'bash', '-c', inside],
        { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
      );
      children.add(init);
      await isolated(init.pid);
      line = await network.connect(number, init.pid as number);
      await eventually(`sshd of ${name} answers`, () => answers(network.inside, addressOf(number)));
    };
    /** What its sshd has open is closed, as at a shutdown: it is not unplugged. */
    const stop = async () => {
      const first = firstProcessIn(init?.pid);
      if (init === undefined || first === undefined) return;
      const exited = new Promise(resolve => init?.once('exit', resolve));
      process.kill(first, 'SIGKILL');
      await exited;
      children.delete(init);
      await line?.close();
    };
    const run = (line: string) =>
      execFileSync(join(bin, 'ssh'), ['-o', 'ControlPath=none', name, line], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const host: FarHost = {
      name,
      directory: far,
      workspace,
      get line() {
        return line as Line;
      },
      run,
      agents(ids, own = agentScript) {
        const path = join(place, `agent-${count++}.sh`);
        writeFileSync(path, own);
        const start = (id: string) =>
          `tmux -f /dev/null new-session -d -s agent_${id} claude ${path}`;
        run(ids.map(start).join(' && '));
      },
      vigils: () => processesIn(init?.pid, /cli\.js|^vigil\0/).length,
      titledVigils: () => processesIn(init?.pid, /^vigil\0/),
      signalSshd(signal, which = 'all') {
        const all = processesIn(init?.pid, /sshd/).filter(pid => commOf(pid) === 'sshd');
        // The listener is the oldest.
        const chosen = which === 'all' ? all : all.slice(1);
        for (const pid of chosen) process.kill(pid, signal);
      },
      async reboot() {
        await stop();
        await start();
      },
      stop,
    };
    numbers.set(host, number);
    alias(name, host);
    await start();
    return host;
  };
  const close = () => {
    for (const child of children) child.kill('SIGKILL');
    network.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const hosts = await Promise.all(names.map(startHost));
    return {
      ...{ hosts, env, alias, close },
      configure(settings) {
        mkdirSync(join(home, '.config', 'vigil'), { recursive: true });
        const text = JSON.stringify({ hosts: settings });
        writeFileSync(join(home, '.config', 'vigil', 'config.json'), text);
      },
      otherKey: join(directory, 'other'),
      vigil: words => vigil(words, { env }),
      start(words) {
        const child = spawn(process.execPath, [cliPath, ...words], {
          env: vigilEnv(env),
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        children.add(child);
        return child;
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function commOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function answers(inside: readonly string[], address: string): boolean {
  const [program, ...words] = inside as [string, ...string[]];
  const greeting = `exec 3<>/dev/tcp/${address}/22 && read -r -t 5 _ <&3`;
  try {
    execFileSync(program, [...words, 'bash', '-c', greeting], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Nothing if there is none any more. */
function firstProcessIn(unshared: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${unshared}/task/${unshared}/children`, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Pids of the processes in the pid namespace below a process whose command line matches, the oldest first. */
function processesIn(unshared: number | undefined, pattern: RegExp): number[] {
  const namespace = readlinkSync(`/proc/${firstProcessIn(unshared)}/ns/pid`);
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const isThere = readlinkSync(`/proc/${pid}/ns/pid`) === namespace;
        return isThere && pattern.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    })
    .sort((one, other) => one - other);
}
