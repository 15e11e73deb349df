/** `vigil list --watch --on`: for which rows the command runs. */
import { expect, it } from 'vitest';
import { createRowHook } from '../../source/cli/commands/list-on.ts';
import type { Row } from '../../source/core/model/model.ts';
import type { HookRun } from '../../source/core/ports/hook-runner.ts';
import { agentRow, snapshotOf } from '../fixtures/snapshot.ts';

const row = (id: string, own: Row['class']) => agentRow(id, 'working', { class: own });
const unread = [{ source: 'tmux', message: 'no answer', unread: true }] as const;

function world(json = false) {
  const runs: string[][] = [];
  const printed: string[] = [];
  let finish: (run: HookRun) => void = () => undefined;
  const runner = {
    run: (_argv: readonly string[], input: string) => {
      runs.push(JSON.parse(input).rows.map((each: { agentId: string }) => each.agentId));
      return new Promise<HookRun>(resolve => {
        finish = resolve;
      });
    },
  };
  const output = {
    charset: 'unicode' as const,
    lines: (lines: readonly (readonly { text: string }[])[]) =>
      void printed.push(...lines.map(line => line.map(({ text }) => text).join(''))),
    json: () => undefined,
    warn: (message: string) => void printed.push(`! ${message}`),
  };
  const hook = { classes: ['ghost', 'orphan'] as const, argv: ['notify'] };
  const polled = createRowHook(hook, runner, output, json);
  return {
    runs,
    printed,
    poll: (rows: readonly Row[], problems: typeof unread | [] = []) =>
      polled(snapshotOf(rows, { problems }), rows),
    async ends(run: Partial<HookRun> = {}) {
      finish({ outcome: 'ok', output: '', ...run });
      await new Promise(setImmediate);
    },
  };
}

it('it runs for rows that enter the classes, also those of the first poll, once each', async () => {
  const { runs, poll, ends } = world();
  poll([row('a', 'ghost'), row('b', 'live')]);
  expect(runs).toEqual([['a']]);
  await ends();
  poll([row('a', 'ghost'), row('b', 'live')]);
  poll([row('a', 'unknown'), row('b', 'unknown')]);
  poll([row('a', 'ghost'), row('b', 'orphan')]);
  expect(runs).toEqual([['a'], ['b']]);
  await ends();
  poll([row('a', 'ghost')]);
  poll([row('a', 'ghost'), row('b', 'orphan')]);
  expect(runs).toEqual([['a'], ['b'], ['b']]);
});

it('rows that enter while it runs are in the next run', async () => {
  const { runs, poll, ends } = world();
  poll([row('a', 'ghost')]);
  poll([row('a', 'ghost'), row('b', 'ghost')]);
  poll([row('a', 'ghost'), row('b', 'ghost'), row('c', 'orphan')]);
  expect(runs).toEqual([['a']]);
  await ends();
  expect(runs).toEqual([['a'], ['b', 'c']]);
});

it('what a source hides for a poll is not new after it', async () => {
  const { runs, poll, ends } = world();
  poll([row('a', 'ghost')]);
  await ends();
  poll([], unread);
  poll([row('a', 'ghost')]);
  expect(runs).toEqual([['a']]);
});

it('its output is printed, as is why it failed; beside JSON on stderr', async () => {
  const plain = world();
  plain.poll([row('a', 'ghost')]);
  await plain.ends({ output: 'sent\n\u001b[31mred\n' });
  expect(plain.printed).toEqual(['sent', '\\e[31mred']);
  const json = world(true);
  json.poll([row('a', 'ghost')]);
  await json.ends({ outcome: 'failed', reason: 'exit code 3', output: 'oops\n' });
  expect(json.printed).toEqual(['! oops', '! vigil list: notify: exit code 3']);
});
