/** `vigil kill <target…>`: shows the plan, asks, ends, verifies, records. */
import type { Host } from '../core/host.ts';
import type { Recogniser } from '../core/inventory/recognise.ts';
import type { Monitor } from '../core/monitor.ts';
import { findRows, parseTarget, similarNames } from '../core/targets.ts';
import { planEnd, type Wanted } from '../core/termination/plan.ts';
import type { Policy } from '../core/termination/policy.ts';
import { runEnding } from '../core/termination/run.ts';
import { endPlanLines, endReportLines } from '../text/kill-lines.ts';
import { printable, text } from '../text/printable.ts';
import { killJson } from './kill-json.ts';
import { exitCodes, type Output } from './output.ts';
import type { ChangeOptions } from './reconcile.ts';

export type KillOptions = ChangeOptions & {
  readonly policy: Policy;
  readonly reason: string;
  /** Aborted: SIGKILL now. */
  readonly hurry?: AbortSignal;
};

/** @returns the exit code of the contract. */
export async function kill(
  host: Host,
  monitor: Monitor,
  recogniser: Recogniser,
  names: readonly string[],
  options: KillOptions,
  output: Output,
): Promise<number> {
  const complain = (message: string) =>
    output.complain(text`vigil kill: ${printable(message, output.charset)}`);
  const targets = names.map(name => ({ name, target: parseTarget(name) }));
  for (const { target } of targets)
    if (!target.ok) {
      complain(target.reason);
      return exitCodes.usage;
    }
  if (options.readOnly && !options.dryRun) {
    complain('refused: --read-only ends nothing; --dry-run shows what it would');
    return exitCodes.refused;
  }
  if (!options.dryRun) host.hands.wakeLeft();
  const snapshot = await monitor.lookUntilSettled();
  const inventory = monitor.inventory();
  const wanted: Wanted[] = [];
  for (const { name, target } of targets) {
    const rows = target.ok ? findRows(snapshot, target.value) : [];
    const isClass = target.ok && target.value.kind === 'class';
    if (rows.length === 0 && !isClass) {
      const similar = similarNames(snapshot, name);
      const hint =
        similar.length > 0
          ? `; did you mean ${similar.join(' or ')}?`
          : '; vigil list shows what there is';
      complain(`no row is ${name}${hint}`);
      return exitCodes.noTarget;
    }
    for (const row of rows)
      if (!wanted.some(each => each.row.key === row.key)) wanted.push({ row, isNamed: !isClass });
  }
  if (inventory?.processes.ok !== true) {
    complain('the process table could not be read: nothing is signalled');
    return exitCodes.unreadable;
  }
  const plan = planEnd(snapshot, inventory, wanted, recogniser);
  if (!options.json) output.lines(endPlanLines(plan, output.charset));
  const isRefused = plan.targets.some(target => target.refused !== undefined);
  if (options.dryRun) {
    if (options.json) output.json(killJson(plan, undefined), 'indented');
    return isRefused ? exitCodes.refused : exitCodes.done;
  }
  if (plan.targets.length === 0) {
    if (options.json)
      output.json(
        killJson(plan, { ends: [], clean: new Set(), ok: true, durationMs: 0 }),
        'indented',
      );
    else output.lines([]);
    return exitCodes.done;
  }
  if (!options.yes && plan.targets.some(target => target.refused === undefined)) {
    if (options.ask === undefined || options.json) {
      complain('refused: nobody confirms it; --yes goes ahead, --dry-run shows the plan');
      return exitCodes.refused;
    }
    const people = plan.targets.filter(target => target.class === 'interactive').length;
    const question =
      people > 0
        ? `end ${people} agents that a person runs on a terminal?`
        : 'end what is listed above?';
    if (!(await options.ask(question))) {
      complain('nothing is signalled');
      return exitCodes.refused;
    }
  }
  const report = await runEnding(host, plan, inventory, { ...options, recogniser });
  if (options.json) output.json(killJson(plan, report), 'indented');
  else output.lines(endReportLines(report, output.charset));
  for (const { result, errors } of report.ends)
    if (result.outcome === 'refused')
      complain(`${result.target.key}: refused: ${errors.join('; ')}`);
  if (report.ends.some(({ result }) => ['survived', 'denied'].includes(result.outcome)))
    return exitCodes.survived;
  if (isRefused) return exitCodes.refused;
  return report.ok ? exitCodes.done : exitCodes.survived;
}
