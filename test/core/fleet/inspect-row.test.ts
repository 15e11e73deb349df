/** What a vigil answers that is asked for one row by the screen of another machine. */
import { expect, it } from 'vitest';
import { inspectRow } from '../../../source/cli/far/inspect-row.ts';
import type { Inventory, Snapshot } from '../../../source/core/model/model.ts';
import { inspectionSchema, readFarInspection } from '../../../source/fleet/far-inspection.ts';
import { builder } from '../../fixtures/fleet.ts';
import { nothingOf } from '../../fixtures/nothing.ts';
import { snapshotOf } from '../../fixtures/snapshot.ts';

type Tools = Parameters<typeof inspectRow>[0];

async function answer(
  polls: readonly Snapshot[],
  identities: Readonly<Record<string, string>> = {},
) {
  const left = [...polls];
  const poll = async () => left.shift() ?? snapshotOf([]);
  const host = {
    clock: { now: () => 0 },
    processes: {
      inspect: async ({ key, aspect }: { key: string; aspect: 'log' }) => ({
        ...nothingOf(key, aspect),
        directories: new Map([[7001, '/srv']]),
      }),
    },
  };
  const inventory = { registries: [], servers: [] } as unknown as Inventory;
  const monitor = { poll, pollUntilSettled: poll, inventory: () => inventory };
  const said: string[] = [];
  let document: unknown;
  const code = await inspectRow(
    { host, monitor } as unknown as Tools,
    builder.key,
    { run: 'r', aspect: 'log', identities },
    {
      charset: 'unicode',
      lines: () => undefined,
      // As it arrives.
      json: value => {
        document = JSON.parse(JSON.stringify(value));
      },
      warn: message => void said.push(message),
    },
  );
  return { code, said, document };
}

it('is the inspection of the row, if it has the process that it was chosen by', async () => {
  const same = await answer([snapshotOf([builder])], { [builder.key]: '7001@70010' });
  expect(same).toMatchObject({ code: 0, said: [], document: { schema: inspectionSchema } });
  const read = readFarInspection(same.document, { host: 'h', key: 'k', aspect: 'log', now: 0 });
  expect(read.directories).toEqual(new Map([[7001, '/srv']]));
  const other = await answer([snapshotOf([builder])], { [builder.key]: '7001@1' });
  expect(other).toMatchObject({ code: 4, said: ['its processes are others now'] });
  expect(other.document).toBeUndefined();
});

it('waits for the second poll for a row that the first one does not prove', async () => {
  const late = await answer([snapshotOf([]), snapshotOf([builder])]);
  expect(late).toMatchObject({ code: 0 });
  const gone = await answer([snapshotOf([]), snapshotOf([])]);
  expect(gone).toMatchObject({ code: 3, said: ['there is no such row any more'] });
  const message = 'no tmux';
  const unread = { ...snapshotOf([]), problems: [{ source: 'tmux', message, unread: true }] };
  expect(await answer([snapshotOf([]), unread as Snapshot])).toMatchObject({
    ...{ code: 5, said: [message] },
  });
});
