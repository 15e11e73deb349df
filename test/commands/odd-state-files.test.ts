/** Something else in the place of each file that vigil opens in its state directory, and of its configuration: no
 * command waits for it or writes through it, an agent is ended all the same, and one line says what is wrong. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { kindsOf } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRoot } from '../helpers/people.ts';
import { type Run, vigil } from '../helpers/vigil.ts';

/** Several times what the slowest command takes on a busy machine: something that blocks never ends. */
const limitMs = 20_000;

let farm: Agents;
let agent: Agent;
let directory: string;
let outside: string;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'stubborn');
  farm.record();
  directory = join(farm.state, 'vigil');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  outside = join(farm.standIns.directory, 'outside');
  writeFileSync(outside, 'theirs\n');
});
afterEach(() => farm.close());

const makers = `
import os, socket, sys
how, *paths = sys.argv[1:]
for path in paths:
    if how == 'socket': socket.socket(socket.AF_UNIX).bind(path)
    else: os.mknod(path, 0o20600, os.makedev(1, 7))
`;
/** Each makes all of these at once, so that hardly any pid is used up for it. */
const kinds: Readonly<Record<string, (paths: readonly string[]) => void>> = {
  'a FIFO': paths => execFileSync('mkfifo', paths),
  'a socket': paths => execFileSync('python3', ['-c', makers, 'socket', ...paths]),
  'a directory'(paths) {
    for (const path of paths) mkdirSync(path);
  },
  'a directory with something in it'(paths) {
    for (const path of paths) {
      mkdirSync(path);
      writeFileSync(join(path, 'theirs'), '');
    }
  },
  'a link'(paths) {
    for (const path of paths) symlinkSync(outside, path);
  },
  'a link to itself'(paths) {
    for (const path of paths) symlinkSync(path, path);
  },
  'a link to an endless device'(paths) {
    for (const path of paths) symlinkSync('/dev/zero', path);
  },
  // Only root may make one.
  ...(isRoot
    ? {
        'a full device': (paths: readonly string[]) =>
          execFileSync('python3', ['-c', makers, 'device', ...paths]),
      }
    : {}),
};

const linesOf = (text: string) => text.split('\n').filter(line => line !== '');
const run = (env: Readonly<Record<string, string>>, verb: string, ...words: string[]) => {
  const options = verb === 'log' ? [] : farm.options;
  return vigil([verb, ...words, ...options], {
    limitMs,
    env: { XDG_STATE_HOME: farm.state, ...env },
  });
};
const kill = (env = {}) =>
  run(env, 'kill', 'alpha-1', '--yes', '--retries', '1', '--retry-delays', '0.1');
const status = () =>
  JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents[0].status;

/** Ended and recorded; each thing that could not be written is one line. */
function expectEnded({ code, stdout, stderr }: Run, lines: readonly unknown[]): void {
  expect([linesOf(stderr), code]).toEqual([lines, 0]);
  expect(stdout).toMatch(/alpha-1 {2}killed/);
  expect([agent.pids.filter(isAlive), status()]).toEqual([[], 'terminated']);
  expect(readFileSync(outside, 'utf8')).toBe('theirs\n');
}
const logLine = expect.stringMatching(
  /^vigil kill: cannot write to the audit log .*vigil\.log: (?!.*another user)./,
);
const journalLine = expect.stringMatching(
  /^vigil kill: processes were not stopped before SIGKILL: (?!.*another user)./,
);

describe.each(
  kindsOf(kinds, 'a FIFO', 'a directory with something in it', 'a link', 'a full device'),
)('%s', (kind, make) => {
  const isDirectory = kind.startsWith('a directory');

  it('in the place of the logs, the kill journals and the notes on sessions and processes', async () => {
    const log = join(directory, 'vigil.log');
    const others = ['vigil.log.1', 'ending-1.json', 'ending-1.json.tmp'];
    const notes = ['sessions.json', 'processes.json', 'sessions.json.tmp', 'processes.json.tmp'];
    make([log, ...[...others, ...notes].map(name => join(directory, name))]);
    const idOf = (path: string) => `${lstatSync(path).ino} ${lstatSync(path).mode}`;
    const before = idOf(log);
    for (const [verb, word] of [
      ['list', '--tree'],
      ['why', 'alpha-1'],
      ['reconcile', '--dry-run'],
    ] as const) {
      // A process is recorded once it is two seconds old.
      await eventually(`vigil ${verb} names the agent`, async () => {
        const { code, stdout, stderr } = await run({}, verb, word);
        expect([verb, code, stderr]).toEqual([verb, 0, '']);
        return stdout.includes('alpha-1');
      });
    }
    const read = await run({}, 'log');
    const unread = `vigil log: the audit log cannot be read: ${log}`;
    // A file without an entry, behind a link that only root or this user can have made.
    if (kind === 'a link')
      expect([read.code, read.stderr]).toEqual([0, 'vigil log: nothing was done yet\n']);
    else expect([read.code, linesOf(read.stderr)]).toEqual([5, [expect.stringContaining(unread)]]);
    // The next pids are consecutive: vigil's own journal will have one of these names.
    const last = Number(readFileSync('/proc/sys/kernel/ns_last_pid', 'utf8'));
    const next = Array.from({ length: 100 }, (_, index) => `ending-${last + 1 + index}.json`);
    make([...next, ...next.map(name => `${name}.tmp`)].map(name => join(directory, name)));
    // A journal that is no directory is replaced by vigil's own.
    expectEnded(await kill(), isDirectory ? [logLine, journalLine] : [logLine]);
    expect(idOf(log)).toBe(before);
  });

  it('in the place of the state directory', async () => {
    rmSync(farm.state, { recursive: true });
    mkdirSync(farm.state);
    make([directory]);
    const list = await run({}, 'list');
    expect([list.code, list.stderr]).toEqual([0, '']);
    expect(list.stdout).toContain('alpha-1');
    const log = await run({}, 'log');
    expect(log.code).toBe(kind === 'a link to itself' ? 5 : 0);
    expect(linesOf(log.stderr).length).toBeLessThan(2);
    expectEnded(await kill(), isDirectory ? [] : [logLine, journalLine]);
  });

  it('in the place of the configuration: exit 2 with its name, and nothing is signalled', async () => {
    const config = join(farm.standIns.directory, 'config');
    mkdirSync(join(config, 'vigil'), { recursive: true });
    const path = join(config, 'vigil', 'config.json');
    make([path]);
    const verbs = [['list'], ['why', 'alpha-1'], ['reconcile', '--dry-run'], ['log']];
    for (const [verb = '', ...words] of [...verbs, ['kill', 'alpha-1', '--yes']]) {
      const { code, stdout, stderr } = await run({ XDG_CONFIG_HOME: config }, verb, ...words);
      expect([verb, code, stdout]).toEqual([verb, 2, '']);
      expect(linesOf(stderr)).toEqual([expect.stringContaining(`vigil: ${path}: `)]);
    }
    expect(agent.pids.every(isAlive)).toBe(true);
  });
});
