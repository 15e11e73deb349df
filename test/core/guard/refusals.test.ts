/** Rows that are refused delay no other row. */
import { expect, it } from 'vitest';
import type { Row } from '../../../source/core/model/model.ts';
import type { Ready } from '../../../source/guard/decide.ts';
import { createRefusals } from '../../../source/guard/refusals.ts';
import { agentRow } from '../../fixtures/snapshot.ts';
import { guardWorld } from '../../helpers/guard-world.ts';

const ready = (id: string): Ready => ({
  ...{ subject: 'undead', row: agentRow(id, 'completed', { class: 'undead' }), text: '' },
  ...{ since: 0, looks: 3, action: 'kill' },
});
const saidOf = ({ row }: Ready) => ({
  ...{ event: 'held-back', text: `${row.key} is skipped`, target: row.key, kind: 'attached' },
});

it('rows are tried in turn: new ones first, then those that were refused first', () => {
  const refusals = createRefusals();
  const [a, b, c] = ['a-1', 'a-2', 'a-3'].map(ready) as [Ready, Ready, Ready];
  const all = [a, b, c];
  const try2 = () => {
    const tried = refusals.inTurn(all).slice(0, 2);
    return [tried, refusals.note(all, tried, tried.map(saidOf))] as const;
  };
  expect(try2()).toEqual([[a, b], [a, b].map(saidOf)]);
  // What was not tried is still refused, and is not reported again.
  expect(try2()).toEqual([[c, a], [c, a, b].map(saidOf)]);
  expect(try2()[0]).toEqual([b, a]);
  expect(refusals.note(all, all, [])).toEqual([]);
  expect(all.some(refusals.isRefused)).toBe(false);
});

it('rows with an attached client use up no endings, and are reported once', async () => {
  const undead = (rows: readonly Row[]) => rows.filter(each => each.class === 'undead');
  const most = 1;
  let attached: readonly string[] | undefined;
  const { looks, real } = guardWorld({
    config: { minimumAgeMs: 0, looks: 1, healthMs: 61_000, maximumEndings: most },
    onPoll(_, snapshot) {
      attached ??= undead(snapshot.rows)
        .filter(({ session }) => session !== undefined)
        .slice(0, most)
        .map(({ key }) => key);
      return {
        ...snapshot,
        rows: snapshot.rows.map(each =>
          each.session !== undefined && attached?.includes(each.key)
            ? { ...each, session: { ...each.session, attached: 1 } }
            : each,
        ),
      };
    },
  });
  const before = undead((await real.pollTwice()).rows).length;
  expect(before).toBeGreaterThan(most);
  const events = await looks(before * 2 + 2);
  expect(undead((await real.pollTwice()).rows).map(({ key }) => key)).toEqual(attached);
  const held = events.filter(({ event, kind }) => event === 'held-back' && kind === 'attached');
  expect(held.map(({ target }) => target)).toEqual(attached);
  const alerts = events.filter(({ name }) => name === 'maximum-endings');
  expect(alerts.map(({ event }) => event)).toEqual(['alert-raised', 'alert-cleared']);
});
