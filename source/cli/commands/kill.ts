/** `vigil kill <target…>`: shows the plan, asks, ends, verifies, records. */

import { isAgreed } from '../../core/inventory/memory.ts';
import { isUnlisted, unlistedReason } from '../../core/inventory/unlisted.ts';
import { recordedElsewhere } from '../../core/lifecycle/elsewhere.ts';
import { judgeAgain, unsettledReason } from '../../core/lifecycle/judge-again.ts';
import type { Row } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { ambiguityOf, parseTarget, rowsOfNames } from '../../core/rows/targets.ts';
import { type EndPlan, planEnd } from '../../core/termination/end-plan.ts';
import { withPorts } from '../../core/termination/frees.ts';
import { withFiles } from '../../core/termination/planned-files.ts';
import type { Policy } from '../../core/termination/policy.ts';
import { isNotIncluded } from '../../core/termination/refusal.ts';
import { endReason, runEnding } from '../../core/termination/run-plan.ts';
import type { EndTarget } from '../../core/termination/target.ts';
import { endPlanLines, endReportLines } from '../../text/kill-lines.ts';
import { printable, text } from '../../text/printable.ts';
import { counted } from '../../text/units.ts';
import { killJson } from '../json/kill-json.ts';
import { exitCodes, notFoundCodes, type Output } from '../output.ts';
import type { ChangeOptions } from './reconcile.ts';
import { notConfirmed, refusalOf } from './refusal.ts';

export type KillOptions = ChangeOptions & {
  readonly policy: Policy;
  /** For the registry and the log. */
  readonly reason?: string;
  /** Programs that are never signalled. */
  readonly spareNames: readonly string[];
  readonly includesSuspected: boolean;
};

/** @returns the exit code, as readme.md lists it. */
export async function kill(
  tools: CommandTools,
  names: readonly string[],
  options: KillOptions,
  output: Output,
): Promise<number> {
  const { host, monitor, recogniser, hurry } = tools;
  const complain = (message: string) =>
    output.complain(text`vigil kill: ${printable(message, output.charset)}`);
  const refuse = (message: string, code: number = exitCodes.refused) => {
    complain(message);
    return code;
  };
  const wrong = names.map(name => parseTarget(name)).find(target => !target.ok);
  if (wrong?.ok === false) return refuse(wrong.reason, exitCodes.usage);
  const unwanted = refusalOf(options, host.lookOnly);
  if (unwanted !== undefined) return refuse(unwanted);
  if (!options.dryRun) host.killRecovery.resumeStopped();
  const isBulk = names.some(name => {
    const target = parseTarget(name);
    return target.ok && target.value.kind === 'class';
  });
  const snapshot = await (isBulk ? monitor.lookTwice() : monitor.lookUntilSettled());
  const inventory = monitor.inventory();
  if (inventory?.processes.ok !== true)
    return refuse(
      'the process table could not be read; nothing was signalled',
      exitCodes.unreadable,
    );
  const wanted = rowsOfNames(snapshot, names);
  if (wanted.kind === 'unread') for (const message of wanted.problems) complain(message);
  if (wanted.kind !== 'found') return refuse(wanted.reason, notFoundCodes[wanted.kind]);
  const ambiguity = ambiguityOf(snapshot, names);
  if (ambiguity !== undefined) return refuse(ambiguity);
  const unread = snapshot.problems.filter(problem => problem.unread);
  // What is another workspace's is only ended by its name.
  const ofClass = wanted.rows.filter(each => !each.isNamed).map(each => each.row);
  const elsewhere = await recordedElsewhere(host.registries, ofClass, snapshot.workspaces);
  const whyNot = (row: Row) =>
    elsewhere.get(row.key) ??
    (isUnlisted(row, snapshot.workspaces) ? unlistedReason : undefined) ??
    (isAgreed(row, snapshot.takenAt) ? undefined : unsettledReason(row, snapshot));
  const spared = wanted.rows.map(each =>
    each.isNamed ? each : { ...each, refused: whyNot(each.row) },
  );
  const planned = planEnd(snapshot, inventory, spared, { ...options, recogniser });
  const plan = withFiles(withPorts(planned, host.processes), inventory.registries, host.agentFiles);
  if (!options.json) output.lines(endPlanLines(plan, output.charset));
  const refusals = plan.targets.flatMap(({ refused }) => refused ?? []);
  const isNothing = plan.targets.every(({ refused }) => refused && isNotIncluded(refused));
  if (isNothing) complain('nothing to end');
  const isRefused = refusals.some(refused => !isNotIncluded(refused));
  // What is refused because nobody could look is not refused for what it is.
  const refusal = unread.length > 0 ? exitCodes.unreadable : exitCodes.refused;
  if (isRefused || isNothing) for (const { message } of unread) complain(message);
  // An empty class proves nothing where not everything was read.
  const isDoubtful = isRefused || (isNothing && unread.length > 0);
  if (options.dryRun) {
    if (options.json) output.json(killJson(plan, undefined), 'indented');
    return isDoubtful ? refusal : exitCodes.done;
  }
  const doubt = await whyNotConfirmed(plan, options);
  if (doubt !== undefined) return refuse(doubt);
  const report = await runEnding(host, await judgeAgain(tools, plan), {
    ...options,
    hurry,
    reason: options.reason ?? endReason,
    recogniser,
  });
  if (options.json) output.json(killJson(plan, report), 'indented');
  else output.lines(endReportLines(report, output.charset));
  for (const { result, errors } of report.ends)
    if (result.outcome === 'refused' && !isSkipped(result.target))
      complain(`${result.target.key}: refused: ${errors.join('; ')}`);
  for (const trouble of report.troubles) complain(trouble);
  if (report.ends.some(({ result }) => ['survived', 'denied'].includes(result.outcome)))
    return exitCodes.survived;
  const isSkippedNow = report.ends.some(
    ({ result }) => result.outcome === 'refused' && !isSkipped(result.target),
  );
  if (isDoubtful || isSkippedNow) return refusal;
  return report.ok ? exitCodes.done : exitCodes.survived;
}

function isSkipped({ refused }: EndTarget): boolean {
  return refused !== undefined && isNotIncluded(refused);
}

/** @returns why it does not go ahead; nothing where somebody said yes, or nothing needs one. */
async function whyNotConfirmed(
  plan: EndPlan,
  { yes, ask, json }: KillOptions,
): Promise<string | undefined> {
  const targets = plan.targets.filter(target => target.refused === undefined);
  if (yes || targets.length === 0) return undefined;
  if (ask === undefined || json) return notConfirmed;
  const people = targets.filter(target => target.class === 'interactive').length;
  const others = targets.length - people;
  const none = 'nothing was signalled';
  if (others > 0 && !(await ask('End the targets listed above?'))) return none;
  const verb = others > 0 ? 'Also end' : 'End';
  const agents = `${counted(people, 'agent')} that someone is using in a terminal`;
  return people === 0 || (await ask(`${verb} ${agents}?`)) ? undefined : none;
}
