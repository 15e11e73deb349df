/** Sessions that no registry could record count as working; leftovers are leaked all the same. */
import { expect, it } from 'vitest';
import { sharesOf, totalsOf } from '../../source/core/inventory/totals.ts';
import { row, rowProcess } from '../fixtures/snapshot.ts';

const mega = 1024 * 1024;
const process = rowProcess(7, ['claude'], { rssBytes: 30 * mega });
const session = { socket: 'default', name: 'agent_a', attached: 0 };
const held = { processes: [process], rssBytes: 30 * mega, cpuPercent: 1 };
const ofSession = row({ class: 'orphan', key: 'session:default/agent_a', session, ...held });
const leftBehind = row({ class: 'orphan', key: 'process:7@1', ...held });

it('with a workspace an orphan session is leaked', () => {
  expect(sharesOf([ofSession], ['/w']).leaked.rssBytes).toBe(30 * mega);
  expect(totalsOf([ofSession], ['/w']).reclaimableBytes).toBe(30 * mega);
});

it('without one it counts as working', () => {
  const { working, leaked, sweepable } = sharesOf([ofSession], []);
  expect([working.rssBytes, leaked.rssBytes, sweepable.rssBytes]).toEqual([30 * mega, 0, 0]);
  expect(totalsOf([ofSession], []).reclaimableBytes).toBe(0);
});

it('a suspected leftover is leaked, and no sweep reclaims it', () => {
  const { leaked, sweepable } = sharesOf([{ ...leftBehind, confidence: 'suspected' }], ['/w']);
  expect([leaked.rssBytes, sweepable.rssBytes]).toEqual([30 * mega, 0]);
});

it('a row that lost its agent is leaked with and without', () => {
  expect(sharesOf([leftBehind], []).leaked.rssBytes).toBe(30 * mega);
});
