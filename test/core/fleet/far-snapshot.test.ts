import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotJson } from '../../../source/cli/json/snapshot-json.ts';
import { labelOf } from '../../../source/core/rows/describe.ts';
import { readFarSnapshot } from '../../../source/fleet/far-snapshot.ts';
import { snapshotOf } from '../../fixtures/snapshot.ts';
import { farDocument, farSnapshot, now } from './far-document.ts';

describe('a snapshot of another machine', () => {
  it('has ages as measured there, whatever its clock says, and keys of its own', () => {
    const { snapshot, version, bootId, hostname, leakedBytes } = farSnapshot(farDocument());
    expect({ version, bootId, hostname, leakedBytes }).toEqual({
      ...{ version: '1.2.3', bootId: 'b-1', hostname: 'box7', leakedBytes: 3 },
    });
    expect(snapshot.vitals).toMatchObject({ load: 0.5, cores: 8 });
    expect(snapshot.problems).toEqual([{ source: 'tmux', message: 'no tmux', unread: true }]);
    const [row] = snapshot.rows;
    expect(row).toMatchObject({
      key: 'devbox agent:a-1',
      far: { host: 'devbox', bootId: 'b-1', key: 'agent:a-1' },
      startedAt: now - 600_000,
      processes: [{ pid: 7, start: '99', argv: ['claude', '--print'], name: 'claude' }],
    });
  });

  it.each([
    ['', 'printed something other than a snapshot'],
    ['[1]', 'printed something other than a snapshot'],
    ['{"schema":"vigil.snapshot/2"}', 'its vigil prints vigil.snapshot/2'],
    ['{"schema":"vigil.snapshot/1","takenAt":"x","bootId":"b"}', 'without a time'],
  ])('%j is refused in one line', (text, reason) => {
    const reading = readFarSnapshot(text, 'devbox', now);
    expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('may hold anything: nothing throws, and what is shown is bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.object()), fc.object(), fc.anything(), (rows, totals, other) => {
        const text = JSON.stringify(farDocument({ rows, totals, vitals: other, registries: rows }));
        const reading = readFarSnapshot(text, 'devbox', now);
        expect(reading.ok).toBe(true);
        if (reading.ok) for (const row of reading.value.snapshot.rows) labelOf(row);
      }),
    );
    const many = Array.from({ length: 5000 }, (_, index) => ({ key: `k${index}` }));
    const { rows, problems } = farSnapshot(farDocument({ rows: many })).snapshot;
    expect(rows).toHaveLength(2000);
    expect(problems[0]).toMatchObject({
      message: `only the first 2000 of its ${many.length} rows are read`,
      unread: true,
    });
    const twice = farSnapshot(farDocument({ rows: [{ key: 'a' }, { key: 'a', class: 'ghost' }] }));
    expect(twice.snapshot.rows.map(row => row.class)).toEqual(['ghost']);
    const long = farSnapshot(farDocument({ rows: [{ key: 'a', title: 'x'.repeat(9000) }] }));
    expect(long.snapshot.rows[0]?.title).toHaveLength(4000);
  });

  it('is what list --json prints', () => {
    const own = snapshotOf();
    const document = snapshotJson(own, own.rows, '1.0.0');
    const { snapshot } = farSnapshot(document);
    expect(snapshot.rows.map(row => row.far?.key)).toEqual(own.rows.map(row => row.key));
    expect(snapshot.rows.map(row => row.class)).toEqual(own.rows.map(row => row.class));
    expect(snapshot.rows.map(labelOf)).toEqual(own.rows.map(labelOf));
    expect(snapshot.totals).toEqual(own.totals);
    expect(snapshot.registries).toEqual(own.registries);
  });
});
