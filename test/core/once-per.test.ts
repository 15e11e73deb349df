import { expect, it } from 'vitest';
import { recordsByLog } from '../../source/core/evidence/own-files.ts';
import { oncePer } from '../../source/core/model/once-per.ts';
import { mergeRegistries } from '../../source/core/registry/merge.ts';
import { entry, registry, workspace } from '../helpers/inventory.ts';

it('makes something once for each object, also if it is undefined', () => {
  const asked: object[] = [];
  const first = oncePer((key: object) => {
    asked.push(key);
    return undefined;
  });
  const [one, other] = [{}, {}];
  for (const key of [one, other, one, other]) expect(first(key)).toBeUndefined();
  expect(asked).toEqual([one, other]);
  expect(asked[0]).toBe(one);
});

it('records are found by the log that they own, also with a slash in their id', () => {
  const ids = ['a-1', 'a/1', ''];
  const records = mergeRegistries([
    registry(
      'task',
      ids.map(id => entry(id, 'working')),
    ),
  ]);
  const logs = recordsByLog(records);
  for (const id of ids)
    expect(logs.get(`${workspace}/TASK-1/logs/${id}_stream.jsonl`)?.entry.id).toBe(id);
  expect(logs.get(`${workspace}/TASK-1/logs/a-2_stream.jsonl`)).toBeUndefined();
  expect(logs.get(`${workspace}/TASK-1/logs/a-1`)).toBeUndefined();
});
