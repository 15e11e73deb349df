/** What a person filters by: words that a row contains, and terms such as `class:orphan`, `task:TASK-1`,
 * `mem>500M`, `cpu>50`, `age>1h`, `idle>10m`. Pure. */
import type { Row } from './model.ts';

export type RowTest = (row: Row) => boolean;

/** @param now what ages are counted to, epoch milliseconds. @param searchable the text of a row, in lower case.
 * @returns whether a row is let through. All terms must hold, and the other words be in it as one text.
 * A term that is not written to its end lets everything through: it is being typed. */
export function filterOf(text: string, now: number, searchable: (row: Row) => string): RowTest {
  const tests: RowTest[] = [];
  const words: string[] = [];
  for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const test = termOf(word, now);
    if (test === undefined) words.push(word);
    else tests.push(test);
  }
  const wanted = words.join(' ');
  return row =>
    tests.every(test => test(row)) && (wanted === '' || searchable(row).includes(wanted));
}

const textFields: Readonly<Record<string, (row: Row) => string | undefined>> = {
  class: row => row.class,
  agent: row => row.agentId,
  task: row => row.task,
  type: row => row.type,
  parent: row => row.parent,
  status: row => row.status,
  session: row => row.session?.name,
};

type Measure = {
  readonly of: (row: Row, now: number) => number | undefined;
  /** What a unit's letter stands for; without a letter it is 1 of `plain`. */
  readonly units: Readonly<Record<string, number>>;
  readonly plain: number;
};

const bytes = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const times = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const measures: Readonly<Record<string, Measure>> = {
  mem: { of: row => row.rssBytes, units: bytes, plain: 1 },
  cpu: { of: row => row.cpuPercent, units: { '%': 1 }, plain: 1 },
  age: { of: (row, now) => since(row.startedAt, now), units: times, plain: 1000 },
  idle: { of: (row, now) => since(row.lastActivityAt, now), units: times, plain: 1000 },
  progress: { of: row => row.progress, units: { '%': 1 }, plain: 1 },
};

function since(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : now - at;
}

/** @returns nothing for a word that is no term. */
function termOf(word: string, now: number): RowTest | undefined {
  const [, name = '', sign = '', value = ''] = /^([a-z]+)(:|[<>]=?)(.*)$/.exec(word) ?? [];
  const field = Object.hasOwn(textFields, name) ? textFields[name] : undefined;
  if (sign === ':' && field !== undefined)
    return row => value === '' || (field(row)?.toLowerCase().includes(value) ?? false);
  const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (measure === undefined || sign === ':') return undefined;
  const bound = boundOf(value, measure);
  if (bound === undefined) return () => true;
  return row => {
    const actual = measure.of(row, now);
    if (actual === undefined) return false;
    if (sign === '>') return actual > bound;
    if (sign === '<') return actual < bound;
    return sign === '>=' ? actual >= bound : actual <= bound;
  };
}

function boundOf(value: string, { units, plain }: Measure): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z%]?)$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const factor = unit === '' ? plain : units[unit];
  return factor === undefined ? undefined : Number(number) * factor;
}
