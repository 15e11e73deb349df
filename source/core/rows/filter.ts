/** The filter language: words that a row contains, and terms such as `class:orphan`, `task:TASK-1`,
 * `mem>500M`, `cpu>50`, `age>1h`, `idle>10m`. Pure. */
import type { Row } from '../model/model.ts';

export type RowTest = (row: Row) => boolean;

/** @param now reference time for ages, epoch milliseconds.
 * @param searchable the text of a row, in lower case.
 * @returns whether a row matches. All terms must hold, and the remaining words must occur as one text. An
 * incomplete term matches every row: it is still being typed. */
export function filterOf(text: string, now: number, searchable: (row: Row) => string): RowTest {
  const tests: RowTest[] = [];
  const words: string[] = [];
  for (const word of wordsOf(text)) {
    const term = termOf(word);
    if (term === undefined) words.push(word);
    else tests.push(testOf(term, now));
  }
  const wanted = words.join(' ');
  return row =>
    tests.every(test => test(row)) && (wanted === '' || searchable(row).includes(wanted));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

const textFields: Readonly<Record<string, (row: Row) => string | undefined>> = {
  class: row => row.class,
  agent: row => row.agentId,
  project: row => row.cwd,
  task: row => row.task,
  type: row => row.type,
  parent: row => row.parent,
  status: row => row.status,
  session: row => row.session?.name,
};

type Measure = {
  readonly of: (row: Row, now: number) => number | undefined;
  /** Factor of each unit; without a unit the factor is `plain`. */
  readonly units: Readonly<Record<string, number>>;
  readonly plain: number;
  /** Example of a value. */
  readonly example: string;
  readonly what: string;
};

/** `500m`, `500mb` and `500mib` are the same size: powers of 1024, as in the MEM column. */
const bytes = Object.fromEntries(
  ['', 'k', 'm', 'g', 't'].flatMap((letter, power) =>
    (letter === '' ? ['b'] : [letter, `${letter}b`, `${letter}ib`]).map(unit => [
      unit,
      1024 ** power,
    ]),
  ),
);
const times = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const percents = { '%': 1 };

const measures: Readonly<Record<string, Measure>> = {
  mem: { of: row => row.rssBytes, units: bytes, plain: 1, example: '500M', what: 'size' },
  cpu: { of: row => row.cpuPercent, units: percents, plain: 1, example: '50', what: 'percentage' },
  age: {
    of: (row, now) => since(row.startedAt, now),
    units: times,
    plain: 1000,
    example: '90m',
    what: 'time',
  },
  idle: {
    of: (row, now) => since(row.lastActivityAt, now),
    units: times,
    plain: 1000,
    example: '90m',
    what: 'time',
  },
  progress: {
    of: row => row.progress,
    units: percents,
    plain: 1,
    example: '50',
    what: 'percentage',
  },
};

function since(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : now - at;
}

type Term = {
  readonly name: string;
  readonly sign: string;
  readonly value: string;
} & (
  | { readonly kind: 'text'; readonly field: (row: Row) => string | undefined }
  | { readonly kind: 'measure'; readonly measure: Measure; readonly bound: number | undefined }
);

/** @param word in lower case. @returns undefined if the word is no term. */
function termOf(word: string): Term | undefined {
  const [, name = '', sign = '', value = ''] = /^([a-z]+)(:|[<>]=?)(.*)$/.exec(word) ?? [];
  const field = Object.hasOwn(textFields, name) ? textFields[name] : undefined;
  if (sign === ':' && field !== undefined) return { kind: 'text', name, sign, value, field };
  const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (measure === undefined || sign === ':') return undefined;
  return { kind: 'measure', name, sign, value, measure, bound: boundOf(value, measure) };
}

function testOf(term: Term, now: number): RowTest {
  const { sign, value } = term;
  if (term.kind === 'text')
    return row => value === '' || (term.field(row)?.toLowerCase().includes(value) ?? false);
  const { measure, bound } = term;
  if (bound === undefined) return () => true;
  return row => {
    const actual = measure.of(row, now);
    if (actual === undefined) return false;
    if (sign === '>') return actual > bound;
    if (sign === '<') return actual < bound;
    return sign === '>=' ? actual >= bound : actual <= bound;
  };
}

/** Validates a finished filter: a term without a value would match every row.
 * @returns the invalid term, what is wrong and an example; undefined if valid. */
export function filterFault(text: string): string | undefined {
  for (const word of wordsOf(text)) {
    const term = termOf(word);
    if (term === undefined) continue;
    const { name, sign, value } = term;
    if (value === '') {
      const example = term.kind === 'text' ? 'TEXT' : term.measure.example;
      return `missing value in "${word}" (for example ${name}${sign}${example})`;
    }
    if (term.kind === 'text' || term.bound !== undefined) continue;
    const { example, what } = term.measure;
    return `cannot read "${value}" as a ${what} (for example ${name}${sign}${example})`;
  }
  return undefined;
}

function boundOf(value: string, { units, plain }: Measure): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*|%)$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const isKnown = unit === '' || Object.hasOwn(units, unit);
  return isKnown ? Number(number) * (units[unit] ?? plain) : undefined;
}
