/** `vigil reconcile`: shows what must change so that registry and machine agree, asks, changes it. */

import { foreignWorkspace } from '../../core/lifecycle/foreign.ts';
import { cutDeploys, recoverDeploys } from '../../core/lifecycle/recover.ts';
import { nothingUndone } from '../../core/lifecycle/undo.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import type { FoundIntent } from '../../core/ports/workspace-journals.ts';
import { apply, type Survey, survey } from '../../core/reconcile/reconcile.ts';
import {
  isEmpty,
  planSummary,
  type ReconcilePlan,
  shownBefore,
} from '../../core/reconcile/reconcile-plan.ts';
import { type Line, span } from '../../text/line.ts';
import { printable, text } from '../../text/printable.ts';
import { planLines, reportLines } from '../../text/reconcile-lines.ts';
import { counted } from '../../text/units.ts';
import { reconcileJson } from '../json/reconcile-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { notConfirmed, noWorkspace, readOnlyRefusal } from './refusal.ts';

export type ChangeOptions = {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly readOnly: boolean;
  readonly lockWaitMs: number;
  /** Asks for confirmation; absent when stdin is not a terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
};

/** @returns the exit code, as readme.md lists it. */
export async function reconcile(
  tools: CommandTools,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { host, monitor } = tools;
  const complain = (message: string) =>
    output.complain(text`vigil reconcile: ${printable(message, output.charset)}`);
  if (options.readOnly && !options.dryRun) {
    complain(readOnlyRefusal);
    return exitCodes.refused;
  }
  const deploys = await cutDeploys(tools);
  const found = await survey(host, monitor, !options.dryRun);
  if (found.kind !== 'planned') return refuse(found, complain);
  let { plan } = found;
  if (tools.monitor.inventory()?.workspaces.length === 0) complain(noWorkspace);
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
  const foreign = foreignWorkspace(monitor);
  if (foreign !== undefined) {
    complain(`refused: ${foreign}`);
    return exitCodes.refused;
  }
  if (!options.yes) {
    if (options.ask === undefined || options.json) {
      complain(notConfirmed);
      return exitCodes.refused;
    }
    if (!(await options.ask(questionFor(plan, deploys.length)))) {
      complain('nothing was changed');
      return exitCodes.refused;
    }
  }
  const undone = await recoverDeploys(tools);
  for (const said of undone.left) complain(`not rolled back: ${said}`);
  for (const trouble of undone.troubles) complain(trouble);
  if (!options.json)
    output.lines(undone.rolledBack.map(said => [span(printable(said, output.charset))]));
  if (deploys.length > 0) {
    // The registries are others now. What nobody has been shown is left for the next time.
    const again = await survey(host, monitor, true);
    if (again.kind !== 'planned') return refuse(again, complain);
    plan = shownBefore(again.plan, plan);
  }
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

/** @returns the exit code for what could not be planned. */
function refuse(
  { kind, reasons }: Exclude<Survey, { kind: 'planned' }>,
  complain: (message: string) => void,
): number {
  const isUnread = kind === 'unreadable';
  for (const reason of reasons)
    complain(
      isUnread
        ? `nothing was changed: ${reason}`
        : `refused: ${reason}; see vigil reconcile --restore for backups, or move registry/backups away if the loss was intended`,
    );
  return isUnread ? exitCodes.unreadable : exitCodes.refused;
}

function questionFor(plan: ReconcilePlan, deploys: number): string {
  const change = `${deploys === 0 ? 'Update' : 'update'} the registries (${planSummary(plan)})?`;
  if (deploys === 0) return change;
  const undo = `Roll back ${counted(deploys, 'interrupted deploy')}`;
  return isEmpty(plan) ? `${undo}?` : `${undo} and ${change}`;
}

/** Deploys whose vigil was gone before they were done. */
function cutLines(deploys: readonly FoundIntent[], { charset }: Output): Line[] {
  return deploys.map(({ intent, path }) => [
    span(
      text`${printable(intent.ok ? intent.value.agentId : path, charset)}: its deploy was interrupted and is rolled back`,
    ),
  ]);
}

const nothingDone = { outcomes: [], failures: [], written: [], backups: [], durationMs: 0 };
