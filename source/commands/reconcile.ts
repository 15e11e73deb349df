/** `vigil reconcile`: shows what has to change so that record and machine agree, asks, changes it. */
import type { FoundIntent } from '../core/lifecycle/grounds.ts';
import { cutDeploys, recoverDeploys } from '../core/lifecycle/recover.ts';
import { type LifecycleTools, nothingUndone } from '../core/lifecycle/undo.ts';
import { isEmpty, planSummary } from '../core/reconcile/plan.ts';
import { apply, survey } from '../core/reconcile/reconcile.ts';
import { type Line, span } from '../text/line.ts';
import { printable, text } from '../text/printable.ts';
import { planLines, reportLines } from '../text/reconcile-lines.ts';
import { exitCodes, type Output } from './output.ts';
import { reconcileJson } from './reconcile-json.ts';

export type ChangeOptions = {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly readOnly: boolean;
  readonly lockWaitMs: number;
  /** Asks a person; absent where stdin is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
};

/** @returns the exit code of the contract. */
export async function reconcile(
  tools: LifecycleTools,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { host, monitor } = tools;
  const complain = (message: string) =>
    output.complain(text`vigil reconcile: ${printable(message, output.charset)}`);
  if (options.readOnly && !options.dryRun) {
    complain('refused: --read-only changes nothing; --dry-run shows what it would');
    return exitCodes.refused;
  }
  const deploys = await cutDeploys(tools);
  let found = await survey(host, monitor, !options.dryRun);
  if (found.kind === 'unreadable') {
    for (const reason of found.reasons) complain(`nothing is changed: ${reason}`);
    return exitCodes.unreadable;
  }
  if (found.kind === 'lost') {
    for (const reason of found.reasons)
      complain(
        `refused: ${reason}; vigil reconcile --restore lists backups; if the loss was meant, move registry/backups away`,
      );
    return exitCodes.refused;
  }
  let { plan } = found;
  if (!options.json)
    output.lines([...cutLines(deploys, output), ...planLines(plan, output.charset)]);
  if (options.dryRun || (isEmpty(plan) && deploys.length === 0)) {
    if (options.json)
      output.json(
        reconcileJson(plan, options.dryRun ? undefined : nothingDone, {
          deploys,
          undone: nothingUndone,
        }),
        'indented',
      );
    return exitCodes.done;
  }
  if (!options.yes) {
    if (options.ask === undefined || options.json) {
      complain('refused: nobody confirms it; --yes goes ahead, --dry-run shows the changes');
      return exitCodes.refused;
    }
    if (!(await options.ask(`change the registries (${planSummary(plan)})?`))) {
      complain('nothing is changed');
      return exitCodes.refused;
    }
  }
  // The registries are others afterwards.
  const undone = await recoverDeploys(tools);
  if (deploys.length > 0) {
    found = await survey(host, monitor, true);
    plan = found.kind === 'planned' ? found.plan : { ...plan, places: [] };
  }
  for (const said of undone.left) complain(`not undone: ${said}`);
  for (const trouble of undone.troubles) complain(trouble);
  if (!options.json)
    output.lines(undone.rolledBack.map(said => [span(printable(said, output.charset))]));
  const report = await apply(host, plan, monitor.inventory()?.registries ?? [], options.lockWaitMs);
  if (options.json) output.json(reconcileJson(plan, report, { deploys, undone }), 'indented');
  else {
    // What failed is said on stderr.
    output.lines(reportLines({ ...report, failures: [] }, output.charset));
    for (const { path, reason } of report.failures) complain(`${path}: ${reason}`);
  }
  if (options.json) for (const { path, reason } of report.failures) complain(`${path}: ${reason}`);
  const isAll =
    undone.left.length === 0 &&
    report.failures.length === 0 &&
    report.outcomes.every(each => each.left === undefined);
  return isAll ? exitCodes.done : exitCodes.survived;
}

/** Deploys whose vigil was gone before they were done. */
function cutLines(deploys: readonly FoundIntent[], { charset }: Output): Line[] {
  return deploys.map(({ intent, path }) => [
    span(
      text`${printable(intent.ok ? intent.value.agentId : path, charset)}: its deploy was cut off, and is undone`,
    ),
  ]);
}

const nothingDone = { outcomes: [], failures: [], written: [], backups: [], durationMs: 0 };
