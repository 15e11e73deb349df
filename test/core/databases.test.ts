/** Agents in a database beside JSON registries: which entry counts, and what a change writes. */
import { describe, expect, it } from 'vitest';
import { admit, dismiss, newAgent, whyNotAdmitted } from '../../source/core/lifecycle/admission.ts';
import { keepsTask, withAllOf, withDatabase } from '../../source/core/lifecycle/task-content.ts';
import type { AgentEntry, RegistryReading, RegistryScope } from '../../source/core/model/model.ts';
import type { RegistryUpdate } from '../../source/core/ports/registry-store.ts';
import { applyChanges } from '../../source/core/reconcile/apply-changes.ts';
import { planReconcile } from '../../source/core/reconcile/reconcile-plan.ts';
import { columnValues } from '../../source/core/registry/database-columns.ts';
import { disagreementsOf } from '../../source/core/registry/disagreements.ts';
import { type RegistryDocument, readDocument } from '../../source/core/registry/document.ts';
import type { Edit } from '../../source/core/registry/edit.ts';
import { mergeRegistries } from '../../source/core/registry/merge.ts';
import { rowChanges } from '../../source/core/registry/row-changes.ts';
import { formatsIn, registryLines } from '../../source/text/snapshot-lines.ts';
import { entry, inventory, judge, registry, workspace } from '../helpers/inventory.ts';

const databaseFile = `${workspace}/registry/state.sqlite3`;

function database(entries: readonly AgentEntry[], more: Partial<RegistryReading> = {}) {
  const own = entries.map(each => ({ task: 'TASK-1', ...each }));
  return registry('global', [], {
    path: databaseFile,
    scope: 'database',
    kind: 'sqlite',
    reading: { ok: true, value: { entries: own, faults: [] } },
    ...more,
  });
}
const unread = database([], { reading: { ok: false, reason: 'locked by another program' } });
const inTask = (...entries: readonly AgentEntry[]) => registry('task', entries);
const inGlobal = (...entries: readonly AgentEntry[]) =>
  registry(
    'global',
    entries.map(each => ({ task: 'TASK-1', ...each })),
  );
const textsOf = (registries: readonly RegistryReading[]) =>
  mergeRegistries(registries).flatMap(record => disagreementsOf(record).map(({ text }) => text));

function documentOf(path: string, scope: RegistryScope, content: object): RegistryDocument {
  const document = readDocument(path, scope, JSON.stringify(content));
  if (!document.ok) throw new Error(document.reason);
  return document.value;
}
const rowsOf = (...agents: readonly object[]) =>
  documentOf(databaseFile, 'database', {
    agents: agents.map(each => ({ task_id: 'TASK-1', ...each })),
    tasks: [{ task_id: 'TASK-1', description: 'a task', max_concurrent: 2 }],
  });
const taskFile = `${workspace}/TASK-1/AGENT_REGISTRY.json`;
const globalFile = `${workspace}/registry/GLOBAL_REGISTRY.json`;
const taskOf = (...agents: readonly object[]) =>
  documentOf(taskFile, 'task', { task_id: 'TASK-1', agents, total_spawned: 0 });
const globalOf = (agents: object) => documentOf(globalFile, 'global', { agents });

