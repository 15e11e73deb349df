/** Lines that the screen's header and `vigil list` share: counts, registries, problems. */
import {
  type RegistryScope,
  type RegistrySummary,
  type RowClass,
  rowClasses,
  type Snapshot,
} from '../core/model/model.ts';
import { scopesByAuthority } from '../core/model/recorded.ts';
import { type Line, type Span, span, spansIn, wrapBetween } from './line.ts';
import { type Charset, wrap } from './printable.ts';
import { bytes, percent } from './units.ts';

/** One glyph per class, in both charsets: it identifies the class without colours. */
const classGlyphs: Readonly<Record<RowClass, readonly [unicode: string, ascii: string]>> = {
  live: ['●', '*'],
  undead: ['▲', '!'],
  ghost: ['○', 'o'],
  husk: ['□', '#'],
  orphan: ['◆', '@'],
  interactive: ['◇', '&'],
  host: ['■', '='],
  zombie: ['×', 'x'],
  unknown: ['?', '?'],
  ended: ['·', '.'],
};

export function glyphOf(name: RowClass, charset: Charset): string {
  return classGlyphs[name][charset === 'ascii' ? 1 : 0];
}

/** Classes that lose their words first where they do not all fit: nothing has to be done about these. */
const quiet: ReadonlySet<RowClass> = new Set(['interactive', 'host', 'zombie']);

/** The classes that occur, in table order: `● 8 live  ▲ 1 undead  ○ 46 ghost`. Where that is too wide: tight
 * `●8 live ▲1 undead`, without `ended`; then tighter, with some bare `◇2`; then all bare `●8 ▲1`, as the help explains
 * the glyphs. */
export function countSpans(
  { totals }: Snapshot,
  charset: Charset,
  style: 'roomy' | 'tight' | 'tighter' | 'bare' = 'roomy',
): Span[] {
  const say = spansIn(charset);
  const [space, gap] = style === 'roomy' ? [' ', '  '] : ['', ' '];
  const spans = rowClasses
    .filter(name => totals[name] > 0 && (style === 'roomy' || name !== 'ended'))
    .flatMap(name => {
      const count = `${glyphOf(name, charset)}${space}${totals[name]}`;
      const isBare = style === 'bare' || (style === 'tighter' && quiet.has(name));
      return [say(isBare ? count : `${count} ${name}`, name), say(gap)];
    });
  return spans.length === 0 && style === 'roomy' ? [say('no agents  ', 'dim')] : spans;
}

/** The counts of each class and what all rows use, between the words of which they wrap.
 * @param width of the terminal; without one they are one line. */
export function totalsLines(
  snapshot: Snapshot,
  width: number | undefined,
  charset: Charset,
): readonly Line[] {
  const line = [...countSpans(snapshot, charset), usageSpan(snapshot, charset)];
  return width === undefined ? [line] : wrapBetween(line, width);
}

function usageSpan({ totals }: Snapshot, charset: Charset): Span {
  const { cpuPercent, rssBytes, reclaimableBytes } = totals;
  const leaked = reclaimableBytes > 0 ? `, ${bytes(reclaimableBytes)} leaked` : '';
  return spansIn(charset)(`${percent(cpuPercent)}% CPU  ${bytes(rssBytes)}${leaked}`, 'dim');
}

/** The registries, and what they record against what is alive. */
export function registryLines(snapshot: Snapshot, charset: Charset): Line[] {
  const say = spansIn(charset);
  if (snapshot.workspaces.length === 0)
    return [[say('no workspace found (-w DIR): showing processes and tmux only', 'dim')]];
  return snapshot.workspaces.map(workspace => {
    const own = registriesIn(snapshot, workspace);
    const { recorded, actual } = activeOf(own);
    const kinds = formatsOf(own) || 'no registry';
    const found = actual === undefined ? 'actual unknown' : `${actual} actual`;
    return [
      say(`active: ${recorded} recorded, ${found}`, recorded === actual ? 'dim' : 'ghost'),
      say(`  ${kinds}  ${workspace}`, 'dim'),
    ];
  });
}

/** For the header: the formats of all registries, unless they are all JSON. */
export function formatsIn({ registries }: Snapshot): string | undefined {
  const formats = formatsOf(registries);
  return ['', 'json'].includes(formats) ? undefined : formats;
}

function registriesIn({ registries }: Snapshot, workspace: string): readonly RegistrySummary[] {
  return registries.filter(({ path }) => path.startsWith(`${workspace}/`));
}

function formatsOf(registries: readonly RegistrySummary[]): string {
  return [...new Set(registries.map(({ kind }) => kind))].join('+');
}

/** Sums over the authoritative registries that can be read: databases, else the tasks' own, else the index. */
function activeOf(registries: readonly RegistrySummary[]) {
  const isReadable = (scope: RegistryScope) =>
    registries.some(each => each.scope === scope && each.ok);
  const first = scopesByAuthority.find(isReadable);
  const sources = registries.filter(each => first === undefined || each.scope === first);
  const actual = sources.flatMap(each => each.actualActive ?? []);
  const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
  return {
    recorded: sum(sources.map(each => each.recordedActive)),
    actual: actual.length < sources.length ? undefined : sum(actual),
  };
}

/** The problems, each wrapped, on at most so many lines; what does not fit is counted.
 * @param width in cells. */
export function wrappedProblems(
  snapshot: Snapshot,
  { width, most }: { readonly width: number; readonly most: number },
  charset: Charset,
): Line[] {
  const say = spansIn(charset);
  const wrapped = problemLines(snapshot, charset).map(line =>
    line.flatMap(({ text, tone }) =>
      wrap(text, Math.max(10, width)).map(each => [span(each, tone)]),
    ),
  );
  const lines = wrapped.flat();
  if (lines.length <= most) return lines;
  // The beginning of each says what it is.
  const beginnings = wrapped.flatMap(each => each.slice(0, 1));
  const shown = (beginnings.length < most ? lines : beginnings).slice(0, most);
  const more = beginnings.length - most;
  const last = shown.pop();
  if (last === undefined) return [];
  return [...shown, more > 0 ? [...last, say(` (and ${more} more)`, 'dim')] : last];
}

export function problemLines(snapshot: Snapshot, charset: Charset): Line[] {
  const say = spansIn(charset);
  return snapshot.problems.map(({ message }) => [say(`! ${message}`, 'problem')]);
}
