/** The screen's help: keys, signs, classes. */

import { rowClasses } from '../core/model/model.ts';
import { classWords } from '../core/rows/class-words.ts';
import { cellsOf, type Line, type Say, type Span, span, spansIn } from './line.ts';
import { type Charset, wrap } from './printable.ts';
import { glyphOf } from './snapshot-lines.ts';

/** One line of the help, from the key table. */
export type HelpEntry = {
  readonly shown: string;
  readonly does: string;
  /** Disabled with --read-only. */
  readonly changes?: boolean;
  /** It only moves. */
  readonly isMotion?: boolean;
};

/** Keys that change something and the legend of classes first, keys that only move last; in columns where there
 * is room.
 * @param width of the terminal, in cells. */
export function helpLines(
  keys: readonly HelpEntry[],
  readOnly: boolean,
  charset: Charset,
  width: number,
): readonly Line[] {
  const say = spansIn(charset);
  const count = width >= threeColumns ? 3 : width >= twoColumns ? 2 : 1;
  const joined = withTabsJoined(keys);
  const columnWidth = Math.floor((width - gap * (count - 1)) / count);
  const entriesOf = (wanted: (key: HelpEntry) => boolean) =>
    joined.filter(wanted).map(({ shown, does, changes }): Entry => {
      const tone = changes && readOnly ? 'dim' : 'plain';
      return { term: say(`  ${shown.padEnd(termWidth - 2)}`, 'key'), words: say(does, tone) };
    });
  const classes = rowClasses.map((name): Entry => {
    const term = `  ${glyphOf(name, charset)} ${name}`;
    return { term: say(term.padEnd(termWidth), name), words: say(classWords[name].brief) };
  });
  const marks = signs.map(([sign, meaning]): Entry => {
    return { term: say(`  ${sign.padEnd(termWidth - 2)}`, 'key'), words: say(meaning) };
  });
  const sections = [
    entriesOf(key => key.changes === true),
    [...classes, ...marks],
    entriesOf(key => key.changes !== true && key.isMotion !== true),
    entriesOf(key => key.isMotion === true),
  ].filter(section => section.length > 0);
  const entries = sections.flatMap((section, index): readonly Block[] => [
    ...(index === 0 ? [] : [[[]]]),
    ...section.map(entry => entryLines(entry, columnWidth, say)),
  ]);
  return inColumns(entries, count, columnWidth, say);
}

/** Least widths of the terminal. */
const twoColumns = 100;
const threeColumns = 240;
/** Cells between columns. */
const gap = 2;
/** Cells of a key or a class, with its margins. */
const termWidth = 16;

/** One entry for the keys of all tabs: `1-6`. */
function withTabsJoined(keys: readonly HelpEntry[]): readonly HelpEntry[] {
  const tabs = keys.filter(({ shown, isMotion }) => isMotion === true && /^\d$/.test(shown));
  const [first] = tabs;
  const names = tabs.map(({ does }) => does).join(', ');
  return keys.flatMap(key => {
    if (!tabs.includes(key)) return [key];
    const shown = `${key.shown}-${tabs.at(-1)?.shown}`;
    return key === first ? [{ ...key, shown, does: `tabs: ${names}` }] : [];
  });
}

type Entry = { readonly term: Span; readonly words: Span };
/** Lines that stay together. */
type Block = readonly Line[];

/** Long words are wrapped below their beginning. */
function entryLines({ term, words }: Entry, width: number, say: Say): Block {
  const [first, ...more] = wrap(words.text, Math.max(10, width - termWidth));
  return [
    [term, span(first ?? words.text, words.tone)],
    ...more.map(each => [say(' '.repeat(termWidth)), span(each, words.tone)]),
  ];
}

/** Columns of equal height, filled one after the other; none begins with a blank line. */
function inColumns(
  blocks: readonly Block[],
  count: number,
  width: number,
  say: Say,
): readonly Line[] {
  if (count === 1) return blocks.flat();
  const columns: Line[][] = [];
  const rest = [...blocks];
  for (let column = 0; column < count; column++) {
    while (rest[0]?.[0]?.length === 0) rest.shift();
    const most = Math.ceil(rest.flat().length / (count - column));
    const lines: Line[] = [];
    while (rest.length > 0 && lines.length < most) lines.push(...(rest.shift() ?? []));
    columns.push(lines);
  }
  const height = Math.max(...columns.map(column => column.length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((column, index): Line => {
      const line = column[row] ?? [];
      if (index === count - 1) return line;
      return [...line, say(' '.repeat(Math.max(0, width + gap - cellsOf(line))))];
    }),
  );
}

/** @param mark prefix. */
export function helpLine(
  { shown, does, changes }: HelpEntry,
  mark: string,
  readOnly: boolean,
  say: Say,
): Line {
  return [say(mark + shown.padEnd(14), 'key'), say(does, changes && readOnly ? 'dim' : 'plain')];
}

const signs = [
  ['>', 'selected row'],
  ['*', 'tagged'],
  ['+', 'new'],
  ['-', 'just gone: last known state'],
  ['?', 'suspected: only naming it ends it'],
  ['↑', 'memory that grows fast'],
] as const;
