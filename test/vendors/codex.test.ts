/** The real Codex: all TUIs of a user share one daemon. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { type JsonRow, startVendors, type VendorWorld } from './vendor-world.ts';

let world: VendorWorld;

/** Call inside `describe`. */
function inOwnWorld(): void {
  beforeAll(async () => {
    world = await startVendors();
  });
  afterAll(() => world?.close());
}

const isClientIn = (project: string) => (row: JsonRow) =>
  row.class === 'interactive' &&
  row.program === 'codex' &&
  row.cwd?.endsWith(`/${project}`) === true;
const isDaemon = (row: JsonRow) =>
  row.class === 'host' && / app-server --listen/.test(commandOf(row));
const commandOf = (row: JsonRow) => row.processes[0]?.command ?? '';
const sleepOf = (row: JsonRow | undefined, seconds: number) =>
  row?.processes.find(each => each.command === `sleep ${seconds}`)?.pid;

async function start(project: string, seconds: number): Promise<void> {
  world.start(project, project, 'codex');
  await eventually(
    'codex asks for a prompt',
    () => world.screen(project).includes('Ask Codex'),
    30_000,
  );
  await world.type(project, `run: sleep ${seconds}`);
  await eventually('codex is working', () => /Working/.test(world.screen(project)), 30_000);
}

describe('two clients of one daemon', () => {
  inOwnWorld();

  it('are rows of their own, each with its command, beside the daemon', async () => {
    await start('one', 7771);
    await start('two', 7772);
    const one = await world.row(
      'the first has its command',
      row => isClientIn('one')(row) && sleepOf(row, 7771) !== undefined,
    );
    const two = await world.row(
      'the second has its command',
      row => isClientIn('two')(row) && sleepOf(row, 7772) !== undefined,
    );
    expect(one.key).not.toBe(two.key);
    const daemon = await world.row('the daemon is a host', isDaemon);
    expect(daemon).toMatchObject({ status: '2 clients', recordedBy: ['codex-daemon'] });
  });

  it('ending one ends its work, and leaves the daemon and the other', async () => {
    const rows = await world.rows();
    const [one, two, daemon] = [isClientIn('one'), isClientIn('two'), isDaemon].map(isIt =>
      rows.find(isIt),
    );
    const [own, theirs] = [sleepOf(one, 7771) ?? 0, sleepOf(two, 7772) ?? 0];
    const done = await world.vigil('kill', `pid:${one?.processes[0]?.pid}`, '--yes', '--json');
    const { plan, targets } = JSON.parse(done.stdout);
    expect([done.code, targets[0].outcome]).toEqual([0, 'exited']);
    expect(plan.notes[0].text).toMatch(
      /its work runs in the daemon pid \d+ \(shared by 2\), which stays/,
    );
    expect([isAlive(own), isAlive(theirs), isAlive(daemon?.processes[0]?.pid ?? 0)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(world.screen('two')).toMatch(/Working/);
  });

  it('the daemon and its command are rows when all clients are gone, and a sweep leaves them', async () => {
    const two = await world.row('the second is there', isClientIn('two'));
    const sleeping = sleepOf(two, 7772) ?? 0;
    for (const { pid } of two.processes) if (pid !== sleeping) process.kill(pid, 'SIGKILL');
    const daemon = await world.row(
      'nobody uses the daemon',
      row => isDaemon(row) && row.status === '0 clients',
    );
    expect(sleepOf(daemon, 7772)).toBe(sleeping);
    const swept = await world.vigil('sweep', '--yes');
    expect(swept.code).toBe(0);
    expect([isAlive(sleeping), isAlive(daemon.processes[0]?.pid ?? 0)]).toEqual([true, true]);
  });
});

describe('work in a daemon that another client has started', () => {
  inOwnWorld();

  it('ends with its client, alone', async () => {
    await start('one', 7773);
    await start('two', 7774);
    const hasWork = (project: string, seconds: number) =>
      world.row(
        `${project} has its command`,
        row => isClientIn(project)(row) && sleepOf(row, seconds) !== undefined,
      );
    const [one, two] = [await hasWork('one', 7773), await hasWork('two', 7774)];
    const done = await world.vigil('kill', `pid:${two.processes[0]?.pid}`, '--yes', '--json');
    expect([done.code, JSON.parse(done.stdout).targets[0].outcome]).toEqual([0, 'exited']);
    const [theirs, own] = [sleepOf(one, 7773) ?? 0, sleepOf(two, 7774) ?? 0];
    expect([isAlive(own), isAlive(theirs)]).toEqual([false, true]);
    expect(world.screen('one')).toMatch(/Working/);
  });
});
