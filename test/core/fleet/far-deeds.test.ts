/** The event log of a fleet: what vigils have done on other machines. */
import { expect, it } from 'vitest';
import type { FarAnswer } from '../../../source/fleet/fleet.ts';
import { linesOf, rememberedElsewhere } from '../../../source/screen/far-deeds.ts';
import { reduce } from '../../../source/screen/state/reduce.ts';
import { initialState } from '../../../source/screen/state/state.ts';
import { fleetHost } from '../../fixtures/fleet.ts';
import { defaultView } from '../../fixtures/nothing.ts';
import { applied } from '../../fixtures/states.ts';

const noon = Date.parse('2026-11-30T12:00:00Z');
const entry = {
  ...{ time: '2026-11-30T10:00:00Z', kind: 'end', target: 'agent:a', agentId: 'a-1' },
  ...{ outcome: 'killed', by: { uid: 0, user: 'root', pid: 4 } },
};

it('has them in the order of time, with the machine, and why those of one are missing', async () => {
  const asked: unknown[] = [];
  const answers: Readonly<Record<string, Partial<FarAnswer>>> = {
    devbox: { code: 0, document: { entries: [entry, 'garbage', { ...entry, time: 'never' }] } },
    'gpu-7': { reason: 'no route' },
    old: { code: 2, messages: ['vigil: unknown command "log"'] },
  };
  const found = await rememberedElsewhere(
    {
      words: command => [`--of=${command}`],
      now: () => noon,
      fleet: {
        hosts: Object.keys(answers).map(name => fleetHost(name)),
        async ask(host, words) {
          asked.push([host, ...words]);
          return { lines: [], messages: [], ...answers[host] } as FarAnswer;
        },
      },
    },
    10,
  );
  expect(asked[0]).toEqual(['devbox', 'log', '--json=true', '--since=7d', '--of=log']);
  const own = { at: noon - 3_600_000, text: 'own-1 exited' };
  const stamp = '2026-11-30 10:00:00 '.length;
  expect(linesOf([own, ...found], 10).map(line => line.slice(stamp))).toEqual([
    'devbox: a-1 killed by root (pid 4)',
    'own-1 exited',
    'gpu-7: its log could not be read: no route',
    'old: its log could not be read: vigil: unknown command "log"',
  ]);
  expect(linesOf([own, ...found], 1)).toHaveLength(1);
});

it('is asked for once; what comes later takes the place of what was there', () => {
  const state = initialState(defaultView, 2000, false);
  const open = { kind: 'requested', action: { kind: 'events' } } as const;
  expect(reduce(state, open).effects).toEqual([{ kind: 'remember' }]);
  const here = applied(state, { kind: 'remembered', lines: [] });
  expect(reduce(here, open).effects).toEqual([]);
  const all = applied(here, { kind: 'remembered', lines: ['far'] });
  expect(all.remembered).toEqual(['far']);
});
