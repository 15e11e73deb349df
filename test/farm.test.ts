/** The farm of the process leak analysis, classified by the built program. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from './helpers/farm.ts';
import { vigil } from './helpers/vigil.ts';

type JsonRow = {
  class: string;
  key: string;
  agentId: string | null;
  session: { name: string } | null;
  processes: { pid: number; role: string }[];
  evidence: string[];
};
type Json = { rows: JsonRow[]; totals: Record<string, number>; registries: Record<string, unknown>[]; problems: unknown[] };

let farm: Farm;

beforeAll(async () => {
  farm = await startFarm();
});
afterAll(() => farm?.close());

async function snapshot(...more: string[]): Promise<Json> {
  const run = await vigil(['list', '--json', ...farm.options, ...more]);
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout) as Json;
}

/** Rows that the farm started: other programs of this machine are none of our business. */
function idsOf(json: Json, name: string): (string | null)[] {
  return json.rows.filter(row => row.class === name).map(row => row.agentId).sort();
}

describe('the farm of the process leak analysis', () => {
  it('is classified exactly, from one command', async () => {
    const json = await snapshot('--class', 'live,undead,ghost,husk,orphan,interactive,zombie,unknown,ended');
    expect(json.problems).toEqual([]);
    expect(idsOf(json, 'live')).toEqual(farm.ids.live);
    expect(idsOf(json, 'ghost')).toEqual(farm.ids.ghosts);
    expect(idsOf(json, 'ended')).toEqual([...farm.ids.ended, farm.ids.leaker].sort());
    expect(idsOf(json, 'undead')).toEqual([farm.ids.undead]);
    expect(idsOf(json, 'husk')).toEqual([farm.ids.husk]);
    expect(json.totals).toMatchObject({ live: 8, ghost: 46, ended: 39, undead: 1, husk: 1 });
    const orphans = json.rows.filter(row => row.class === 'orphan');
    expect(orphans.some(row => row.session?.name === farm.stray)).toBe(true);
    expect(orphans.some(row => row.processes[0]?.pid === farm.pids.leaked)).toBe(true);
    const interactive = json.rows.filter(row => row.class === 'interactive');
    for (const pid of farm.pids.interactive)
      expect(interactive.filter(row => row.processes[0]?.pid === pid)).toHaveLength(1);
    const zombie = json.rows.find(row => row.class === 'zombie' && row.processes[0]?.pid === farm.pids.zombie);
    expect(zombie?.evidence.join()).toContain(`pid ${farm.pids.zombieParent}`);
    expect(new Set(json.rows.map(row => row.key)).size).toBe(json.rows.length);
  });
});
