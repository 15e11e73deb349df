/** The filter: text, terms about fields and measures, and the operators between them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Row, rowClasses } from '../../source/core/model/model.ts';
import { filterFault, filterOf, namesClass, needsPorts } from '../../source/core/rows/filter.ts';
import { filterFields } from '../../source/core/rows/filter-fields.ts';
import { rowProcess } from '../fixtures/snapshot.ts';
import { rounds } from '../helpers/campaign.ts';

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
  cwd: '/home/dev/shop app',
  session: { socket: 'default', name: 'agent_Builder-1', attached: 0 },
  processes: [
    rowProcess(4121, ['claude', '--print']),
    rowProcess(4122, ['node', '--require', 'node:fs', '/srv/MCP-server']),
  ],
  ports: [3000, 8931],
});
const passes = (text: string, each = big) =>
  filterOf(text, now, ({ key, agentId, cwd }) => `${key}\n${agentId}\n${cwd}`.toLowerCase())(each);

describe('a filter', () => {
  it.each([
    '',
    'builder',
    'class:orphan',
    'class:orphan task:task-7',
    'mem>500M',
    'mem>=600m',
    'mem<1g',
    'cpu>12 cpu<13%',
    'age>1h',
    'age<1d',
    'up>1h',
    'idle>=300',
    'progress>39',
    'CLASS:Orphan mem>100M builder-1',
    'mem>500MB mem<1GiB age<1w idle<6min',
    'pid:4122',
    'cmd:mcp-server',
    'cmd:--print cmd:"claude --print"',
    'port:8931',
    'project:shop cwd:/home/dev',
    'session:agent_b',
  ])('%j matches', text => expect(passes(text)).toBe(true));

  it.each([
    'class:live',
    'mem>1g',
    'mem>1gb',
    'age>1w',
    'age>3h',
    'up<1h',
    'idle<1m',
    'cpu>50',
    'nothing',
    'class:orphan nothing',
    'pid:412',
    'cmd:codex',
    'port:893',
    'project:home',
  ])('%j does not match', text => expect(passes(text)).toBe(false));

  it('needs every word, in any order; quotes hold a text together', () => {
    expect(passes('app builder')).toBe(true);
    expect(passes('app nothing')).toBe(false);
    expect(passes('"shop app"')).toBe(true);
    expect(passes('"app shop"')).toBe(false);
    expect(passes('cwd:"shop app"')).toBe(true);
    expect(passes('/dev/shop" app"')).toBe(true);
  });

  it.each(['mem > 500M', 'mem >500M', 'class: orphan', 'class :orphan', '! class:live', 'x | app'])(
    '%j may have spaces around its operator',
    text => {
      expect(filterFault(text)).toBeUndefined();
      expect(passes(text)).toBe(true);
    },
  );

  it('negates a term, joins alternatives closer than a space does, and takes lists', () => {
    expect(passes('!class:live')).toBe(true);
    expect(passes('!builder')).toBe(false);
    expect(passes('!!builder')).toBe(true);
    expect(passes('class:live|class:orphan mem>500M')).toBe(true);
    expect(passes('class:orphan|class:live mem>1g')).toBe(false);
    expect(passes('!class:orphan|mem>500M')).toBe(true);
    expect(passes('class:live,orphan')).toBe(true);
    expect(passes('class:live, undead')).toBe(false);
    expect(passes('!class:live,orphan')).toBe(false);
    expect(passes('task:task-1,task-7 pid:1,4121 port:1,3000')).toBe(true);
  });

  it('takes quoted text, URLs and words with other characters literally', () => {
    const server = row({ cwd: 'node:fs http://x:1/ a|b !c a>b 127.0.0.1:80 :x' });
    for (const text of ['"node:fs"', 'http://x:1/', '"a|b"', '"!c"', '"a>b"', '127.0.0.1:80', ':x'])
      expect([text, filterFault(text), passes(text, server), passes(text)]).toEqual([
        text,
        undefined,
        true,
        false,
      ]);
  });

  it('does not match unknown values', () => {
    expect(passes('age>1s', row({}))).toBe(false);
    expect(passes('port:1', row({}))).toBe(false);
    expect(passes('up>1s', row({ startedAt: now - 5000 }))).toBe(false);
    expect(passes('age>1s', row({ startedAt: now - 5000 }))).toBe(true);
  });

  it('states whether it needs ports, and whether it names a class', () => {
    expect(needsPorts('a !port:3')).toBe(true);
    expect(needsPorts('"port:3" cmd:port')).toBe(false);
    expect(namesClass('class:live,ended', 'ended')).toBe(true);
    expect(namesClass('ended !class:ended "class:ended"', 'ended')).toBe(false);
  });
});

describe('an invalid term', () => {
  it.each([
    ['clas:ghost', 'unknown field "clas" (did you mean class:ghost?)'],
    ['memm>5', 'unknown field "memm" (did you mean mem>5?)'],
    ['foo:bar', 'unknown field "foo" (to match it as text: "foo:bar")'],
    ['constructor:x', 'unknown field "constructor" (to match it as text: "constructor:x")'],
    ['x a>b', 'unknown field "a" (to match it as text: "a>b")'],
    ['class:zombi', 'unknown class "zombi" (did you mean class:zombie?)'],
    ['!class:live,goast', 'unknown class "goast" (did you mean class:ghost?)'],
    ['class:worker', `unknown class "worker" (use ${rowClasses.join(', ')})`],
    ['mem:500M', 'mem takes < or > (did you mean mem>500m?)'],
    ['class>ghost', 'class takes ":" (did you mean class:ghost?)'],
    ['mem>', 'missing value in "mem>" (for example mem>500M)'],
    ['class:', 'missing value in "class:" (for example class:ghost)'],
    ['x mem>5constructor', 'cannot read "5constructor" as a size (for example mem>500M)'],
    ['mem>5mm', 'cannot read "5mm" as a size (for example mem>500M)'],
    ['age>1x', 'cannot read "1x" as a time (for example age>90m)'],
    ['cpu>.', 'cannot read "." as a percentage (for example cpu>50)'],
    ['cpu>5m', 'cannot read "5m" as a percentage (for example cpu>50)'],
    ['mem>1,5', 'cannot read "1,5" as a size (for example mem>500M)'],
    ['pid:x', 'cannot read "x" as a process id (for example pid:4246)'],
    ['port:3000,http', 'cannot read "http" as a port (for example port:3000)'],
    ['!', 'missing term beside "!" (for example !class:live)'],
    ['a|', 'missing term beside "|" (for example class:ghost|class:husk)'],
    ['| a', 'missing term beside "|" (for example class:ghost|class:husk)'],
    ['a||b', 'missing term beside "|" (for example class:ghost|class:husk)'],
    ['"node:fs', 'missing closing quote in "node:fs'],
    ['cmd:"a b', 'missing closing quote in cmd:"a b'],
  ])('%j is reported', (text, fault) => expect(filterFault(text)).toBe(fault));

  it.each(['mem>', 'age>1x', 'class:', 'class:xyz', '!class:xyz', 'foo:bar', 'pid:x', 'x|', '!'])(
    '%j hides nothing',
    text => expect([passes(text), passes(text, row({}))]).toEqual([true, true]),
  );

  it('that is the start of a class, or an open quote, narrows the rows already', () => {
    expect(passes('class:orph')).toBe(true);
    expect(passes('class:orph', row({}))).toBe(false);
    expect(passes('class:orphan,li', row({}))).toBe(true);
    expect(passes('"shop a')).toBe(true);
    expect(passes('"shop x')).toBe(false);
  });

  it('is none of the examples, nor of complete filters', () => {
    for (const [name, { example }] of filterFields)
      expect([name, filterFault(example)]).toEqual([name, undefined]);
    for (const text of ['', 'builder', 'class:orphan mem>500MB age>=1w', 'cpu<50%', 'a-b:c', 'a=b'])
      expect([text, filterFault(text)]).toEqual([text, undefined]);
  });
});

describe('operators', () => {
  const term = fc.oneof(
    fc.constantFrom(...rowClasses).map(name => `class:${name}`),
    fc.uniqueArray(fc.constantFrom(...rowClasses), { minLength: 1 }).map(all => `class:${all}`),
    fc.constantFrom('builder', '"shop app"', 'task:7', 'project:"shop app"', 'cmd:claude'),
    fc.constantFrom('mem>1m', 'mem <= 600M', 'cpu<1', 'age>1h', 'up<1d', 'idle>1m', 'progress<40'),
    fc.constantFrom('pid:4121', 'pid:1,7', 'port:3000', 'port: 1, 8931'),
  );
  const anyRow = fc
    .record({
      class: fc.constantFrom(...rowClasses),
      isBig: fc.boolean(),
      rssBytes: fc.constantFrom(0, 2 * 1024 ** 2, 1024 ** 3),
      cpuPercent: fc.constantFrom(0, 5),
    })
    .map(({ isBig, ...more }) => row({ ...(isBig ? big : {}), ...more }));

  it('! is the complement, a|b the union and a space the intersection', () => {
    fc.assert(
      fc.property(anyRow, term, term, (each, one, other) => {
        const [isOne, isOther] = [passes(one, each), passes(other, each)];
        expect(filterFault(`!${one}|${other} ${one}`)).toBeUndefined();
        expect(passes(`!${one}`, each)).toBe(!isOne);
        expect(passes(`${one}|${other}`, each)).toBe(isOne || isOther);
        expect(passes(`${one} | !${other}`, each)).toBe(isOne || !isOther);
        expect(passes(`${one} ${other}`, each)).toBe(isOne && isOther);
      }),
      { numRuns: rounds(300, 5000) },
    );
  });

  it('a list is the union of its values', () => {
    const name = fc.constantFrom(...rowClasses);
    fc.assert(
      fc.property(anyRow, name, name, (each, one, other) => {
        const list = passes(`class:${one},${other}`, each);
        expect(list).toBe(passes(`class:${one}|class:${other}`, each));
      }),
    );
  });

  it('never throw, and one more term never matches more', () => {
    const more = fc.constantFrom('class:orphan', 'mem>1m', 'cpu<1', 'age>1h', '__proto__:x', 'x');
    const odd = fc.array(fc.constantFrom('"', '|', '!', ':', '>', ',', ' ', 'a', 'class', '7'), {
      maxLength: 12,
    });
    const text = fc.oneof(
      fc.string(),
      odd.map(parts => parts.join('')),
    );
    fc.assert(
      fc.property(text, more, (each, last) => {
        if (filterFault(each) !== undefined) return void passes(each);
        if (passes(`${each} ${last}`)) expect([each, passes(each)]).toEqual([each, true]);
      }),
      { numRuns: rounds(300, 5000) },
    );
  });
});
