/** The lines that the screen's header and `vigil list` share: counts, registries, problems. */
import { type RegistrySummary, rowClasses, type Snapshot } from '../core/model.ts';
import { type Line, type Span, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { bytes, percent } from './units.ts';

/** `8 live  1 undead  46 ghost …`: classes that occur, in the order of the table. */
export function countSpans(snapshot: Snapshot): Span[] {
  const spans = rowClasses
    .filter(name => snapshot.totals[name] > 0)
    .flatMap(name => [
      span(text`${snapshot.totals[name]} ${printable(name)}`, name),
      span(text`  `),
    ]);
  return spans.length > 0 ? spans : [span(printable('no agents'), 'dim')];
}

export function usageSpan(snapshot: Snapshot): Span {
  const { cpuPercent, rssBytes, reclaimableBytes } = snapshot.totals;
  const freed = reclaimableBytes > 0 ? text`, ${bytes(reclaimableBytes)} reclaimable` : text``;
  return span(text`${percent(cpuPercent)}% cpu  ${bytes(rssBytes)}${freed}`, 'dim');
}

/** Where the records come from, and what they claim against what is alive. */
export function registryLines(snapshot: Snapshot, charset: Charset): Line[] {
  if (snapshot.workspaces.length === 0)
    return [[span(printable('no workspace: shown from processes and tmux alone'), 'dim')]];
  return snapshot.workspaces.map(workspace => {
    const own = snapshot.registries.filter(each => each.path.startsWith(`${workspace}/`));
    const { recorded, actual } = activeOf(own);
    const kinds = [...new Set(own.map(each => each.kind))].join('+') || 'no registry';
    const tone = recorded === actual ? 'dim' : 'ghost';
    return [
      span(text`${printable(workspace, charset)}  ${printable(kinds)}  `, 'dim'),
      span(
        actual === undefined
          ? text`active: ${recorded} recorded, actual not known`
          : text`active: ${recorded} recorded, ${actual} actual`,
        tone,
      ),
    ];
  });
}

/** Sums over the task registries, which are the authority; over the index where there are none. */
function activeOf(registries: readonly RegistrySummary[]) {
  const tasks = registries.filter(each => each.scope === 'task');
  const counted = tasks.length > 0 ? tasks : registries;
  const isKnown = counted.every(each => each.actualActive !== undefined);
  const sum = (pick: (each: RegistrySummary) => number | undefined) =>
    counted.reduce((total, each) => total + (pick(each) ?? 0), 0);
  return {
    recorded: sum(each => each.recordedActive),
    actual: isKnown ? sum(each => each.actualActive) : undefined,
  };
}

export function problemLines(snapshot: Snapshot, charset: Charset): Line[] {
  return snapshot.problems.map(problem => [
    span(text`! ${printable(problem.message, charset)}`, 'problem'),
  ]);
}
