/** What a termination frees, as shown in its plan. */
import { expect, it } from 'vitest';
import { killJson } from '../../source/cli/json/kill-json.ts';
import type { Reading } from '../../source/core/model/model.ts';
import { planEnd } from '../../source/core/termination/end-plan.ts';
import { freesOf, withPorts } from '../../source/core/termination/frees.ts';
import { endPlanLines } from '../../source/text/kill-lines.ts';
import { endPlan, endTarget } from '../fixtures/end-plan.ts';
import {
  entry,
  inventory,
  judge,
  knowledge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const given = inventory({
  processes: [
    process(5000, serverPid, 'bash', { rssBytes: 1 << 20, cpuPercent: 0 }),
    process(5001, 5000, 'claude', { rssBytes: 200 << 20, cpuPercent: 12.3 }),
    process(5002, 5001, 'ssh-agent', { rssBytes: 50 << 20, cpuPercent: 50 }),
    process(6000, serverPid, 'claude', { rssBytes: 100 << 20, cpuPercent: 1.1 }),
  ],
  panes: [pane('agent_a', 5000), pane('agent_b', 6000)],
  registries: [registry('task', [entry('a', 'working'), entry('b', 'working')])],
});
const { snapshot } = judge(given);

function planWith(readings: Readonly<Record<number, Reading<readonly number[]>>>, isNamed = true) {
  const wanted = snapshot.rows
    .filter(row => row.class === 'live')
    .map(row => ({ row, isNamed: isNamed || row.agentId === 'a' }));
  const asked: number[] = [];
  const plan = withPorts(planEnd(snapshot, given, wanted, knowledge), {
    readPorts: processes =>
      new Map(
        processes.map(({ pid }) => {
          asked.push(pid);
          return [pid, readings[pid] ?? { ok: true, value: [] }];
        }),
      ),
  });
  return { plan, asked };
}
const linesOf = (plan: ReturnType<typeof planWith>['plan']) =>
  endPlanLines(plan, 'unicode').map(line => line.map(each => each.text).join(''));
const denied = { ok: false, reason: 'EACCES' } as const;

it('is the memory, CPU and ports of the members, without spared processes, and each port once', () => {
  const { plan, asked } = planWith({
    5001: { ok: true, value: [8080, 3000] },
    6000: { ok: true, value: [3000] },
  });
  expect(asked.sort()).toEqual([5000, 5001, 6000]);
  expect(killJson(plan, undefined).plan.frees).toEqual({
    rssBytes: 301 << 20,
    cpuPercent: 13.4,
    ports: [3000, 8080],
    portsUnknownOf: [],
  });
  expect(linesOf(plan)).toEqual([
    'total  frees 301M, 13.4% CPU, ports 3000 8080',
    'a  live, 2 processes, frees 201M, 12.3% CPU, ports 3000 8080',
    expect.stringContaining('session agent_a'),
    expect.stringContaining('end   5001'),
    expect.stringContaining('end   5000'),
    expect.stringContaining('spare 5002'),
    'b  live, 1 process, frees 100M, 1.1% CPU, port 3000',
    expect.stringContaining('session agent_b'),
    expect.stringContaining('end   6000'),
  ]);
});

it('shows ports as unknown, never as none, if they cannot be read', () => {
  const nothing = planWith({ 5000: denied, 5001: denied, 6000: denied }).plan;
  expect(killJson(nothing, undefined).plan.frees).toMatchObject({
    ports: null,
    portsUnknownOf: [5001, 5000, 6000],
  });
  expect(linesOf(nothing)[1]).toContain('ports of 2 processes unknown');
  const some = planWith({ 5000: denied, 5001: { ok: true, value: [3000] } }).plan;
  expect(killJson(some, undefined).plan.frees).toMatchObject({
    ports: [3000],
    portsUnknownOf: [5000],
  });
  expect(linesOf(some)[1]).toContain('port 3000, ports of 1 process unknown');
  const unasked = planEnd(
    snapshot,
    given,
    snapshot.rows.map(row => ({ row, isNamed: true })),
    knowledge,
  );
  expect(freesOf(unasked.targets).ports.unknownOf).toHaveLength(3);
});

it('counts an agent that two workspaces record once', () => {
  const { targets } = planWith({}).plan;
  const twice = targets.flatMap(each => [each, { ...each, key: `${each.key} of another` }]);
  expect(freesOf(twice).rssBytes).toBe(freesOf(targets).rssBytes);
});

it('is nothing for refused targets', () => {
  const { plan } = planWith({});
  const targets = plan.targets.map(target => ({
    ...target,
    refused: { kind: 'self', text: 'vigil itself runs in it' } as const,
  }));
  const asked: unknown[] = [];
  const refused = withPorts(
    { ...plan, targets },
    {
      readPorts: processes => {
        asked.push(...processes);
        return new Map();
      },
    },
  );
  expect(asked).toEqual([]);
  expect(freesOf(refused.targets)).toEqual({
    rssBytes: 0,
    cpuPercent: 0,
    ports: { known: [], unknownOf: [] },
  });
  expect(linesOf(refused)[0]).toBe('a  live');
});

it('the plan names a session once, and no command of another member', () => {
  const { plan } = planWith({});
  const [target] = plan.targets;
  const ends = linesOf(plan).filter(line => line.startsWith('  end '));
  expect(linesOf(plan)).toContain(`  session agent_a (${target?.session?.id})`);
  expect(ends.some(line => line.includes('its session'))).toBe(true);
  expect(ends.filter(line => line.includes('agent_a') || line.includes('('))).toEqual([]);
});

it('aligns the pids of a target', () => {
  const members = endTarget.members.map((each, index) => ({
    ...each,
    pid: index === 0 ? 9 : 4130,
  }));
  const lines = linesOf({ ...endPlan, targets: [{ ...endTarget, members }] });
  const ends = lines.filter(line => line.startsWith('  end '));
  expect(ends.map(line => line.slice(0, 13))).toEqual(['  end      9 ', '  end   4130 ']);
});
