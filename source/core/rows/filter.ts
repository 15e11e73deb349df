/** The filter of rows: text that a row contains, and terms such as `class:orphan`, `mem>500M`, `!task:TASK-1`
 * or `cpu>50|idle<1m`. Pure. */
import type { Row, RowClass } from '../model/model.ts';
import { similarWord } from '../model/similar.ts';
import { filterFields, type Meaning } from './filter-fields.ts';
import { type FilterTerm, parseFilter } from './filter-syntax.ts';

export type RowTest = (row: Row) => boolean;

/** @param now reference time for ages, epoch milliseconds.
 * @param searchable the text of a row, in lower case.
 * @returns whether a row matches. A term that is incomplete or wrong hides nothing: it is still being typed. */
export function filterOf(text: string, now: number, searchable: (row: Row) => string): RowTest {
  const groups = parseFilter(text).map(group => group.map(term => testOf(term, now, searchable)));
  return row => groups.every(tests => tests.some(isMet => isMet(row)));
}

function testOf(term: FilterTerm, now: number, searchable: (row: Row) => string): RowTest {
  if (term.kind === 'text') return row => searchable(row).includes(term.text) !== term.isNegated;
  const { isMet } = meaningOf(term);
  return row => isMet === undefined || isMet(row, now) !== term.isNegated;
}

/** Validates a finished filter: an invalid term would match every row.
 * @param quoted how a word is typed to be text.
 * @returns what is wrong with the first invalid term, and what would be right; undefined if valid. */
export function filterFault(text: string, quoted = inQuotes): string | undefined {
  for (const term of parseFilter(text).flat()) {
    const { fault } = meaningOf(term, quoted);
    if (fault !== undefined) return fault;
    if (term.isQuoteOpen) return `missing closing quote in ${term.written}`;
  }
  return undefined;
}

function inQuotes(word: string): string {
  return `"${word}"`;
}

function meaningOf(term: FilterTerm, quoted = inQuotes): Meaning {
  const { kind, written } = term;
  if (kind === 'text') return {};
  if (kind === 'missing') {
    const example = written === '!' ? '!class:live' : 'class:ghost|class:husk';
    return { fault: `missing term beside "${written}" (for example ${example})` };
  }
  const { name, sign, values } = term;
  const field = filterFields.get(name);
  const value = values.join(',');
  const rewritten = (known: string) => {
    const takes = filterFields.get(known)?.isMeasure ? (sign === ':' ? '>' : sign) : ':';
    return `did you mean ${known}${takes}${value}?`;
  };
  if (field === undefined) {
    const similar = similarWord(name, [...filterFields.keys()]);
    const hint = similar ? rewritten(similar) : `to match it as text: ${quoted(written)}`;
    return { fault: `unknown field "${name}" (${hint})` };
  }
  if (field.isMeasure === (sign === ':')) {
    const takes = field.isMeasure ? '< or >' : '":"';
    return { fault: `${name} takes ${takes} (${rewritten(name)})` };
  }
  if (value === '')
    return { fault: `missing value in "${written}" (for example ${field.example})` };
  return field.read(values, sign);
}

/** @returns whether the filter needs the ports of rows, which a poll does not read. */
export function needsPorts(text: string): boolean {
  return parseFilter(text)
    .flat()
    .some(term => term.kind === 'field' && term.name === 'port');
}

/** @returns whether the filter names the class, other than to exclude it. */
export function namesClass(text: string, name: RowClass): boolean {
  return parseFilter(text)
    .flat()
    .some(
      term =>
        term.kind === 'field' &&
        term.name === 'class' &&
        !term.isNegated &&
        term.values.includes(name),
    );
}
