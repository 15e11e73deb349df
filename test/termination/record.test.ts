/** Closing the entries of agents that were terminated together. */
import { describe, expect, it } from 'vitest';
import type { RegistryReading } from '../../source/core/model/model.ts';
import type { RegistryUpdate, UpdateResult } from '../../source/core/ports/registry-store.ts';
import type { TargetOutcome } from '../../source/core/termination/progress.ts';
import { recordAll } from '../../source/core/termination/record.ts';
import type { TargetResult } from '../../source/core/termination/result.ts';
import { resultOf, targetOf } from '../fixtures/end-plan.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { workspace } from '../helpers/inventory.ts';
import { entryOf } from '../helpers/workspace.ts';

const pathOf = (task: string) => `${workspace}/${task}/AGENT_REGISTRY.json`;
const paths = ['T-1', 'T-2'].map(pathOf);
const textOf = (task: string, ids: readonly string[]) =>
  JSON.stringify({ task_id: task, agents: ids.map(id => entryOf({ id })), active_count: 0 });
const result = (id: string, outcome: TargetOutcome) =>
  resultOf(targetOf(`agent:${id}`, { agentId: id }), outcome);

/** Registries in memory. @param refuses whether the store refuses these changes in one update. */
function memory(refuses: (ids: readonly string[]) => boolean = () => false) {
  const { host, registries } = createFakeMachine();
  const begin = (task: string, ids: readonly string[]) =>
    registries.create({ path: pathOf(task), scope: 'task' }, textOf(task, ids));
  begin('T-1', ['a', 'b', 'c']);
  begin('T-2', ['d']);
  const updates: string[][] = [];
  const closed = () => paths.flatMap(path => closedIn(registries.textOf(path) ?? ''));
  const update = async (wanted: RegistryUpdate): Promise<UpdateResult> => {
    const [before, texts] = [closed(), wanted.files.map(({ path }) => registries.textOf(path))];
    const result = registries.update(wanted);
    const ids = closed().filter(id => !before.includes(id));
    if (refuses(ids)) {
      wanted.files.forEach((file, index) => void registries.create(file, texts[index] ?? ''));
      const path = wanted.files[0]?.path ?? '';
      return { kind: 'refused', path, reason: 'a stray change', written: [] };
    }
    updates.push(ids);
    return result;
  };
  const readings = registries.readings().map(reading => ({ ...reading, workspace }));
  const end = (results: readonly TargetResult[], read: readonly RegistryReading[] = readings) =>
    recordAll({ ...host, registryStore: { ...emptyHost.registryStore, update } }, read, results, {
      reason: 'a test',
      lockWaitMs: 0,
    });
  return { updates, closed, registries: readings, end };
}

function closedIn(text: string): string[] {
  return JSON.parse(text)
    .agents.filter((each: { status: string }) => each.status === 'terminated')
    .map((each: { id: string }) => each.id);
}

describe('entries of agents that were ended', () => {
  it('are closed in one update per registry', async () => {
    const { updates, closed, end } = memory();
    const recorded = await end(['a', 'b', 'c', 'd'].map(id => result(id, 'killed')));
    expect(updates).toEqual([['a', 'b', 'c'], ['d']]);
    expect(closed()).toEqual(['a', 'b', 'c', 'd']);
    expect([...recorded.values()].flatMap(each => each.errors)).toEqual([]);
  });

  it('stay open for survivors, refused targets and unrecorded rows', async () => {
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

  it('are reported as not closed if their registry could not be read', async () => {
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

  it('are closed one by one if the common update is refused, and only the invalid one stays open', async () => {
    const { updates, closed, end } = memory(ids => ids.includes('b'));
    const recorded = await end(['a', 'b', 'c'].map(id => result(id, 'killed')));
    expect(updates).toEqual([['a'], ['c']]);
    expect(closed()).toEqual(['a', 'c']);
    expect([...recorded].filter(([, { errors }]) => errors.length > 0)).toEqual([
      ['agent:b', expect.objectContaining({ errors: [`${pathOf('T-1')}: a stray change`] })],
    ]);
  });
});
