/** An interactive agent needs its own confirmation on the screen: among other rows it is refused. */
import { expect, it } from 'vitest';
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import { createEnder } from '../../source/core/termination/ender.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import {
  agentParts,
  inventory,
  judge,
  knowledge,
  process,
  serverPid,
} from '../helpers/inventory.ts';

const given = inventory(
  agentParts('a', [
    process(20, serverPid, 'claude'),
    process(30, 2, 'bash', { tty: 34_817 }),
    process(31, 30, 'claude', { tty: 34_817 }),
  ]),
);
const { snapshot } = judge(given);
const { host } = createFakeMachine();
const monitor = { ...createMonitor(host, knowledge), inventory: () => given };
const ender = createEnder({
  ...{ host, monitor, recogniser: knowledge.recogniser },
  policy: defaultPolicy,
  lockWaitMs: 0,
  spareNames: [],
});
const rowsOf = (...classes: string[]) => snapshot.rows.filter(row => classes.includes(row.class));
const refusals = (...classes: string[]) =>
  ender
    .plan(snapshot, rowsOf(...classes))
    ?.targets.map(target => [target.class, target.refused ?? 'is ended']);

it('alone it counts as named', () => {
  expect(refusals('interactive')).toEqual([['interactive', 'is ended']]);
});

it('tagged together with other rows it is refused with the reason', () => {
  expect(refusals('live', 'interactive')).toEqual([
    ['live', 'is ended'],
    ['interactive', { kind: 'interactive', text: 'interactive agents are only ended by name' }],
  ]);
});
