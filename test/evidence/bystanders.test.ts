/** Bystanders that share a mark, a name, a server or a session with terminated agents: none of them is an
 * orphan, none is ended. The same sweep must find and end the leftovers beside them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import {
  type Crowd,
  createCrowd,
  marksOf,
  startLeaks,
  startPeoplesPrograms,
} from '../helpers/bystanders.ts';
import {
  startAdopter,
  startLeftInPanes,
  startLivingAgents,
  startNamespaces,
  startPersonsOwn,
  startPipelines,
  startReused,
  startUnclear,
} from '../helpers/bystanders-in-doubt.ts';
import { type JsonRow, startWorld, verdictOn, type World } from '../helpers/leftovers-world.ts';
import type { Run } from '../helpers/vigil.ts';

let world: World;
let kinds: Crowd['kinds'];
let list: readonly JsonRow[];
let sweep: Run;
let wider: Run;
let afterSweep: ReadonlySet<number>;
let afterWider: ReadonlySet<number>;

const rowsOf = ({ stdout }: Run): readonly JsonRow[] => JSON.parse(stdout).rows;
const livingOf = () =>
  new Set([...kinds.values()].flatMap(each => [...each.values()]).filter(isAlive));

beforeAll(async () => {
  world = startWorld();
  const crowd = createCrowd(world);
  kinds = crowd.kinds;
  const people = world.server();
  const gone = await startPeoplesPrograms(crowd, people);
  const leaked = { ...marksOf(gone), GEMINI_CLI: '1' };
  const servers = [world.server(leaked), world.server(leaked)];
  await startLeaks(crowd, people, servers, gone);
  await startPersonsOwn(crowd);
  await startNamespaces(crowd, gone);
  await startLivingAgents(crowd, people);
  await startLeftInPanes(crowd, people);
  await startPipelines(crowd);
  await startUnclear(crowd);
  await startReused(crowd, people);
  await startAdopter(crowd, 'Relay(9)');
  await startAdopter(crowd, 'systemd', world.copy(world.python, 'bin/systemd'));
  // The other one is on a socket that no option names.
  const asked = [people, ...servers.slice(1)];
  list = rowsOf(await world.vigil('list', asked, '--json'));
  sweep = await world.vigil('sweep', asked, '--yes');
  afterSweep = livingOf();
  wider = await world.vigil('sweep', asked, '--yes', '--include-suspected');
  afterWider = livingOf();
}, 180_000);
afterAll(() => world.close());

const membersOf = (kind: string) => [...(kinds.get(kind) ?? [])];
const unclear = ['marks that name no agent of ours', 'jobs whose output another program takes'];
const bystanders = [
  'users’ programs',
  'IDEs with users’ terminals',
  'managers with users’ services',
  'users’ terminals with a mark in them',
  'daemons with a leaked mark',
  'agents that a user started on a server with a mark',
  'children of a shell with an exported mark',
  'services in directories called mcp',
  'users’ own MCP servers',
  'users’ own headless jobs',
  'processes of another pid namespace',
  'what living agents started',
  'services that an agent left without an exact mark',
  'adopters and their own services',
];

describe('beside terminated agents', () => {
  it('all bystanders are running', () => {
    const all = [...bystanders, ...unclear, 'suspected', 'left over'];
    expect([...kinds.keys()].sort()).toEqual(all.sort());
    for (const [kind, members] of kinds) expect(members.size, kind).toBeGreaterThanOrEqual(2);
  });

  it.each(bystanders)('no orphans are %s, and no sweep ends them', kind => {
    for (const [name, pid] of membersOf(kind)) {
      expect.soft(verdictOn(pid, list), name).not.toMatch(/^orphan/);
      expect.soft(afterSweep.has(pid), `${name} lives after the sweep`).toBe(true);
      expect.soft(afterWider.has(pid), `${name} lives after the wider sweep`).toBe(true);
    }
  });

  it.each(unclear)('none of %s is proven', kind => {
    for (const [name, pid] of membersOf(kind)) {
      expect.soft(verdictOn(pid, list), name).not.toMatch(/^orphan; proven/);
      expect.soft(afterSweep.has(pid), `${name} lives after the sweep`).toBe(true);
    }
  });

  it('leftovers are proven, and ended by the same sweep', () => {
    for (const [name, pid] of membersOf('left over')) {
      expect.soft(verdictOn(pid, list), name).toMatch(/^orphan; proven;/);
      expect.soft(afterSweep.has(pid), `${name} lives after the sweep`).toBe(false);
    }
  });

  it('suspected ones are listed as not included, and ended on request', () => {
    for (const [name, pid] of membersOf('suspected')) {
      expect.soft(verdictOn(pid, list), name).toMatch(/^orphan; suspected;/);
      expect.soft(sweep.stdout, name).toMatch(new RegExp(`^not included: pid ${pid} `, 'm'));
      expect.soft(afterSweep.has(pid), `${name} lives after the sweep`).toBe(true);
      expect.soft(afterWider.has(pid), `${name} lives after the wider sweep`).toBe(false);
    }
    expect([sweep.code, sweep.stderr, wider.code, wider.stderr]).toEqual([0, '', 0, '']);
  });
});
