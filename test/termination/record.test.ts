/** Closing the entries of many that were ended at once. */
import { describe, expect, it } from 'vitest';
import type { RegistryReading } from '../../source/core/model/model.ts';
import type { RegistryUpdate, UpdateResult } from '../../source/core/ports/registry-store.ts';
import { editDocument, readDocument } from '../../source/core/registry/document.ts';
import type { TargetOutcome } from '../../source/core/termination/progress.ts';
import { recordAll } from '../../source/core/termination/record.ts';
import type { TargetResult } from '../../source/core/termination/result.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { workspace } from '../helpers/inventory.ts';
import { entryOf } from '../helpers/workspace.ts';

const pathOf = (task: string) => `${workspace}/${task}/AGENT_REGISTRY.json`;
const textOf = (task: string, ids: readonly string[]) =>
  JSON.stringify({ task_id: task, agents: ids.map(id => entryOf({ id })), active_count: 0 });
const result = (id: string, outcome: TargetOutcome): TargetResult => ({
  target: {
    key: `agent:${id}`,
    agentId: id,
    class: 'live',
    isNamed: true,
    members: [],
    spared: [],
    marks: { panes: new Set<string>(), uids: new Set<number>() },
    rssBytes: 0,
    cpuPercent: 0,
  },
  outcome,
  processes: [],
  signals: [],
  spared: [],
  escalated: false,
  durationMs: 1,
  errors: [],
});

/** Registries in memory. @param refuses whether the store refuses to close these together. */
function memory(refuses: (ids: readonly string[]) => boolean = () => false) {
  const texts = new Map([
    [pathOf('T-1'), textOf('T-1', ['a', 'b', 'c'])],
    [pathOf('T-2'), textOf('T-2', ['d'])],
  ]);
  const documentAt = (path: string) => {
    const document = readDocument(path, 'task', texts.get(path) ?? '');
    if (!document.ok) throw new Error(document.reason);
    return document.value;
  };
  const updates: string[][] = [];
  const update = async ({ files, mutate }: RegistryUpdate): Promise<UpdateResult> => {
    const documents = files.map(({ path }) => documentAt(path));
    const changes = mutate(documents);
    const before = new Map(documents.map(each => [each.path, each]));
    const written: string[] = [];
    const ids: string[] = [];
    for (const { path, edits } of changes) {
      const document = before.get(path);
      if (document === undefined) continue;
      const after = editDocument(document, edits);
      if (!after.ok) throw new Error(after.reason);
      ids.push(...closedIn(after.value.text).filter(id => !closedIn(document.text).includes(id)));
      if (refuses(ids)) return { kind: 'refused', path, reason: 'a stray change', written: [] };
      texts.set(path, after.value.text);
      written.push(path);
    }
    updates.push(ids);
    return { kind: 'done', written, heldMs: 1 };
  };
  const closed = () => [...texts.values()].flatMap(closedIn);
  const registries = [...texts.keys()].map(
    (path): RegistryReading => ({
      path,
      workspace,
      scope: 'task',
      kind: 'json',
      modifiedAt: 0,
      ownerUid: 1000,
      reading: { ok: true, value: documentAt(path).content },
    }),
  );
  const { host } = createFakeMachine([]);
  const end = (results: readonly TargetResult[], read: readonly RegistryReading[] = registries) =>
    recordAll({ ...host, registryStore: { ...emptyHost.registryStore, update } }, read, results, {
      reason: 'a test',
      lockWaitMs: 0,
    });
  return { updates, closed, registries, end };
}

function closedIn(text: string): string[] {
  return JSON.parse(text)
    .agents.filter((each: { status: string }) => each.status === 'terminated')
    .map((each: { id: string }) => each.id);
}

describe('entries of agents that were ended', () => {
  it('are closed together, once for each registry', async () => {
    const { updates, closed, end } = memory();
    const recorded = await end(['a', 'b', 'c', 'd'].map(id => result(id, 'killed')));
    expect(updates).toEqual([['a', 'b', 'c'], ['d']]);
    expect(closed()).toEqual(['a', 'b', 'c', 'd']);
    expect([...recorded.values()].flatMap(each => each.errors)).toEqual([]);
  });

  it('stay open where somebody survived, was refused or is on no record', async () => {
    const { updates, closed, end } = memory();
    const recorded = await end([
      result('a', 'exited'),
      result('b', 'survived'),
      result('c', 'refused'),
      result('nobody', 'killed'),
    ]);
    expect(updates).toEqual([['a']]);
    expect(closed()).toEqual(['a']);
    expect(recorded.size).toBe(4);
  });

  it('are said not to be closed where their registry could not be read', async () => {
    const { closed, registries, end } = memory();
    const reading = { ok: false, reason: 'EIO' } as const;
    const read = registries.map(each =>
      each.path === pathOf('T-2') ? { ...each, reading } : each,
    );
    const recorded = await end([result('a', 'killed'), result('d', 'killed')], read);
    expect(closed()).toEqual(['a']);
    expect(recorded.get('agent:a')?.errors).toEqual([]);
    expect(recorded.get('agent:d')?.errors).toEqual([
      `registry: entry not closed in ${pathOf('T-2')}: it could not be read`,
    ]);
  });

  it('are closed one by one where they cannot be together, and only the one at fault stays open', async () => {
    const { updates, closed, end } = memory(ids => ids.includes('b'));
    const recorded = await end(['a', 'b', 'c'].map(id => result(id, 'killed')));
    expect(updates).toEqual([['a'], ['c']]);
    expect(closed()).toEqual(['a', 'c']);
    expect([...recorded].filter(([, { errors }]) => errors.length > 0)).toEqual([
      ['agent:b', expect.objectContaining({ errors: [`${pathOf('T-1')}: a stray change`] })],
    ]);
  });
});
