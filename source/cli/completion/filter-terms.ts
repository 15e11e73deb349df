/** Completions of the term at the end of a filter: a field, or its value. Pure. */
import { filterFields } from '../../core/rows/filter-fields.ts';
import type { LiveNames } from '../arguments/command-table.ts';
import type { Completion } from './completion.ts';

/** Values that need a poll. */
const liveValues: ReadonlyMap<string, LiveNames> = new Map([
  ['agent', 'agents'],
  ['task', 'tasks'],
  ['workspace', 'workspaces'],
]);

/** @param prefix the part of the word before the filter. @param typed the filter so far.
 * @param words the options that select the machine to read. */
export function termCompletion(
  prefix: string,
  typed: string,
  words: readonly string[],
): Completion {
  const isInQuotes = typed.split('"').length % 2 === 0;
  if (isInQuotes) return { kind: 'words', candidates: [] };
  const [, before = '', term = ''] = /^(.*[\s|!])?(.*)$/s.exec(typed) ?? [];
  const [head, name] = /^([a-z]+):/.exec(term) ?? [];
  if (head === undefined || name === undefined) {
    const candidates = [...filterFields].map(
      ([field, { does, isMeasure }]) =>
        [`${prefix}${before}${field}${isMeasure ? '>' : ':'}`, does] as const,
    );
    return { kind: 'words', isPart: true, candidates };
  }
  const live = liveValues.get(name);
  if (live !== undefined)
    return { kind: 'live', names: live, prefix: prefix + before + head, words };
  const chosen = term.slice(head.length).split(',').slice(0, -1);
  const rest = (filterFields.get(name)?.known ?? []).filter(each => !chosen.includes(each));
  const start = prefix + before + head;
  return {
    kind: 'words',
    candidates: rest.map(each => [start + [...chosen, each].join(','), '']),
  };
}