describe('an agent in a database', () => {
  it('is one record with its JSON entries, whichever is read first', () => {
    const all = [
      inGlobal(entry('a')),
      inTask(entry('a', 'working')),
      database([entry('a', 'failed')]),
    ];
    for (const registries of [all, [...all].reverse()]) {
      const [record, ...others] = mergeRegistries(registries);
      expect(others).toEqual([]);
      expect(record).toMatchObject({ status: 'terminal', entry: { status: 'failed' } });
      expect(record?.registries.map(({ scope }) => scope)).toEqual(['database', 'task', 'global']);
    }
  });

  it('disagrees with JSON as evidence, each difference once', () => {
    const all = [
      database([entry('a', 'failed')]),
      inTask(entry('a', 'working')),
      inGlobal(entry('a')),
    ];
    expect(textsOf(all)).toEqual(['database and task registry disagree: status failed, working']);
    expect(textsOf([database([entry('a', 'failed')])])).toEqual([]);
    expect(textsOf([database([entry('b')]), inTask(entry('a', 'working'))])).toEqual([
      'only in JSON registries, not in the database',
    ]);
    // A database without agents is not where they are kept.
    expect(textsOf([database([]), inTask(entry('a', 'working'))])).toEqual([]);
  });

  it('gets from JSON what the database does not say', () => {
    const files = new Map([['log_file', '/x']]);
    const tracked = [{ pid: 7, start: '70', bootId: 'boot' }];
    const own = entry('a', 'working', { task: undefined, session: undefined });
    const [record, ...others] = mergeRegistries([
      database([own], { reading: { ok: true, value: { entries: [own], faults: [] } } }),
      inTask(entry('a', 'working', { files, tracked })),
    ]);
    expect(others).toEqual([]);
    expect(record?.entry).toMatchObject({ task: 'TASK-1', session: 'agent_a', files, tracked });
  });

  it('is counted in the header, which names the format', () => {
    const { snapshot } = judge(
      inventory({ registries: [inTask(entry('a', 'working')), database([entry('b', 'working')])] }),
    );
    const textOf = (lines: readonly (readonly { readonly text: string }[])[]) =>
      lines.map(line => line.map(({ text }) => text).join('')).join();
    expect(textOf(registryLines(snapshot, 'unicode'))).toContain(
      `1 recorded, 0 actual  json+sqlite  ${workspace}`,
    );
    expect(formatsIn(snapshot)).toBe('json+sqlite');
    const json = judge(inventory({ registries: [inTask(entry('a', 'working'))] })).snapshot;
    expect(formatsIn(json)).toBe(undefined);
  });

  it('names the formats that record it', () => {
    const recordersOf = (...registries: readonly RegistryReading[]) =>
      judge(inventory({ registries })).snapshot.rows.map(row => row.recordedBy);
    expect(recordersOf(database([entry('a', 'working')]))).toEqual([['orchestrator-sqlite']]);
    const both = [inTask(entry('a', 'working')), database([entry('a', 'working')])];
    expect(recordersOf(...both)).toEqual([['orchestrator-sqlite', 'orchestrator-json']]);
  });
});

describe('a database that cannot be read', () => {
  it('leaves agents of JSON registries unknown, as it may say otherwise', () => {
    const { rows, problems } = judge(
      inventory({ registries: [unread, inTask(entry('a', 'working'), entry('b', 'completed'))] }),
    ).snapshot;
    expect(rows.map(row => row.class)).toEqual(['unknown', 'unknown']);
    expect(problems).toMatchObject([{ source: 'registry', unread: true }]);
  });

  it('does not matter to another workspace', () => {
    const other = { ...unread, workspace: '/other/.agent-workspace' };
    const [record] = mergeRegistries([other, inTask(entry('a', 'working'))]);
    expect(record).toMatchObject({ authorityUnread: false, isMissingInDatabase: false });
  });

  it('makes up for a task registry that cannot be read', () => {
    const broken = { ...inTask(), reading: { ok: false, reason: 'not JSON' } } as const;
    const [record] = mergeRegistries([broken, database([entry('a', 'working')])]);
    expect(record?.authorityUnread).toBe(false);
  });
});

