/** What a guard does with its polls: alone in a run for cron, without a source, and where it cannot write. */
import { expect, it } from 'vitest';
import type { Snapshot } from '../../../source/core/model/model.ts';
import type { Agreement } from '../../../source/guard/agreement.ts';
import { defaultGuard } from '../../../source/guard/config.ts';
import { createMachine, guardWorld } from '../../helpers/guard-world.ts';

it('runs for cron end in the third of them what all of them found', async () => {
  const machine = createMachine();
  let agreed: Agreement | undefined;
  const runs: (readonly string[])[] = [];
  for (let run = 0; run < 3; run++) {
    const { guard, events, written, stopping } = guardWorld({
      isOnce: true,
      isSettled: true,
      agreed,
      machine,
    });
    await guard.once(stopping.signal);
    agreed = new Map(written.at(-1)?.seen);
    runs.push(
      events.map(({ event }) => event).filter(event => ['killed', 'swept'].includes(event)),
    );
    machine.pass(60_000);
  }
  expect(runs).toEqual([[], [], ['killed', 'swept']]);
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
