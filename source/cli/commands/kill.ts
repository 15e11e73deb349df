/** `vigil kill <target…>`: shows the plan, asks for confirmation, terminates, verifies, records. */

import { isUnlisted, unlistedReason } from '../../core/inventory/unlisted.ts';
import { recordedElsewhere } from '../../core/lifecycle/elsewhere.ts';
import { judgeAgain, unsettledReason } from '../../core/lifecycle/judge-again.ts';
import type { Row } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { nameOf } from '../../core/rows/describe.ts';
import { ambiguityOf, isStill, parseTarget, rowsOfNames } from '../../core/rows/targets.ts';
import { type EndPlan, planEnd } from '../../core/termination/end-plan.ts';
import { endReason } from '../../core/termination/end-reason.ts';
import { displayedPlan } from '../../core/termination/planned-files.ts';
import { isOutOfScope, runTermination } from '../../core/termination/run-plan.ts';
import { endPlanLines, endReportLines } from '../../text/kill-lines.ts';
import { counted } from '../../text/units.ts';
import { killJson } from '../json/kill-json.ts';
import { exitCodes, notFoundCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, stop } from './change.ts';

/** @returns the exit code, as readme.md lists it. */
export function kill(
  tools: CommandTools,
  names: readonly string[],
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { host } = tools;
  const wrong = names.map(name => parseTarget(name)).find(target => !target.ok);
  const fault = wrong?.ok === false ? wrong.reason : undefined;
  const { readOnlyReason } = host;
  const command = { name: 'kill', declined: 'nothing was signalled', readOnlyReason, fault };
  return change(command, options, output, async () => {
    const found = await planFor(tools, names, options);
    if ('code' in found) return found;
    const { plan, unread } = found;
    const isNothing = plan.targets.every(isOutOfScope);
    const isRefused = plan.targets.some(each => each.refused !== undefined && !isOutOfScope(each));
    // A refusal for lack of evidence is not a refusal of the target.
    const refusal = unread.length > 0 ? exitCodes.unreadable : exitCodes.refused;
    // An empty class proves nothing where not everything was read.
    const isDoubtful = isRefused || (isNothing && unread.length > 0);
    const end = async (reason = endReason) => {
      const judged = await judgeAgain(tools, plan);
      const report = await runTermination(host, judged, { ...tools, reason });
      const refusedNow = report.ends.filter(
        ({ result: { outcome, target } }) => outcome === 'refused' && !isOutOfScope(target),
      );
      const isAlive = report.ends.some(({ result }) =>
        ['survived', 'denied'].includes(result.outcome),
      );
      const isRefusedNow = isDoubtful || refusedNow.length > 0;
      return {
        lines: endReportLines(report, output.charset),
        json: () => killJson(plan, report),
        messages: [
          ...refusedNow.map(
            ({ result, errors }) => `${result.target.key}: refused: ${errors.join('; ')}`,
          ),
          ...report.warnings,
        ],
        code: isRefusedNow && !isAlive ? refusal : codeOf(report.ok && !isAlive),
      };
    };
    return {
      lines: endPlanLines(plan, output.charset),
      json: () => killJson(plan, undefined),
      messages: [
        ...(isNothing ? ['nothing to end'] : []),
        ...(isRefused || isNothing ? unread : []),
      ],
      code: isDoubtful ? refusal : exitCodes.done,
      questions: questionsFor(plan),
      run: end,
    };
  });
}

/** @returns the plan and why parts of the machine could not be read, or why there is no plan. */
async function planFor(tools: CommandTools, names: readonly string[], options: ChangeOptions) {
  const { host, monitor } = tools;
  if (!options.dryRun) host.killRecovery.resumeStopped();
  const isBulk = names.some(name => {
    const target = parseTarget(name);
    return target.ok && target.value.kind === 'class';
  });
  const snapshot = await (isBulk ? monitor.pollTwice() : monitor.pollUntilSettled());
  const inventory = monitor.inventory();
  if (inventory?.processes.ok !== true)
    return stop(exitCodes.unreadable, 'the process table could not be read; nothing was signalled');
  const wanted = rowsOfNames(snapshot, names);
  if (wanted.kind !== 'found') {
    const problems = wanted.kind === 'unread' ? wanted.problems : [];
    return stop(notFoundCodes[wanted.kind], ...problems, wanted.reason);
  }
  const replaced = wanted.rows.find(({ row }) => !isStill(row, options.identities));
  if (replaced !== undefined) {
    const name = nameOf(replaced.row);
    return stop(exitCodes.refused, `${name}: refused: its processes are others now`);
  }
  const ambiguity = ambiguityOf(snapshot, names);
  if (ambiguity !== undefined) return stop(exitCodes.refused, ambiguity);
  // What belongs to another workspace is ended only by its name.
  const ofClass = wanted.rows.filter(each => !each.isNamed).map(each => each.row);
  const elsewhere = await recordedElsewhere(host.registries, ofClass, snapshot.workspaces);
  const whyNot = (row: Row) =>
    elsewhere.get(row.key) ??
    (isUnlisted(row, snapshot.workspaces) ? unlistedReason : undefined) ??
    unsettledReason(row, snapshot);
  const spared = wanted.rows.map(each =>
    each.isNamed ? each : { ...each, refused: whyNot(each.row) },
  );
  const plan = displayedPlan(planEnd(snapshot, inventory, spared, tools), host);
  const unread = snapshot.problems.filter(problem => problem.unread).map(each => each.message);
  return { plan, unread };
}

/** Agents that someone is using have a question of their own. */
function questionsFor(plan: EndPlan): string[] {
  const targets = plan.targets.filter(target => target.refused === undefined);
  const inUse = targets.filter(target => target.class === 'interactive').length;
  const others = targets.length - inUse;
  const agents = `${counted(inUse, 'agent')} that someone is using in a terminal`;
  return [
    ...(others > 0 ? ['End the targets listed above?'] : []),
    ...(inUse > 0 ? [`${others > 0 ? 'Also end' : 'End'} ${agents}?`] : []),
  ];
}
