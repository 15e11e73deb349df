/** `vigil deploy` in a workspace whose agents are in a database. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Python, startPython, type TestDatabase } from '../helpers/database.ts';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';

let python: Python;
let ground: Deploys;
let database: TestDatabase;
beforeAll(() => {
  python = startPython();
});
afterAll(() => python.close());
beforeEach(async () => {
  ground = startDeploys();
  database = python.database(ground.workspace.path);
  await database.fill(ground.task, [{ id: 'parent-1', depth: 2 }]);
});
afterEach(() => ground.close());

it('the agent is recorded there as the orchestrator records one, and not in JSON', async () => {
  const words = ['--parent', 'parent-1', '--json', '--', 'claude'];
  const { code, stdout } = await ground.deploy('builder', ...words);
  expect(code).toBe(0);
  const { agentId } = JSON.parse(stdout);
  const { agents, agent_hierarchy: hierarchy } = await database.rows();
  const row = agents.find(each => each.agent_id === agentId);
  expect(row).toMatchObject({
    task_id: ground.task,
    type: 'builder',
    tmux_session: `agent_${agentId}`,
    parent: 'parent-1',
    depth: 3,
    phase_index: 2,
    status: 'running',
    progress: 0,
    completed_at: null,
    prompt_preview: 'do builder',
  });
  expect(JSON.parse(String(row?.tracked_files)).prompt_file).toContain(agentId);
  expect(hierarchy).toMatchObject([{ parent_agent_id: 'parent-1', child_agent_id: agentId }]);
  expect(JSON.parse(readFileSync(ground.workspace.taskFile(ground.task), 'utf8')).agents).toEqual(
    [],
  );

  const second = await ground.deploy('builder');
  expect(second).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`${agentId} is an active`),
  });
  expect((await ground.run('kill', agentId, '--yes')).code).toBe(0);
  expect((await database.statuses()).get(agentId)).toBe('terminated');
  expect(ground.left()).toEqual(nothing);
});
