/** Real machines as far as ssh can tell: an sshd, pid and network namespaces, a boot id, tmux and a workspace for each. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { type FarHost, type FarHosts, startFarHosts } from '../helpers/far-hosts.ts';
import { type Listed, readWatch } from '../helpers/far-watch.ts';
import { agentId } from '../helpers/workspace.ts';

const task = 'TASK-20251029-232447-3bf85ff8';
const [first, second, ghost] = [agentId('builder', 1), agentId('builder', 2), agentId('ghost', 1)];

let far: FarHosts;
let one: FarHost;
let two: FarHost;
let three: FarHost;

beforeAll(async () => {
  far = await startFarHosts(['one', 'two', 'three']);
  [one, two, three] = far.hosts as [FarHost, FarHost, FarHost];
  for (const host of far.hosts) {
    host.workspace.writeTask(
      task,
      [first, second, ghost].map(id => ({ id })),
    );
    host.workspace.age();
    host.agents([first, second]);
  }
  far.alias('nokey', one, [`IdentityFile ${far.otherKey}`]);
  far.alias('unknown', one, ['UserKnownHostsFile /dev/null']);
  far.alias('closed', one, ['Port 1']);
  for (const name of ['bare', 'newer', 'garbage', 'flood', 'locked']) far.alias(name, one);
  far.configure({
    bare: { command: 'no-such-vigil' },
    newer: { command: `echo '{"schema":"vigil.snapshot/9"}';:` },
    garbage: { command: 'seq 1 9; :' },
    flood: { command: 'head -c 9000000 /dev/zero | tr "\\0" "{" #' },
    locked: { readOnly: true },
  });
});
afterAll(() => far?.close());

const hosts = ['--host', 'one', '--host', 'two', '--host', 'three'];
const named = (rows: readonly Listed[]) =>
  rows.map(row => `${row.host} ${row.class} ${row.agentId}`).sort();
/** A plan without the load that it frees, which every plan measures anew. */
const unmeasured = <P extends { readonly frees: object }>(plan: P) => ({
  ...plan,
  frees: { ...plan.frees, cpuPercent: 0 },
});

