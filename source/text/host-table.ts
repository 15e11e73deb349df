/** The machines of a fleet as a table: what each has, or why it cannot be read. */
import type { HostLine } from '../core/model/host-line.ts';
import { rowClasses } from '../core/model/model.ts';
import { cellsOf, clip, type Line, spansIn, type Tone } from './line.ts';
import type { Charset } from './printable.ts';
import { glyphOf } from './snapshot-lines.ts';
import { age, bytes } from './units.ts';

type Column = {
  readonly title: string;
  readonly width: number;
  readonly isNumber?: boolean;
  /** @param now epoch milliseconds. Nothing where it is not known. */
  content(host: HostLine, now: number): readonly (readonly [words: string, tone: Tone])[];
};

const tones: Readonly<Record<HostLine['state'], Tone>> = {
  heard: 'live',
  connecting: 'dim',
  silent: 'unknown',
  failed: 'problem',
};

const state: Column = {
  title: 'STATE',
  width: 10,
  content: host => [
    [host.readOnly && host.state === 'heard' ? 'read-only' : host.state, tones[host.state]],
  ],
};

/** From this width on every class has room. */
const roomy = 110;

/** @param width cells of the line. @param charset of the glyphs. */
const facts = (width: number, charset: Charset): readonly Column[] => [
  {
    title: 'AGENTS',
    width: width < roomy ? 20 : 36,
    content: ({ counts = {} }) =>
      rowClasses
        .filter(name => name !== 'ended' && (counts[name] ?? 0) > 0)
        .map(name => [`${glyphOf(name, charset)}${counts[name]} `, name] as const),
  },
  {
    title: 'LEAKED',
    width: 6,
    isNumber: true,
    content: ({ leakedBytes = 0 }) => (leakedBytes === 0 ? [] : [[bytes(leakedBytes), 'orphan']]),
  },
  {
    title: 'LOAD',
    width: 8,
    isNumber: true,
    content: ({ load, cores = Number.POSITIVE_INFINITY }) =>
      load === undefined ? [] : [[loadText(load, cores), load > cores ? 'key' : 'plain']],
  },
  {
    title: 'HEARD',
    width: 5,
    isNumber: true,
    content: ({ heardAt }, now) => (heardAt === undefined ? [] : [[age(now - heardAt), 'plain']]),
  },
  { title: 'VERSION', width: 9, content: ({ version }) => (version ? [[version, 'dim']] : []) },
];

/** `3.4/8`: the run queue and the cores for it. */
function loadText(load: number, cores: number): string {
  return Number.isFinite(cores) ? `${load.toFixed(1)}/${cores}` : load.toFixed(1);
}

const nameWidth = { least: 12, most: 28 } as const;

/** @param width cells of the line. */
export function hostHeading(width: number, charset: Charset): Line {
  const say = spansIn(charset);
  const title = (words: string) => [say(words, 'heading')];
  const columns = [state, ...facts(width, charset)];
  const cells = columns.map(column => cell(title(column.title), column, charset));
  return [...nameCell(title('HOST'), width, charset), ...cells.flat()];
}

/** @param now epoch milliseconds. */
export function hostRow(host: HostLine, now: number, width: number, charset: Charset): Line {
  const say = spansIn(charset);
  const content = (column: Column) =>
    cell(
      column.content(host, now).map(([words, tone]) => say(words, tone)),
      column,
      charset,
    );
  const known = host.state === 'failed' ? reasonOf(host, now) : undefined;
  const line = [
    ...nameCell([say(host.name)], width, charset),
    ...content(state),
    ...(known === undefined
      ? facts(width, charset).flatMap(content)
      : [say(` ${known}`, 'problem')]),
  ];
  return clip(line, width, charset);
}

function reasonOf({ reason = 'cannot be read', heardAt }: HostLine, now: number): string {
  return heardAt === undefined ? reason : `${reason} (last heard ${age(now - heardAt)} ago)`;
}

/** The name takes what the other columns do not need, up to its most. */
function nameCell(name: Line, width: number, charset: Charset): Line {
  const others = [state, ...facts(width, charset)].reduce((sum, each) => sum + each.width + 1, 0);
  const room = Math.max(nameWidth.least, Math.min(nameWidth.most, width - others));
  const cut = clip(name, room, charset);
  return [...cut, spansIn(charset)(' '.repeat(room - cellsOf(cut)))];
}

/** A cell with the space before it; what is too long is cut. */
function cell(whole: Line, { width, isNumber }: Column, charset: Charset): Line {
  const say = spansIn(charset);
  const content = clip(whole, width, charset);
  const space = say(' '.repeat(Math.max(0, width - cellsOf(content))));
  return [say(' '), ...(isNumber ? [space, ...content] : [...content, space])];
}
