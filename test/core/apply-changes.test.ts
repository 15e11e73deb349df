/** Changes that are applied in more than one round, because a program without a lock has written in between. */
import { expect, it } from 'vitest';
import type { RegistryScope } from '../../source/core/model/model.ts';
import type { RegistryUpdate } from '../../source/core/ports/registry-store.ts';
import { applyChanges, type PlaceChanges } from '../../source/core/reconcile/apply-changes.ts';
import { applyTogether } from '../../source/core/reconcile/apply-together.ts';
import { readDocument } from '../../source/core/registry/document.ts';
import { edited } from '../helpers/edited.ts';

const taskFile = '/w/TASK-1/AGENT_REGISTRY.json';
const globalFile = '/w/registry/GLOBAL_REGISTRY.json';
const entry = { tmux_session: 'agent_a-1', status: 'working' };

function documentOf(path: string, scope: RegistryScope, registry: object) {
  const document = readDocument(path, scope, JSON.stringify(registry));
  if (!document.ok) throw new Error(document.reason);
  return document.value;
}

/** A store whose first write stays in the task registry only. */
async function writtenInTwoRounds({ mutate }: RegistryUpdate) {
  const task = documentOf(taskFile, 'task', {
    task_id: 'TASK-1',
    agents: [{ id: 'a-1', ...entry }],
  });
  const global = documentOf(globalFile, 'global', {
    agents: { 'a-1': { task_id: 'TASK-1', ...entry } },
  });
  const written = (documents: readonly (typeof task)[]) => {
    const changes = mutate(documents);
    return documents.map(document => {
      const { edits = [] } = changes.find(({ path }) => path === document.path) ?? {};
      return edited(document, edits);
    });
  };
  const [first = task] = written([task, global]);
  return written([first, global]);
}

it('a closed entry is followed by the global registry also if only the task registry kept it', async () => {
  let written: Awaited<ReturnType<typeof writtenInTwoRounds>> = [];
  const { outcomes } = await applyChanges(
    {
      async update(update) {
        written = await writtenInTwoRounds(update);
        return { kind: 'done', written: [], heldMs: 1 };
      },
    },
    {
      places: [
        {
          taskFile,
          globalFile,
          changes: [
            { kind: 'close', agentId: 'a-1', session: 'agent_a-1', reason: 'killed', says: '' },
          ],
        },
      ],
      takenAt: () => 0,
      waitMs: 1,
    },
  );
  expect(outcomes.map(({ skippedBecause }) => skippedBecause)).toEqual([undefined]);
  for (const { content } of written) expect(content.entries[0]?.status).toBe('terminated');
});

it('one registry that cannot be changed does not block the other tasks', async () => {
  const place = (task: string): PlaceChanges => ({
    taskFile: `/w/${task}/AGENT_REGISTRY.json`,
    globalFile,
    changes: [{ kind: 'close', agentId: task, reason: 'killed', says: '' }],
  });
  const places = ['TASK-3', 'TASK-1', 'TASK-2'].map(place);
  const updates: RegistryUpdate[] = [];
  const { results, written } = await applyTogether(
    {
      async update(update) {
        updates.push(update);
        const path = update.files.map(file => file.path).find(each => each.includes('TASK-2'));
        if (path !== undefined) return { kind: 'busy', path, holder: 'pid 7' };
        return { kind: 'done', written: update.files.map(file => file.path), heldMs: 1 };
      },
    },
    { places, takenAt: () => 0, waitMs: 30_000 },
  );
  // All task registries in one order, and the global one behind them; nothing is held for long.
  const tasks = ['TASK-1', 'TASK-2', 'TASK-3'].map(each => place(each).taskFile);
  expect(updates[0]?.files.map(file => file.path)).toEqual([...tasks, globalFile]);
  expect(updates.map(each => each.waitMs)).toEqual([500, 30_000, 30_000, 30_000]);
  expect(results.map(each => [each.places, each.result.kind])).toEqual([
    [[places[0]], 'done'],
    [[places[1]], 'done'],
    [[places[2]], 'busy'],
  ]);
  expect(written).toEqual([tasks[2], globalFile, tasks[0]]);
});

/** The global entry after a change that makes it follow the task's entry. */
async function followed(own: object, other: object) {
  const documents = [
    documentOf(taskFile, 'task', { task_id: 'TASK-1', agents: [{ id: 'a-1', ...own }] }),
    documentOf(globalFile, 'global', { agents: { 'a-1': { task_id: 'TASK-1', ...other } } }),
  ];
  let text = '';
  const { outcomes } = await applyChanges(
    {
      async update({ mutate }) {
        const edits = mutate(documents).find(({ path }) => path === globalFile)?.edits ?? [];
        const [, global] = documents;
        text = global === undefined ? '' : edited(global, edits).text;
        return { kind: 'done', written: [], heldMs: 1 };
      },
    },
    {
      places: [{ taskFile, globalFile, changes: [{ kind: 'follow', agentId: 'a-1', says: '' }] }],
      takenAt: () => 0,
      waitMs: 1,
    },
  );
  expect(outcomes.map(({ skippedBecause }) => skippedBecause)).toEqual([undefined]);
  return JSON.parse(text).agents['a-1'];
}

it('an entry that follows one at work again loses its end', async () => {
  const ended = { status: 'completed', completed_at: '2025-10-29T23:24:47', terminated_at: null };
  expect(await followed({ ...entry, status: 'running' }, ended)).toEqual({
    ...{ task_id: 'TASK-1', status: 'running', tmux_session: 'agent_a-1' },
    ...{ completed_at: null, terminated_at: null },
  });
  expect(await followed(ended, entry)).toMatchObject(ended);
});

it('an entry that another program has made to agree meanwhile is nothing to report', async () => {
  expect(await followed(entry, entry)).toEqual({ task_id: 'TASK-1', ...entry });
});
