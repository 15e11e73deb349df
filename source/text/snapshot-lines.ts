/** Lines that the screen's header and `vigil list` share: counts, registries, problems. */
import { type Share, sharesOf } from '../core/inventory/totals.ts';
import {
  type RegistrySummary,
  type RowClass,
  rowClasses,
  type Snapshot,
} from '../core/model/model.ts';
import { type Line, type Span, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, counted, percent } from './units.ts';

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

/** The classes that occur, in table order: `● 8 live  ▲ 1 undead  ○ 46 ghost`. Where that is too wide: tight
 * `●8 live ▲1 undead`, without `ended`; then bare `●8 ▲1`, as the help explains the glyphs. */
export function countSpans(
  { totals }: Snapshot,
  charset: Charset,
  style: 'roomy' | 'tight' | 'bare' = 'roomy',
): Span[] {
  const say = spansIn(charset);
  const [space, gap] = style === 'roomy' ? [' ', '  '] : ['', ' '];
  const spans = rowClasses
    .filter(name => totals[name] > 0 && !(style === 'tight' && name === 'ended'))
    .flatMap(name => {
      const count = `${glyphOf(name, charset)}${space}${totals[name]}`;
      return [say(style === 'bare' ? count : `${count} ${name}`, name), say(gap)];
    });
  return spans.length === 0 && style === 'roomy' ? [say('no agents  ', 'dim')] : spans;
}

export function usageSpan({ totals }: Snapshot, charset: Charset): Span {
  const { cpuPercent, rssBytes, reclaimableBytes } = totals;
  const freed = reclaimableBytes > 0 ? `, ${bytes(reclaimableBytes)} reclaimable` : '';
  return spansIn(charset)(`${percent(cpuPercent)}% cpu  ${bytes(rssBytes)}${freed}`, 'dim');
}

/** Usage of working and of leaked rows, what a sweep would free, the machine, and vigil's own cost. */
export function usageLine({ rows, workspaces, vitals }: Snapshot, charset: Charset): Line {
  const say = spansIn(charset);
  const { working, leaked, sweepable } = sharesOf(rows, workspaces);
  const line = [say(`working ${shareText(working)}  `)];
  const reclaimed = sweepable.rssBytes === leaked.rssBytes ? 'it' : bytes(sweepable.rssBytes);
  if (leaked.rssBytes > 0 || leaked.cpuPercent > 0)
    line.push(
      say(`leaked ${shareText(leaked)}`, 'orphan'),
      say(` (w reclaims ${reclaimed})  `, 'key'),
    );
  if (vitals === undefined) return line;
  const { load, cores, memoryBytes, availableBytes, ownCpuPercent, ownRssBytes } = vitals;
  const isFull = availableBytes < memoryBytes / 20;
  const own = ownCpuPercent === undefined ? '' : `${percent(ownCpuPercent)}% CPU, `;
  return [
    ...line,
    say(`load ${load.toFixed(1)} (${counted(cores, 'core')})  `, load > cores ? 'problem' : 'dim'),
    say(`${bytes(availableBytes)} of ${bytes(memoryBytes)} free  `, isFull ? 'problem' : 'dim'),
    say(`vigil itself: ${own}${bytes(ownRssBytes)}`, 'dim'),
  ];
}

function shareText({ cpuPercent, rssBytes }: Share): string {
  return `${percent(cpuPercent)}% ${bytes(rssBytes)}`;
}

/** The registries, and what they record against what is alive. */
export function registryLines(snapshot: Snapshot, charset: Charset): Line[] {
  const say = spansIn(charset);
  if (snapshot.workspaces.length === 0)
    return [[say('no workspace found (-w DIR): showing processes and tmux only', 'dim')]];
  return snapshot.workspaces.map(workspace => {
    const own = snapshot.registries.filter(each => each.path.startsWith(`${workspace}/`));
    const { recorded, actual } = activeOf(own);
    const kinds = [...new Set(own.map(each => each.kind))].join('+') || 'no registry';
    const found = actual === undefined ? 'actual unknown' : `${actual} actual`;
    return [
      say(`active: ${recorded} recorded, ${found}`, recorded === actual ? 'dim' : 'ghost'),
      say(`  ${kinds}  ${workspace}`, 'dim'),
    ];
  });
}

/** Sums over the task registries, which are authoritative; over the index if there are none. */
function activeOf(registries: readonly RegistrySummary[]) {
  const tasks = registries.filter(each => each.scope === 'task');
  const sources = tasks.length > 0 ? tasks : registries;
  const actual = sources.flatMap(each => each.actualActive ?? []);
  const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
  return {
    recorded: sum(sources.map(each => each.recordedActive)),
    actual: actual.length < sources.length ? undefined : sum(actual),
  };
}

export function problemLines(snapshot: Snapshot, charset: Charset): Line[] {
  const say = spansIn(charset);
  return snapshot.problems.map(({ message }) => [say(`! ${message}`, 'problem')]);
}
