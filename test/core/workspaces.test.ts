/** Several workspaces: their names, columns and plans. */
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../source/cli/arguments/arguments.ts';
import { foreignWorkspace } from '../../source/core/lifecycle/elsewhere.ts';
import { selectRows } from '../../source/core/rows/describe.ts';
import { nextGrouping } from '../../source/core/rows/row-groups.ts';
import { workspaceNameOf, workspaceNames } from '../../source/core/rows/workspace-names.ts';
import { endPlanLines } from '../../source/text/kill-lines.ts';
import { sweepPlanLines } from '../../source/text/sweep-lines.ts';
import { sweepPlan } from '../fixtures/end-plan.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { entry, inventory, judge, planned, process, registry } from '../helpers/inventory.ts';

const named = (...paths: string[]) => [...workspaceNames(paths).values()];
const first = '/srv/one/.agent-workspace';
const second = '/srv/two/.agent-workspace';
const inBoth = (more = {}) =>
  inventory(
    {
      processes: [process(5000, 1, 'claude'), process(5001, 1, 'claude')],
      registries: [first, second].map((workspace, index) => {
        const tracked = [{ pid: 5000 + index, start: `${5000 + index}0`, bootId: 'boot' }];
        const entries = [entry(`a-${index}`, 'working', { tracked })];
        return registry('task', entries, { workspace, path: `${workspace}/TASK-1/AGENT.json` });
      }),
    },
    { workspaces: [first, second], ...more },
  );

describe('the name of a workspace', () => {
  it('is the last part of its project, and more of it only where two are equal', () => {
    expect(named('/a/app/.agent-workspace')).toEqual(['app']);
    expect(named('/a/app/.agent-workspace', '/b/app/.agent-workspace', '/b/site')).toEqual([
      'a/app',
      'b/app',
      'site',
    ]);
    expect(named('/x/a/app/.agent-workspace', '/y/a/app')).toEqual(['x/a/app', 'y/a/app']);
    expect(named('/app/.agent-workspace', '/a/app')).toEqual(['app', 'a/app']);
    expect(named('/.agent-workspace')).toEqual(['.agent-workspace']);
  });

  it('is in every row that a registry records, and unique if there are several', () => {
    const { rows } = judge(inBoth()).snapshot;
    expect(rows.map(row => [row.agentId, workspaceNameOf(row)])).toEqual([
      ['a-0', 'one'],
      ['a-1', 'two'],
    ]);
    expect(workspaceNameOf({ workspace: first })).toBe('one');
    expect(workspaceNameOf({})).toBe(undefined);
  });
});

it('rows are filtered, sorted and grouped by workspace', () => {
  const { snapshot } = judge(inBoth());
  const ids = (more: Partial<typeof defaultView>) =>
    selectRows(snapshot, { ...defaultView, ...more }).map(({ row }) => row.agentId);
  expect(ids({ filter: 'workspace:two' })).toEqual(['a-1']);
  expect(ids({ filter: 'workspace:/srv/one' })).toEqual(['a-0']);
  expect(ids({ sort: 'workspace', reverse: true })).toEqual(['a-1', 'a-0']);
});

it('grouping goes through the ways that make more than one group, and ends', () => {
  const row = (socket: string) => ({ session: { socket, name: 's', attached: 0 } }) as never;
  const ways = (workspaces: string[], rows: never[]) => {
    const all = [];
    let way = nextGrouping({ rows, workspaces }, undefined);
    for (; way !== undefined; way = nextGrouping({ rows, workspaces }, way)) all.push(way);
    return all;
  };
  expect(ways([first], [row('default')])).toEqual(['task']);
  expect(ways([first, second], [row('default'), row('default')])).toEqual(['task', 'workspace']);
  expect(ways([], [row('default'), row('/b/tmux-0/default')])).toEqual(['task', 'server']);
});

it('a plan names the workspace of each target if there are several', () => {
  const lines = endPlanLines(planned(inBoth()).plan, 'unicode');
  const heads = lines.map(line => line.map(({ text }) => text).join(''));
  expect(heads).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^a-0 {2}live in one, /),
      expect.stringMatching(/^a-1 {2}live in two, /),
    ]),
  );
});

it('a sweep names the workspace of each file if there are several', () => {
  const textOf = (workspaces: readonly string[]) =>
    sweepPlanLines({ ...sweepPlan, workspaces }, 'unicode')
      .map(line => line.map(({ text }) => text).join(''))
      .join('\n');
  const [file] = sweepPlan.files;
  expect(textOf([file?.workspace ?? ''])).toContain('remove  TASK-1/agent_prompt');
  const name = workspaceNames([file?.workspace ?? '', second]).get(file?.workspace ?? '');
  expect(textOf([file?.workspace ?? '', second])).toContain(`remove  ${name}: TASK-1/agent_`);
});

it('watch and deploy keep to the workspaces that are named', async () => {
  for (const command of ['watch', 'deploy'])
    expect(await parseArguments([command, '--discover'])).toEqual({
      ok: false,
      reason: `${command} --discover: name the workspace instead (-w DIR)`,
    });
  expect((await parseArguments(['list', '--discover'])).ok).toBe(true);
});

describe('a foreign workspace', () => {
  const foreign = new Map([[second, 'it belongs to uid 7']]);
  const monitorOf = (workspaces: readonly string[]) =>
    ({ inventory: () => inBoth({ workspaces, foreign }) }) as Parameters<
      typeof foreignWorkspace
    >[0];

  it('stops bulk commands if it is the one they are about', () => {
    expect(foreignWorkspace(monitorOf([second]))).toBe('it belongs to uid 7');
  });

  it('that was found beside another holds nothing back but its own rows', () => {
    expect(foreignWorkspace(monitorOf([first]))).toBe(undefined);
    const { plan } = planned(inBoth({ workspaces: [first], foreign }));
    expect(plan.targets.map(each => [each.agentId, each.refused?.kind])).toEqual([
      ['a-0', undefined],
      ['a-1', 'foreign'],
    ]);
  });
});
