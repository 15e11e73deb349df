/** What a plan and an explanation say that the class alone does not: what is only suspected, what goes on, whose it is. */
import { expect, it } from 'vitest';
import { nameOfTarget } from '../../source/core/termination/target-name.ts';
import { endPlanLines } from '../../source/text/kill-lines.ts';
import type { Line } from '../../source/text/line.ts';
import { whyLines } from '../../source/text/why-lines.ts';
import {
  entry,
  firstEnded,
  inventory,
  judge,
  now,
  pane,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const texts = (lines: readonly Line[]) => lines.map(line => line.map(({ text }) => text).join(''));

it('an orphan that is only suspected is so in its plan too, and its explanation says what is missing', () => {
  const given = inventory({
    processes: [process(500, 1, 'mcp-server-git', { startedAt: now - 60_000 })],
    origins: { 500: { programMarks: new Map([['CLAUDECODE', '1']]) } },
  });
  const [row] = judge(given).snapshot.rows;
  expect(row).toMatchObject({ class: 'orphan', confidence: 'suspected' });
  const { plan } = planned(given);
  expect(firstEnded(plan).notes).toContain('suspected only: no proof that its agent is gone');
  expect(texts(endPlanLines(plan, 'unicode'))[0]).toContain('  orphan?, 1 process');
  expect(row && texts(whyLines(row, now, 'unicode'))).toContain(
    '  · suspected: no proof that its agent is gone; only naming it ends it',
  );
});

it('what an agent has deployed goes on, unless it is in the plan', () => {
  const agents = ['top', 'below', 'other'];
  const parent = { parent: 'top' };
  const given = inventory({
    processes: agents.map((_, index) => process(500 + index, serverPid, 'claude')),
    panes: agents.map((id, index) => pane(`agent_${id}`, 500 + index)),
    registries: [
      registry('task', [
        entry('top', 'working'),
        entry('below', 'working', parent),
        entry('other', 'working', parent),
        entry('gone', 'working', parent),
      ]),
    ],
  });
  const notesWith = (...ids: string[]) =>
    firstEnded(planned(given, { isWanted: row => ids.includes(row.agentId ?? '') }).plan).notes;
  expect(notesWith('top')).toEqual(['it has deployed 2 agents, which go on']);
  expect(notesWith('top', 'other')).toEqual(['it has deployed below, which goes on']);
  expect(notesWith(...agents)).toEqual([]);
});

it('an agent in a user’s session is called in a plan what the table calls it', () => {
  const given = inventory({
    processes: [process(500, serverPid, 'claude')],
    panes: [pane('work', 500, { attached: 1 })],
  });
  expect(judge(given).snapshot.rows.map(row => row.class)).toEqual(['interactive']);
  expect(nameOfTarget(firstEnded(planned(given).plan))).toBe('claude (work)');
});

it('a target without processes is called in its refusal what the table calls it, not by its key', () => {
  const given = inventory({
    processes: [
      process(500, serverPid, 'claude'),
      process(501, 500, '', { name: 'git', state: 'Z' }),
    ],
    panes: [pane('agent_a', 500)],
    registries: [registry('task', [entry('a', 'working')])],
  });
  const { plan } = planned(given, { isWanted: row => row.class === 'zombie' });
  expect(plan.targets.map(nameOfTarget)).toEqual(['pid 501 git']);
});