describe('the text of a database', () => {
  it('is a list of agents, each with its task, and of tasks with their limits', () => {
    const { content } = rowsOf(
      { id: 'a', task_id: 'TASK-2', status: 5, progress: 'x' },
      { id: {} },
    );
    expect(content.entries).toMatchObject([{ id: 'a', task: 'TASK-2', status: undefined }]);
    expect(content.entries[0]?.faults.map(({ field }) => field)).toEqual(['status', 'progress']);
    expect(content.faults).toEqual(['agents[1] skipped: no id']);
    expect(content.tasks).toMatchObject([{ id: 'TASK-1', limits: { concurrent: 2 } }]);
  });

  it('is edited as changes of its rows', () => {
    const document = rowsOf({ id: 'a', status: 'running' }, { id: 'b' });
    const edits: Edit[] = [
      { at: ['agents', 0, 'status'], value: 'terminated' },
      { at: ['agents', 0, 'last_update'], value: 'now' },
      { at: ['agents', 1], value: undefined },
      { at: ['agents', 2], value: { id: 'c', task_id: 'TASK-1' } },
    ];
    const changes = rowChanges(document, edits);
    if (!changes.ok) throw new Error(changes.reason);
    expect(changes.value.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'update a',
      'delete b',
      'insert c',
    ]);
    expect(changes.value[0]).toMatchObject({
      fields: new Map([
        ['status', 'terminated'],
        ['last_update', 'now'],
      ]),
    });
  });

  it('takes no other edit', () => {
    const document = rowsOf({ id: 'a' });
    for (const at of [
      ['active_count'],
      ['agents', 'a', 'status'],
      ['agents', 0, 'x', 'y'],
      ['tasks', 0],
    ]) {
      const changes = rowChanges(document, [{ at, value: 1 }]);
      expect(changes).toEqual({ ok: false, reason: expect.stringContaining('no place') });
    }
  });

  it('becomes values of the columns that the table has', () => {
    const fields = new Map<string, never>(
      Object.entries({
        status: 'terminated',
        terminated_at: 'T',
        tracked_files: { a: 'b' },
        x: 1,
      }) as [],
    );
    const columns = new Set(['status', 'completed_at', 'tracked_files']);
    expect(Object.fromEntries(columnValues(fields, new Map(), columns))).toEqual({
      status: 'terminated',
      completed_at: 'T',
      tracked_files: '{"a":"b"}',
    });
    // What the orchestrator has recorded stays.
    const now = new Map([['completed_at', 'before']]);
    expect(columnValues(fields, now, columns).has('completed_at')).toBe(false);
  });
});

/** @returns the edits that the update makes, by path. */
function storeOf(documents: readonly RegistryDocument[], edits: Map<string, readonly Edit[]>) {
  return {
    async update({ mutate, files }: RegistryUpdate) {
      const wanted = documents.filter(each => files.some(({ path }) => path === each.path));
      for (const change of mutate(wanted)) edits.set(change.path, change.edits);
      return { kind: 'done', written: [], heldMs: 1 } as const;
    },
  };
}

describe('a change', () => {
  const working = { tmux_session: 'agent_a', status: 'working' };
  const change = { agentId: 'a', task: 'TASK-1', says: '', reason: 'killed', session: 'agent_a' };
  const apply = async (kind: 'close' | 'mark stuck', documents: readonly RegistryDocument[]) => {
    const edits = new Map<string, readonly Edit[]>();
    const places = [{ taskFile, globalFile, databaseFile, changes: [{ ...change, kind }] }];
    const { outcomes } = await applyChanges(storeOf(documents, edits), {
      places,
      takenAt: () => 0,
      waitMs: 1,
    });
    const statusIn = (path: string) =>
      edits.get(path)?.find(({ at }) => at.at(-1) === 'status')?.value;
    return {
      skipped: outcomes[0]?.skippedBecause,
      statuses: [databaseFile, taskFile, globalFile].map(statusIn),
    };
  };

  it('closes the row, and the JSON entries follow', async () => {
    const documents = [
      taskOf({ id: 'a', ...working }),
      globalOf({ a: { task_id: 'TASK-1', ...working } }),
      rowsOf({ id: 'a', ...working }),
    ];
    const { statuses } = await apply('close', documents);
    expect(statuses).toEqual(['terminated', 'terminated', 'terminated']);
  });

  it('marks a stuck agent with a status that the orchestrator accepts', async () => {
    const documents = [taskOf({ id: 'a', ...working }), rowsOf({ id: 'a', ...working })];
    expect((await apply('mark stuck', documents)).statuses).toEqual([
      'blocked',
      'blocked',
      undefined,
    ]);
  });

  it('closes a JSON entry that the database does not have', async () => {
    const documents = [taskOf({ id: 'a', ...working }), rowsOf({ id: 'b' })];
    expect((await apply('close', documents)).statuses).toEqual([
      undefined,
      'terminated',
      undefined,
    ]);
  });

  it('is skipped where the row is finished, also if JSON is not', async () => {
    const documents = [
      taskOf({ id: 'a', ...working }),
      rowsOf({ id: 'a', ...working, status: 'failed' }),
    ];
    expect(await apply('close', documents)).toMatchObject({ skipped: 'it is failed now' });
  });
});

