/** What a running guard applies of a configuration that it reads again. */
import { expect, it } from 'vitest';
import { readOptions } from '../../../source/cli/arguments/options.ts';
import { changedSettings } from '../../../source/cli/commands/watch-restart.ts';
import { cleaning } from '../../fixtures/guard.ts';
import { guardWorld } from '../../helpers/guard-world.ts';

function optionsOf(given: object) {
  const options = readOptions(new Map(Object.entries(given)), {});
  if (!options.ok) throw new Error(options.reason);
  return options.value;
}

it.each([
  [{}, []],
  [{ guard: { looks: 9 }, json: true, 'read-only': true }, []],
  [{ spare: ['vite'] }, ['spare']],
  [{ grace: 9, program: ['mine'] }, ['program', 'grace']],
  [{ retries: 1 }, ['retries, retry-delays, settle or ask-first']],
])('%j needs a restart for %j', (given, expected) => {
  expect(changedSettings(optionsOf({}), optionsOf(given))).toEqual(expected);
});

it('a guard that becomes a dry run changes nothing from its next step on', async () => {
  const config = { ...cleaning, minimumAgeMs: 0, looks: 1, healthMs: 1000, everyMs: 1000 };
  const world = guardWorld({
    config,
    onPoll(count, snapshot) {
      if (count === 1) world.guard.configure(config, true);
      return snapshot;
    },
  });
  const events = (await world.looks(4)).map(({ event }) => event);
  expect(events.filter(event => ['reconciled', 'swept', 'killed'].includes(event))).toEqual([]);
  expect(events).toContain('would-sweep');
  expect([world.written, world.beats]).toEqual([[], []]);
});
