/** The filter language: words that a row contains, and terms such as `class:orphan`, `task:TASK-1`,
 * `mem>500M`, `cpu>50`, `age>1h`, `idle>10m`. Pure. */
import type { Row } from '../model/model.ts';

export type RowTest = (row: Row) => boolean;

/** @param now reference time for ages, epoch milliseconds.
 * @param searchable the text of a row, in lower case.
 * @returns whether a row matches. All terms must hold, and the remaining words must occur as one text. An
 * incomplete term matches every row: it is still being typed. */
export function filterOf(text: string, now: number, searchable: (row: Row) => string): RowTest {
  const terms: Term[] = [];
  const words: string[] = [];
  for (const word of wordsOf(text)) {
    const term = termOf(word);
    if (term === undefined) words.push(word);
    else terms.push(term);
  }
  const wanted = words.join(' ');
  return row =>
    terms.every(term => term.isMet(row, now)) &&
    (wanted === '' || searchable(row).includes(wanted));
}

/** Validates a finished filter: a term without a value would match every row.
 * @returns the invalid term, what is wrong and an example; undefined if valid. */
export function filterFault(text: string): string | undefined {
  return wordsOf(text)
    .map(word => termOf(word)?.fault)
    .find(fault => fault !== undefined);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

const textFields = new Map<string, (row: Row) => string | undefined>(
  Object.entries({
    class: row => row.class,
    agent: row => row.agentId,
    project: row => row.cwd,
    task: row => row.task,
    type: row => row.type,
    parent: row => row.parent,
    status: row => row.status,
    session: row => row.session?.name,
  }),
);

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

type Quantity = {
  /** Factor of each unit; without a unit the factor is `plain`. */
  readonly units: Readonly<Record<string, number>>;
  readonly plain: number;
  /** Example of a value. */
  readonly example: string;
  readonly what: string;
};
const size: Quantity = { units: bytes, plain: 1, example: '500M', what: 'size' };
const percentage: Quantity = { units: { '%': 1 }, plain: 1, example: '50', what: 'percentage' };
const time: Quantity = { units: times, plain: 1000, example: '90m', what: 'time' };

type Measure = Quantity & { readonly of: (row: Row, now: number) => number | undefined };

const measures = new Map<string, Measure>(
  Object.entries({
    mem: { ...size, of: row => row.rssBytes },
    cpu: { ...percentage, of: row => row.cpuPercent },
    age: { ...time, of: (row, now) => since(row.startedAt, now) },
    idle: { ...time, of: (row, now) => since(row.lastActivityAt, now) },
    progress: { ...percentage, of: row => row.progress },
  }),
);

function since(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : now - at;
}

const comparisons = new Map<string, (actual: number, bound: number) => boolean>([
  ['>', (actual, bound) => actual > bound],
  ['<', (actual, bound) => actual < bound],
  ['>=', (actual, bound) => actual >= bound],
  ['<=', (actual, bound) => actual <= bound],
]);

type Term = {
  /** What is wrong with it, and an example. */
  readonly fault?: string;
  isMet(row: Row, now: number): boolean;
};

/** @param word in lower case. @returns undefined if the word is no term. */
function termOf(word: string): Term | undefined {
  const [, name = '', sign = '', value = ''] = /^([a-z]+)(:|[<>]=?)(.*)$/.exec(word) ?? [];
  const wrong = (says: string, example: string): Term => ({
    fault: `${says} (for example ${name}${sign}${example})`,
    isMet: () => true,
  });
  const field = sign === ':' ? textFields.get(name) : undefined;
  const measure = measures.get(name);
  const compare = comparisons.get(sign);
  if (field !== undefined)
    return value === ''
      ? wrong(`missing value in "${word}"`, 'TEXT')
      : { isMet: row => field(row)?.toLowerCase().includes(value) ?? false };
  if (measure === undefined || compare === undefined) return undefined;
  const bound = boundOf(value, measure);
  if (value === '') return wrong(`missing value in "${word}"`, measure.example);
  if (bound === undefined)
    return wrong(`cannot read "${value}" as a ${measure.what}`, measure.example);
  return {
    isMet(row, now) {
      const actual = measure.of(row, now);
      return actual !== undefined && compare(actual, bound);
    },
  };
}

function boundOf(value: string, { units, plain }: Measure): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*|%)$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const isKnown = unit === '' || Object.hasOwn(units, unit);
  return isKnown ? Number(number) * (units[unit] ?? plain) : undefined;
}
