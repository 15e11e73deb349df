/** The screen's help: keys, signs, classes. */

import { rowClasses } from '../core/model/model.ts';
import { classWords } from '../core/rows/class-words.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { glyphOf } from './snapshot-lines.ts';

/** One line of the help, from the key table. */
export type HelpEntry = {
  readonly shown: string;
  readonly does: string;
  /** Disabled with --read-only. */
  readonly changes?: boolean;
};

export function helpLines(
  keys: readonly HelpEntry[],
  readOnly: boolean,
  charset: Charset,
): readonly Line[] {
  return [
    ...keys.map(entry => helpLine(entry, '  ', readOnly, charset)),
    [],
    ...rowClasses.map(name => [
      span(text`  ${glyphOf(name, charset)} ${printable(name.padEnd(12))}`, name),
      span(printable(classWords[name].brief, charset)),
    ]),
    [],
    ...signs.map(([sign, meaning]) => [
      span(text`  ${printable(sign.padEnd(14))}`, 'key'),
      span(printable(meaning, charset)),
    ]),
  ];
}

/** @param mark prefix. */
export function helpLine(
  { shown, does, changes }: HelpEntry,
  mark: string,
  readOnly: boolean,
  charset: Charset,
): Line {
  return [
    span(text`${printable(mark)}${printable(shown.padEnd(14), charset)}`, 'key'),
    span(printable(does, charset), changes === true && readOnly ? 'dim' : 'plain'),
  ];
}

const signs = [
  ['>', 'selected row'],
  ['*', 'tagged'],
  ['+', 'new'],
  ['-', 'just gone: last known state'],
] as const;
