/** What has restarted and was ended by the same shutdown: its row and the report say so. */
import { expect, it } from 'vitest';
import { respawned, restartText } from '../../source/core/termination/result.ts';
import { afterEvent, type Endings } from '../../source/screen/state/endings.ts';
import { endReportLines } from '../../source/text/kill-lines.ts';
import { endTarget, resultOf, sweepReport } from '../fixtures/end-plan.ts';
import { process } from '../helpers/inventory.ts';

const clock = { wall: 5000, steady: 0 };
const again = [process(700, 1, 'claude'), process(701, 1, 'node')];
const members = (pids: readonly number[]) => {
  const [first] = endTarget.members;
  if (first === undefined) throw new Error('the target has no members');
  return pids.map(pid => ({ ...first, pid, start: `${pid}0`, outcome: 'killed' as const }));
};
const endOf = (pids: readonly number[]) =>
  resultOf(endTarget, 'killed', { processes: members(pids) });
const after = (endings: Endings, key: string, pids: readonly number[]) =>
  afterEvent(endings, { kind: 'ended', key, result: endOf(pids) }, clock);

it('the row of an agent that was restarted has ended once all that was restarted has', () => {
  const back = afterEvent(new Map(), { kind: 'respawned', key: 'a', processes: again }, clock);
  expect(back.get('a')).toMatchObject({ stage: 'survived', alive: 700 });
  expect(after(back, 'c', [900]).get('a')).toEqual(back.get('a'));
  const one = after(back, 'b', [700]);
  expect(one.get('a')).toMatchObject({ stage: 'survived', alive: 701 });
  const both = after(one, 'c', [701]);
  expect(both.get('a')).toMatchObject({ stage: 'killed', alive: undefined, shownUntil: 15_000 });
  const running: Endings = new Map([['a', { stage: 'killing' }]]);
  expect(after(running, 'b', [700]).get('a')).toEqual({ stage: 'killing' });
});

it('the report says that it was ended afterwards, and is red only while something remains', () => {
  const result = respawned(endOf([600]), again);
  const { errors } = result;
  expect(errors).toEqual(again.map(restartText));
  const found = { isClean: false, isSessionKilled: true, left: [], again: [], restarts: [] };
  const recorded = sweepReport.ended.ends[0]?.recorded;
  if (recorded === undefined) throw new Error('the report has no end');
  const linesWith = (...pids: number[]) => {
    const later = { ...found, recorded, result: endOf(pids), errors: [] };
    const ends = [{ ...found, recorded, result, errors }, later];
    return endReportLines({ ends }, 'unicode').flat();
  };
  const all = linesWith(700, 701);
  expect(all.map(({ text }) => text).join('\n')).toContain('parent pid 1; ended afterwards');
  expect(all.map(({ text }) => text).join('\n')).not.toContain('survived');
  expect(all.filter(({ tone }) => tone === 'problem')).toEqual([]);
  const rest = linesWith(700).filter(({ tone }) => tone === 'problem');
  expect(rest.map(({ text }) => text).join('\n')).toMatch(/survived.*\n.*restarted as pid 701.*1$/);
});
