/** The filter: words, and terms about fields and measures. */
import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import { filterFault, filterOf } from '../../source/core/rows/filter.ts';

const now = 10_000_000_000;
const row = (more: Partial<Row>): Row => ({
  class: 'live',
  key: 'agent:a',
  processes: [],
  cpuPercent: 0,
  rssBytes: 0,
  evidence: [],
  ...more,
});
const big = row({
  class: 'orphan',
  agentId: 'Builder-1',
  task: 'TASK-7',
  rssBytes: 600 * 1024 ** 2,
  cpuPercent: 12.5,
  startedAt: now - 2 * 3_600_000,
  lastActivityAt: now - 5 * 60_000,
  progress: 40,
});
const passes = (text: string, each = big) =>
  filterOf(text, now, ({ key, agentId }) => `${key}\n${agentId}`.toLowerCase())(each);

describe('a filter', () => {
  it.each([
    '',
    'builder',
    'class:orphan',
    'class:orph task:task-7',
    'mem>500M',
    'mem>=600m',
    'mem<1g',
    'cpu>12 cpu<13%',
    'age>1h',
    'age<1d',
    'idle>=300',
    'progress>39',
    'CLASS:Orphan mem>100M builder-1',
    'mem>500MB mem<1GiB age<1w idle<6min',
  ])('%j matches', text => expect(passes(text)).toBe(true));

  it.each([
    'class:live',
    'mem>1g',
    'mem>1gb',
    'age>1w',
    'age>3h',
    'idle<1m',
    'cpu>50',
    'nobody',
    'class:orphan nobody',
  ])('%j does not match', text => expect(passes(text)).toBe(false));

  it.each(['mem>', 'age>1x', 'class:', 'cpu>.'])('%j, while being typed, hides nothing', text =>
    expect(passes(text)).toBe(true),
  );

  it.each(['mem>', 'age>1x', 'class:', 'cpu>.', 'x mem>5constructor', 'mem>5mm', 'cpu>5m'])(
    '%j is reported as invalid once complete',
    text => expect(filterFault(text)).toMatch(/ \(for example /),
  );

  it.each(['', 'builder', 'class:orphan mem>500MB age>=1w', 'cpu<50%', 'http://x', 'a>b', 'x:'])(
    '%j is valid',
    text => expect(filterFault(text)).toBeUndefined(),
  );

  it('treats a word that is no term as text', () => {
    expect(passes('http://x')).toBe(false);
    expect(passes('agent:a', row({}))).toBe(false);
    expect(passes('constructor:x')).toBe(false);
    expect(passes('a>b', row({ agentId: 'a>b' }))).toBe(true);
  });

  it('does not match unknown values', () => expect(passes('age>1s', row({}))).toBe(false));

  it('never throws, and never matches more with one more term', () => {
    const terms = constantFrom('class:orphan', 'mem>1m', 'cpu<1', 'age>1h', '__proto__:x', 'x');
    assert(
      property(string(), terms, (text, term) => {
        if (passes(`${text} ${term}`)) expect([text, passes(text)]).toEqual([text, true]);
      }),
    );
  });
});
