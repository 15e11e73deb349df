/** What a guard does with its polls: alone in a run for cron, without a source, and where it cannot write. */
import { expect, it } from 'vitest';
import type { GuardStatus } from '../../../source/core/model/guard-status.ts';
import type { Snapshot } from '../../../source/core/model/model.ts';
import { defaultGuard, type GuardConfig } from '../../../source/guard/config.ts';
import { earlierRuns } from '../../../source/guard/earlier.ts';
import type { GuardEvent } from '../../../source/guard/observer.ts';
import { cleaning } from '../../fixtures/guard.ts';
import { createMachine, guardWorld } from '../../helpers/guard-world.ts';

/** Runs for cron on one machine, a minute apart. @returns the events of each. */
async function cronRuns(count: number, config: GuardConfig) {
  const machine = createMachine();
  let status: GuardStatus | undefined;
  const runs: (readonly GuardEvent[])[] = [];
  for (let run = 0; run < count; run++) {
    const earlier = earlierRuns(status, machine.host.machine.bootId, machine.clock.now(), config);
    const options = { isOnce: true, isSettled: true, earlier, config, machine };
    const { guard, events, written, stopping } = guardWorld(options);
    await guard.once(stopping.signal);
    status = written.at(-1);
    runs.push(events);
    machine.pass(60_000);
  }
  return runs;
}

const namesIn = (events: readonly GuardEvent[], ...wanted: readonly string[]) =>
  events.map(({ event }) => event).filter(event => wanted.includes(event));

it('runs for cron end in the third of them what all of them found', async () => {
  const runs = await cronRuns(3, cleaning);
  expect(runs.map(events => namesIn(events, 'killed', 'swept'))).toEqual([
    [],
    [],
    ['killed', 'swept'],
  ]);
});

it('runs for cron report what they find, and an alert, once', async () => {
  const runs = await cronRuns(5, defaultGuard);
  const found = runs
    .flat()
    .filter(({ event }) => event === 'found')
    .map(({ subject, target }) => `${subject} ${target}`);
  expect(found.length).toBeGreaterThan(4);
  expect(new Set(found).size).toBe(found.length);
  const alerts = runs.map(events =>
    events.filter(({ name }) => name === 'many-agents').map(({ event }) => event),
  );
  expect(alerts).toEqual([['alert-raised'], [], [], [], []]);
});

it.each(['processes', 'tmux'] as const)(
  'alerts of thresholds stay as they are while %s cannot be read',
  async source => {
    const problem = { source, message: 'no answer', unread: true };
    const blind = (snapshot: Snapshot) => ({ ...snapshot, rows: [], problems: [problem] });
    const { looks, written } = guardWorld({
      config: { policy: defaultGuard.policy },
      onPoll: (count, snapshot) => (count > 2 && count < 5 ? blind(snapshot) : snapshot),
    });
    const alerts = (await looks(7)).filter(({ name }) => name === 'many-agents');
    expect(alerts.map(({ event }) => event)).toEqual(['alert-raised']);
    expect(written.every(({ health }) => health === 'warning')).toBe(true);
  },
);

it('what cannot be written is one warning while it lasts, and another when it begins again', async () => {
  const reason = 'cannot write .daemon_health: EACCES';
  const { looks } = guardWorld({ onBeat: count => (count === 5 ? [] : [reason]) });
  const warnings = (await looks(8)).filter(({ event }) => event === 'warning');
  expect(warnings.map(({ text }) => text)).toEqual([reason, reason]);
});
