/** A guard with a policy while leftovers appear and things go wrong, one after the other: for ten minutes in the
 * campaign, a few times in the short form. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { isCampaign } from '../helpers/campaign.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { runaway, startBystanders } from '../helpers/guarded-farm.ts';
import { createGuards, type Guards, isEvent, type RunningGuard } from '../helpers/guards.ts';
import { statOf } from '../helpers/stand-ins.ts';

const longMs = 600_000;
/** Each fault with another leftover. */
const shortRounds = 5;

let farm: Cleanups;
let guards: Guards;
let guard: RunningGuard;
const all: RunningGuard[] = [];
const statuses = new Map<string, string>();
beforeEach(() => {
  farm = startCleanups();
  guards = createGuards(farm.standIns.directory, farm.state);
});
afterEach(() => {
  guards.close();
  farm.close();
});

/** As a careless orchestrator: everything is written again, with what the guard has changed. */
function record(id: string, status: string): void {
  const path = farm.workspace.taskFile(farm.task);
  const { agents } = JSON.parse(readFileSync(path, 'utf8'));
  for (const each of agents as { id: string; status: string }[]) statuses.set(each.id, each.status);
  statuses.set(id, status);
  farm.recordAs(Object.fromEntries(statuses));
}

type Leftover = (id: string) => Promise<() => boolean>;

const leftovers: Readonly<Record<string, Leftover>> = {
  async ghost(id) {
    record(id, 'working');
    return () => farm.status(id) === 'terminated';
  },
  async undead(id) {
    const { pids } = await farm.start(id, 'stubborn');
    record(id, 'completed');
    return () => !pids.some(isAlive);
  },
  async husk(id) {
    farm.husk(id);
    record(id, 'working');
    return () => !farm.sessions().includes(`agent_${id}`);
  },
  async leftover() {
    const pid = await farm.leftServer();
    return () => !isAlive(pid);
  },
  async runaway(id) {
    const { pids } = await farm.run(id, runaway);
    record(id, 'working');
    return () => !pids.some(isAlive);
  },
};

async function stopFor(pid: number, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const stoppedAt = Date.now();
  await eventually('it was stopped for long', () => Date.now() - stoppedAt > ms);
  process.kill(pid, 'SIGCONT');
}

async function begin(): Promise<void> {
  guard = guards.start(farm.options);
  all.push(guard);
  await guard.until('that it started', isEvent('started'));
}

const faults: Readonly<Record<string, () => Promise<unknown>>> = {
  'the guard is killed': async () => {
    const { pid } = guard;
    process.kill(pid, 'SIGKILL');
    await guard.exited;
    await begin();
    const taken = await guard.until('that it took over', isEvent('took-over'));
    expect(taken.previous).toMatchObject({ pid });
  },
  'tmux does not answer': () => stopFor(farm.server.pid(), 2500),
  'another guard is started': async () => {
    const { exited } = guards.start(farm.options);
    expect((await exited).how).toBe(4);
  },
  'the guard is stopped': async () => {
    const before = guard.said().filter(isEvent('resumed')).length;
    await stopFor(guard.pid, 7000);
    await eventually(
      'it notices that',
      () => guard.said().filter(isEvent('resumed')).length > before,
    );
  },
  'the registry is written again': async () => record('live-1', 'working'),
};

it(
  'cleans up every time, and touches nothing else',
  async () => {
    const live = await farm.start('live-1', 'with a setsid child', { isMarked: true });
    farm.recordAs({ 'live-1': 'working' });
    const bystanders = await startBystanders(farm);
    const sessions = farm.sessions();
    guards.configure({
      policy: { ghost: 'reconcile', orphan: 'sweep', husk: 'sweep', undead: 'kill', limit: 'kill' },
      ...{ minimumAge: 1, looks: 2, health: 0.5, every: 2, maximumEndings: 100 },
      ...{ limits: { processes: 7 }, thresholds: { warn: 3, critical: 40 } },
    });
    await begin();
    const until = Date.now() + longMs;
    const [kinds, wrongs] = [Object.keys(leftovers), Object.keys(faults)];
    for (let round = 0; isCampaign ? Date.now() < until : round < shortRounds; round++) {
      // In the campaign each fault meets each leftover.
      const turn = round + Math.floor(round / kinds.length);
      const kind = kinds[turn % kinds.length] as string;
      const wrong = wrongs[round % wrongs.length] as string;
      const isGone = await (leftovers[kind] as Leftover)(`${kind}-${round}`);
      await (faults[wrong] as () => Promise<unknown>)();
      await eventually(`${kind} ${round} is cleaned up although ${wrong}`, isGone, 60_000);
    }
    guard.child.kill('SIGTERM');
    expect(await guard.exited).toEqual({ how: 143, stderr: '' });
    expect(live.pids.every(isAlive)).toBe(true);
    expect(Object.keys(bystanders).filter(name => !isAlive(bystanders[name] as number))).toEqual(
      [],
    );
    expect(farm.sessions()).toEqual(sessions);
    expect(farm.status('live-1')).toBe('working');
    const ended = all
      .flatMap(({ said }) => said())
      .filter(({ event }) => event === 'killed' || event === 'swept');
    const targets = ended.flatMap(each => each.targets as { class: string; agentId?: string }[]);
    expect(
      targets.filter(each => each.class === 'live' && !each.agentId?.startsWith('runaway-')),
    ).toEqual([]);
    // Nothing stays stopped or locked.
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    expect(pids.filter(pid => statOf(pid)?.state === 'T')).toEqual([]);
    expect(existsSync(join(farm.workspace.path, 'registry', '.vigil-watch.lock'))).toBe(false);
    for (const { said } of all) {
      const alerts = said().filter(({ name }) => name === 'many-agents');
      const events = alerts.map(({ event }) => event);
      expect(events.every((event, index) => event !== events[index - 1])).toBe(true);
    }
    console.log(`${targets.length} rows ended by ${all.length} guards`);
  },
  longMs + 240_000,
);
