/** Tables are never wider than the terminal, and the agent's name is cut last. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Row, rowClasses } from '../../source/core/model/model.ts';
import { type ColumnName, columnNames, standardColumns } from '../../source/core/rows/columns.ts';
import type { Placed } from '../../source/core/rows/describe.ts';
import { timedWords } from '../../source/text/cells.ts';
import { clip, type Line, span } from '../../source/text/line.ts';
import { printable, widthOf } from '../../source/text/printable.ts';
import { headingLine, layOut, layOutWhole, rowLine } from '../../source/text/table.ts';
import { because } from '../fixtures/evidence.ts';
import { rounds } from '../helpers/campaign.ts';
import { now, process } from '../helpers/inventory.ts';

const charsets = ['unicode', 'ascii'] as const;

function row(more: Partial<Row> = {}): Row {
  return {
    class: 'live',
    key: 'agent:code_auditor-213536-71587d',
    agentId: 'code_auditor-213536-71587d',
    task: 'TASK-20251029-232300-553401',
    status: 'working',
    progress: 40,
    processes: [{ ...process(4121, 1, 'claude'), role: 'agent', reason: because('pane process') }],
    cpuPercent: 12,
    rssBytes: 220_200_960,
    startedAt: now - 3_600_000,
    lastActivityAt: now - 5000,
    evidence: [because('made up')],
    ...more,
  };
}
const placed = (rows: readonly Row[], level = 0): Placed[] =>
  rows.map(each => ({ row: each, level, branch: level === 0 ? '' : `${'  '.repeat(level)}└ ` }));
const cellsOf = (line: Line) => widthOf(line.map(each => each.text).join(''));

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '仕事仕事仕事仕事仕事',
    '👩‍👩‍👧👩‍👩‍👧',
    'e\u0301\u0301',
    '',
    '\u001b[31m',
    'x'.repeat(300),
  ),
);
const anyRow = fc
  .record({
    class: fc.constantFrom(...rowClasses),
    agentId: name,
    task: fc.option(name, { nil: undefined }),
    status: fc.option(name, { nil: undefined }),
    cpuPercent: fc.constantFrom(0, 99.9, 1600, 99_999),
    rssBytes: fc.constantFrom(0, 1, 1023, 999_999_999_999),
    startedAt: fc.constantFrom(undefined, 0, now, now + 5000),
    lastActivityAt: fc.constantFrom(undefined, 0, now, -62_135_596_800_000),
  })
  .map(fields => row(fields));

describe('a table', () => {
  it('fits every width from 20 to 200 cells, for any names', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 6 }),
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom(...charsets),
        (rows, width, level, charset) => {
          const list = placed(rows, level);
          const layout = layOut(width);
          const lines = [
            headingLine(layout, charset),
            ...list.map(each => rowLine(layout, each, now, charset)),
          ];
          const widths = lines.map(cellsOf);
          for (const cells of widths) expect(cells).toBeLessThanOrEqual(width);
          // Columns are aligned: every line is exactly as wide as the heading.
          expect(new Set(widths).size).toBe(1);
        },
      ),
      { numRuns: rounds(300, 5000) },
    );
  });

  const namesAt = (width: number, wanted?: readonly ColumnName[]) =>
    layOut(width, wanted).map(each => each.name);

  it('always shows the agent, and its class where there is any room', () => {
    for (let width = 28; width <= 200; width++)
      expect(namesAt(width).slice(0, 2)).toEqual(['class', 'agent']);
    expect(namesAt(20)).toEqual(['agent']);
    expect(namesAt(100, ['pid'])).toEqual(['agent', 'pid']);
  });

  it('gains columns at the right as it gets wider, and loses none', () => {
    for (let width = 78; width <= 200; width++)
      expect(namesAt(width).slice(0, namesAt(width - 1).length)).toEqual(namesAt(width - 1));
    expect(namesAt(77).at(-1)).toBe('status');
    expect(namesAt(197)).toEqual(standardColumns);
  });

  it('keeps the status on a narrow terminal: it shows terminations', () => {
    expect(namesAt(57)).toEqual(['class', 'agent', 'mem', 'status']);
  });

  it('never depends on the rows: the columns stay where they are', () => {
    const positions = (rows: readonly Row[]) =>
      rowLine(layOut(77), placed(rows)[0] as Placed, now, 'unicode').map(({ text }) => text.length);
    const ending = { stage: 'terminating', attempt: 2, of: 3, deadline: now + 700 } as const;
    const growth = { bytesPerSecond: 1e6 };
    expect(positions([row({ escalation: ending, growth, task: undefined, cwd: '/x' })])).toEqual(
      positions([row()]),
    );
  });

  it('shows a termination in the status, and a sign beside memory that grows', () => {
    const ending = { stage: 'terminating', attempt: 2, of: 3, deadline: now + 700 } as const;
    const grows = row({ escalation: ending, growth: { bytesPerSecond: 1e6 } });
    const textsAt = (width: number) =>
      rowLine(layOut(width), placed([grows])[0] as Placed, now, 'unicode').map(({ text }) =>
        text.trim(),
      );
    expect(textsAt(77)).toContain('terminating 2/3');
    expect(textsAt(77)).toContain('210M↑');
    expect(textsAt(77)[0]).toBe('ending');
    expect(textsAt(97)).toContain('terminating 2/3 0.7s');
  });

  it('keeps an agent’s name distinct from its siblings’ at 80 columns', () => {
    const list = placed(
      ['71587d', '71587e'].map(end => row({ agentId: `code_auditor-213536-${end}` })),
    );
    const layout = layOut(77);
    const [first, second] = list.map(each => rowLine(layout, each, now, 'unicode')[1]?.text);
    expect(first).not.toBe(second);
  });

  it('cuts nothing if no width is given', () => {
    const long = row({ agentId: 'x'.repeat(300), status: 'y'.repeat(90), progress: undefined });
    const list = placed([long]);
    const layout = layOutWhole(list, now, 'unicode');
    const cells = rowLine(layout, list[0] as Placed, now, 'unicode').map(each => each.text.trim());
    expect(cells).toContain('x'.repeat(300));
    expect(cells).toContain('y'.repeat(90));
  });

  it('is pure ASCII if requested', () => {
    const list = placed([row({ agentId: '仕事…é', task: undefined, status: undefined })], 2);
    const layout = layOut(100);
    for (const each of rowLine(layout, list[0] as Placed, now, 'ascii'))
      expect(each.text).toMatch(/^[ -~]*$/);
  });
});

it('a clipped line is never wider than its limit', () => {
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 5 }),
      fc.integer({ min: 0, max: 60 }),
      (parts, width) => {
        const line = parts.map(part => span(printable(part, 'unicode')));
        expect(cellsOf(clip(line, width, 'unicode'))).toBeLessThanOrEqual(width);
      },
    ),
    { numRuns: rounds(300, 5000) },
  );
});

it('where what a row says of the time is the same, its whole line is the same', () => {
  const rows = [
    row({}),
    row({ escalation: { stage: 'terminating', attempt: 1, of: 3, deadline: now + 9000 } }),
    row({ lastActivityAt: undefined }),
    row({ processes: [] }),
  ];
  const layout = layOut(400, columnNames);
  const lineAt = (each: Placed, at: number) => rowLine(layout, each, at, 'unicode');
  for (const each of placed(rows)) {
    const lines = new Map<string, Line>();
    for (let at = now; at < now + 600_000; at += 700) {
      const words = timedWords(each, at);
      const before = lines.get(words);
      if (before === undefined) lines.set(words, lineAt(each, at));
      else expect(lineAt(each, at)).toEqual(before);
    }
    expect(lines.size).toBeGreaterThan(1);
  }
});