describe('a plan to reconcile', () => {
  const planFor = (registries: readonly RegistryReading[]) => {
    const first = judge(inventory({ registries }));
    const last = judge(
      inventory({ registries }, { takenAt: inventory().takenAt + 1000 }),
      first.memory,
    );
    return planReconcile(registries, last.snapshot, last.snapshot);
  };
  const kindsIn = (registries: readonly RegistryReading[]) =>
    planFor(registries).places.flatMap(({ changes }) => changes.map(({ kind }) => kind));

  it('closes a ghost of the database, and adds nothing to JSON', () => {
    const registries = [
      database([entry('a', 'working'), entry('b', 'completed')]),
      inTask(),
      inGlobal(),
    ];
    expect(kindsIn(registries)).toEqual(['close']);
    expect(planFor(registries).places.find(({ changes }) => changes.length > 0)).toMatchObject({
      databaseFile,
      taskFile,
      globalFile,
    });
  });

  it('has JSON entries follow the database in one change', () => {
    const registries = [
      database([entry('a', 'failed')]),
      inTask(entry('a', 'working')),
      inGlobal(entry('a', 'working')),
    ];
    const changes = planFor(registries).places.flatMap(place => place.changes);
    expect(changes).toMatchObject([
      {
        kind: 'follow',
        says: 'a: task registry updated: status working → failed; global registry updated: status working → failed',
      },
    ]);
  });
});

describe('a deploy', () => {
  const request = { task: 'TASK-1', type: 'builder', parent: 'orchestrator', prompt: 'go' };
  const agent = newAgent(
    { ...request, command: [], socketPath: '', searchPath: '' },
    {
      ...{ agentId: 'new', workspace, task: 'TASK-1', taskFile, session: 'agent_new' },
      ...{ socketPath: '', mark: '', by: { pid: 1, start: '1', bootId: 'b' }, at: 0 },
    },
    [],
    'T',
  );
  const editedBy = (documents: readonly RegistryDocument[]) =>
    (admit(documents, agent) ?? []).filter(({ edits }) => edits.length > 0).map(({ path }) => path);

  it('is recorded in the database alone where JSON lists no agents', () => {
    expect(editedBy([taskOf(), globalOf({}), rowsOf()])).toEqual([databaseFile]);
  });

  it('is recorded in both where both list agents', () => {
    const documents = [taskOf({ id: 'a' }), globalOf({}), rowsOf({ id: 'a' })];
    expect(editedBy(documents)).toEqual([databaseFile, taskFile, globalFile]);
  });

  it('respects the limits and the agents of the database', () => {
    const denialFor = (...rows: readonly object[]) => {
      const { content } = rowsOf(...rows);
      const own = withDatabase(taskOf().content, content, 'TASK-1');
      return whyNotAdmitted(own, withAllOf(undefined, content), agent);
    };
    expect(denialFor()).toBeUndefined();
    expect(denialFor({ id: 'a', type: 'builder' })).toContain(
      'a is an active agent of type builder',
    );
    const two = [
      { id: 'a', type: 'x' },
      { id: 'b', type: 'y' },
    ];
    expect(denialFor(...two)).toContain('max_concurrent: the task has 2 of 2');
    expect(denialFor(...two.map(row => ({ ...row, task_id: 'TASK-2' })))).toBeUndefined();
    expect(keepsTask(rowsOf().content, 'TASK-1')).toBe(true);
    expect(keepsTask(rowsOf().content, 'TASK-2')).toBe(false);
  });

  it('is removed from the database again', () => {
    const documents = [taskOf(), rowsOf({ id: 'new', tmux_session: 'agent_new' })];
    expect(dismiss(documents, 'new', 'agent_new')).toEqual([
      { path: databaseFile, edits: [{ at: ['agents', 0], value: undefined }] },
    ]);
  });
});