describe('three hosts', () => {
  it('are one table, and a kill on one touches nothing on the others', async () => {
    const list = async () => {
      const { code, stdout, stderr } = await far.vigil(['list', '--json', ...hosts]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    const before = await list();
    const all = far.hosts.flatMap(({ name }) => [
      `${name} ghost ${ghost}`,
      `${name} live ${first}`,
      `${name} live ${second}`,
    ]);
    expect(named(before.rows)).toEqual(all.sort());
    expect(before.hosts.map((host: { bootId: string }) => host.bootId)).toEqual([
      'one-boot-1',
      'two-boot-1',
      'three-boot-1',
    ]);
    const there = JSON.parse(two.run(`vigil kill ${first} --dry-run --json`));
    const words = ['kill', first, '--host', 'two', '--json'];
    const dry = JSON.parse((await far.vigil([...words, '--dry-run'])).stdout);
    expect(unmeasured(dry.hosts[0].document.plan)).toEqual(unmeasured(there.plan));
    const killed = await far.vigil([...words, '--yes']);
    expect(killed.stderr).toBe('');
    expect(killed.code).toBe(0);
    const { targets, hosts: results } = JSON.parse(killed.stdout);
    expect(targets).toMatchObject([{ host: 'two', agentId: first, outcome: 'exited' }]);
    expect(unmeasured(results[0].document.plan)).toEqual(unmeasured(there.plan));
    const after = await list();
    expect(named(after.rows)).toEqual(all.filter(name => name !== `two live ${first}`));
    const log = JSON.parse((await far.vigil(['log', '--json', ...hosts])).stdout);
    expect(log.entries.map(({ host, kind, outcome }: never) => [host, kind, outcome])).toEqual([
      ['two', 'run', 'done'],
      ['two', 'end', 'exited'],
    ]);
    const why = await far.vigil(['why', second, '--host', 'one', '--host', 'three']);
    expect(why.stdout).toMatch(/^one\n/);
    expect(why.stdout).toContain('three\n');
    expect(why.code).toBe(0);
  });

  it('refuse what was meant for another boot, or for another process', () => {
    const key = `agent:${second}`;
    const answer = (request: object, command = 'kill', input = '</dev/null') =>
      one.run(
        `vigil __far '${JSON.stringify({ run: 'r', ...request })}' ${command} ${key} ${input} || :`,
      );
    const boot = answer({ bootId: 'two-boot-1' });
    expect(boot).toContain('refused: this machine was restarted since');
    const other = answer({ bootId: 'one-boot-1', identities: { [key]: '1@1' } });
    expect(other).toContain('refused: its processes are others now');
    for (const said of [boot, other]) expect(said).toContain('{"frame":"exit","code":4}');
    // Nor is anything of it read for the screen.
    const identities = { [key]: '1@1' };
    const open = `${one.directory}/open`;
    one.run(`mkfifo ${open}`);
    // A vigil that only reads exits when its input ends.
    const shown = answer({ bootId: 'one-boot-1', identities, aspect: 'log' }, 'why', `<>${open}`);
    expect(shown).toMatch(/its processes are others now.+\n.+"exit","code":4}\n$/);
    // Without an answer nothing is done.
    expect(answer({})).toContain('nothing was signalled');
  });

  it('have no vigil left when this one is killed', async () => {
    const waiting = far.start(['wait', second, '--host', 'two']);
    await eventually('a vigil waits there', () => two.vigils() === 1);
    waiting.kill('SIGKILL');
    await eventually('it has exited', () => two.vigils() === 0);
  });

  it('that cannot be read are told about in a line each, and cost only their own rows', async () => {
    const names = ['nokey', 'unknown', 'closed', 'bare', 'newer', 'garbage', 'flood', 'locked'];
    const words = names.flatMap(name => ['--host', name]);
    const { code, stdout, stderr } = await far.vigil(['list', ...words]);
    expect(code).toBe(5);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(7);
    const reasons = [
      /nokey: ssh is not let in/,
      /unknown: its host key is not known/,
      /closed: refuses connections/,
      /bare: "no-such-vigil" is not found by its shell.*--bootstrap/,
      /newer: its vigil prints vigil.snapshot\/9.*update/,
      /garbage: vigil there exited with code 0/,
      /flood: prints more than can be read/,
    ];
    for (const [index, reason] of reasons.entries()) expect(lines[index]).toMatch(reason);
    expect(stdout).toContain(`live  ${first} locked`);
    const alone = await far.vigil(['list', '--host', 'closed']);
    expect([alone.code, alone.stdout]).toEqual([5, '']);
    const refused = await far.vigil(['kill', first, '--host', 'locked', '--yes']);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('locked: refused: it is read-only');
  });

  it('without vigil get it for as long as it is used', async () => {
    const bare = ['--host', 'bare', '--bootstrap'];
    const listed = await far.vigil(['list', ...bare]);
    expect(listed.stderr).toBe('');
    expect(listed.stdout).toContain(`live  ${first} bare`);
    const there = () => readdirSync(`${one.directory}/tmp`);
    await eventually('it is removed', () => there().length === 0);
    const gone = await far.vigil(['kill', agentId('nobody', 1), ...bare, '--yes']);
    expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining('no such target') });
    await eventually('it is removed again', () => there().length === 0);
  });

  it('keep it while a vigil there still uses it', async () => {
    const looks = `${one.directory}/looks`;
    const ps = join(one.directory, '..', 'bin', 'ps');
    writeFileSync(ps, `#!/bin/sh\necho >>${looks}\nexec /usr/bin/ps "$@"\n`);
    chmodSync(ps, 0o755);
    writeFileSync(looks, '');
    const waiting = far.start(['wait', second, '--host', 'bare', '--bootstrap']);
    const there = () => readdirSync(`${one.directory}/tmp`);
    await eventually('a vigil waits there', () => one.titledVigils().length === 1);
    const vigils = one.titledVigils();
    for (const pid of vigils) process.kill(pid, 'SIGSTOP');
    waiting.kill('SIGKILL');
    // By the node that is to remove it.
    await eventually('its users were sought twice', () => readFileSync(looks, 'utf8').length >= 2);
    expect(there()).toHaveLength(1);
    for (const pid of vigils) process.kill(pid, 'SIGCONT');
    await eventually('it is removed', () => there().length === 0);
    rmSync(ps);
  });

  it('have an ending go on when the connection is cut, and tell its outcome afterwards', async () => {
    const stubborn = agentId('stubborn', 1);
    three.workspace.writeTask(task, [{ id: stubborn }]);
    three.workspace.age();
    const asked = `${three.directory}/asked`;
    three.agents(
      [stubborn],
      `trap "echo >${asked}" TERM HUP; while :; do sleep 1000 & wait; done\n`,
    );
    const vigil = far.start(['kill', stubborn, '--host', 'three', '--yes']);
    let said = '';
    for (const stream of [vigil.stdout, vigil.stderr])
      stream?.setEncoding('utf8').on('data', text => {
        said += text;
      });
    const exit = new Promise(resolve => vigil.on('exit', resolve));
    await eventually('SIGTERM was sent there', () => existsSync(asked));
    three.signalSshd('SIGKILL', 'sessions');
    expect(await exit).toBe(0);
    expect(said).toContain('goes on there');
    expect(said).toContain(`${stubborn}: killed`);
  });

  it('are told about while they are silent, gone, and back with another boot', async () => {
    const vigil = far.start([
      'list',
      '--json',
      '--watch',
      '-d',
      '0.5',
      '--host',
      'one',
      '--host',
      'two',
    ]);
    const { stateOf, rowsOf, seen, reasons } = readWatch(vigil);
    await eventually('both are heard', () => stateOf('one')?.ok && stateOf('two')?.ok);
    one.signalSshd('SIGSTOP');
    await eventually('one is silent', () => stateOf('one')?.ok === false);
    // A pause of the whole machine may be long enough for ssh to give up as well, but not before.
    expect([...(reasons.get('one') ?? [])][0]).toBe('one: silent; its rows are unknown');
    expect(rowsOf('one').map(row => row.class)).toEqual(Array(3).fill('unknown'));
    expect(stateOf('two')?.ok).toBe(true);
    one.signalSshd('SIGCONT');
    await eventually('one is heard again', () => stateOf('one')?.ok);
    await one.stop();
    await eventually('one is gone', () => stateOf('one')?.ok === false);
    await one.reboot();
    await eventually(
      'one is back',
      () => stateOf('one')?.bootId === 'one-boot-2' && stateOf('one')?.ok,
    );
    await eventually('its agents are ghosts', () => seen.get('one')?.has(`ghost ${second}`));
    vigil.kill('SIGTERM');
    // Its agents were lost with the boot, and no earlier: before that none was a ghost.
    expect([...(seen.get('one') ?? [])].sort()).toEqual(
      [
        `ghost ${ghost}`,
        `live ${first}`,
        `live ${second}`,
        `unknown ${first}`,
        `unknown ${second}`,
        `unknown ${ghost}`,
        `ghost ${first}`,
        `ghost ${second}`,
      ].sort(),
    );
  });
});
