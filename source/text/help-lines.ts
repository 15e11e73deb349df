/** The screen's help: keys, signs, classes. */

import { rowClasses } from '../core/model/model.ts';
import { classWords } from '../core/rows/class-words.ts';
import { type Line, type Say, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
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
  const say = spansIn(charset);
  return [
    ...keys.map(entry => helpLine(entry, '  ', readOnly, say)),
    [],
    ...rowClasses.map(name => [
      say(`  ${glyphOf(name, charset)} ${name.padEnd(12)}`, name),
      say(classWords[name].brief),
    ]),
    [],
    ...signs.map(([sign, meaning]) => [say(`  ${sign.padEnd(14)}`, 'key'), say(meaning)]),
  ];
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
] as const;
