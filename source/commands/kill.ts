/** `vigil kill <target…>`: shows the plan, asks, ends, verifies, records. */
import { recordedElsewhere } from '../core/lifecycle/elsewhere.ts';
import type { LifecycleTools } from '../core/lifecycle/undo.ts';
import type { Reading, Snapshot } from '../core/model.ts';
import { findRows, parseTarget, similarNames } from '../core/targets.ts';
import { withPorts } from '../core/termination/frees.ts';
import { type EndPlan, planEnd, type Wanted } from '../core/termination/plan.ts';
import type { Policy } from '../core/termination/policy.ts';
import { endReason, runEnding } from '../core/termination/run.ts';
import { endPlanLines, endReportLines } from '../text/kill-lines.ts';
import { printable, text } from '../text/printable.ts';
import { killJson } from './kill-json.ts';
import { exitCodes, type Output } from './output.ts';
import type { ChangeOptions } from './reconcile.ts';
import { refusalOf } from './refusal.ts';

export type KillOptions = ChangeOptions & {
  readonly policy: Policy;
  /** For the registry and the log. */
  readonly reason?: string;
  /** Programs that are never signalled. */
  readonly spareNames: readonly string[];
};

/** @returns the exit code of the contract. */
export async function kill(
  tools: LifecycleTools,
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
  const unwanted = refusalOf(options, 'ends nothing', host.lookOnly);
  if (unwanted !== undefined) return refuse(unwanted);
  if (!options.dryRun) host.hands.wakeLeft();
  const snapshot = await monitor.lookUntilSettled();
  const inventory = monitor.inventory();
  if (inventory?.processes.ok !== true)
    return refuse(
      'the process table could not be read: nothing is signalled',
      exitCodes.unreadable,
    );
  const wanted = wantedRows(snapshot, names);
  const unread = snapshot.problems.filter(problem => problem.unread);
  if (!wanted.ok) {
    // Nobody can say that there is no such row where not everything was read.
    for (const { message } of unread) complain(message);
    return refuse(wanted.reason, unread.length > 0 ? exitCodes.unreadable : exitCodes.noTarget);
  }
  // What is another workspace's is only ended by its name.
  const ofClass = wanted.value.filter(each => !each.isNamed).map(each => each.row);
  const elsewhere = await recordedElsewhere(host, ofClass, snapshot.workspaces);
  const spared = wanted.value.map(each =>
    each.isNamed ? each : { ...each, refused: elsewhere.get(each.row.key) },
  );
  const planned = planEnd(snapshot, inventory, spared, recogniser, options.spareNames);
  const plan = withPorts(planned, processes => host.readPorts(processes));
  if (!options.json) output.lines(endPlanLines(plan, output.charset));
  if (plan.targets.length === 0) complain('nothing to end');
  const isRefused = plan.targets.some(target => target.refused !== undefined);
  // What is refused because nobody could look is not refused for what it is.
  const refusal = unread.length > 0 ? exitCodes.unreadable : exitCodes.refused;
  if (isRefused) for (const { message } of unread) complain(message);
  if (options.dryRun) {
    if (options.json) output.json(killJson(plan, undefined), 'indented');
    return isRefused ? refusal : exitCodes.done;
  }
  const doubt = await whyNotConfirmed(plan, options);
  if (doubt !== undefined) return refuse(doubt);
  const report = await runEnding(host, plan, inventory, {
    ...options,
    hurry,
    reason: options.reason ?? endReason,
    recogniser,
  });
  if (options.json) output.json(killJson(plan, report), 'indented');
  else output.lines(endReportLines(report, output.charset));
  for (const { result, errors } of report.ends)
    if (result.outcome === 'refused')
      complain(`${result.target.key}: refused: ${errors.join('; ')}`);
  for (const trouble of report.troubles) complain(trouble);
  if (report.ends.some(({ result }) => ['survived', 'denied'].includes(result.outcome)))
    return exitCodes.survived;
  if (isRefused) return refusal;
  return report.ok ? exitCodes.done : exitCodes.survived;
}

/** Every row that is meant, each once; a class of rows may be empty, a name may not. */
function wantedRows(snapshot: Snapshot, names: readonly string[]): Reading<readonly Wanted[]> {
  const wanted = new Map<string, Wanted>();
  for (const name of names) {
    const target = parseTarget(name);
    const rows = target.ok ? findRows(snapshot, target.value) : [];
    const isNamed = !target.ok || target.value.kind !== 'class';
    if (rows.length === 0 && isNamed) {
      const similar = similarNames(snapshot, name);
      const hint =
        similar.length > 0
          ? `did you mean ${similar.join(' or ')}?`
          : 'vigil list shows what there is';
      return { ok: false, reason: `no row is ${name}; ${hint}` };
    }
    for (const row of rows)
      wanted.set(row.key, { row, isNamed: isNamed || wanted.get(row.key)?.isNamed === true });
  }
  return { ok: true, value: [...wanted.values()] };
}

/** @returns why it does not go ahead; nothing where somebody said yes, or nothing needs one. */
async function whyNotConfirmed(
  plan: EndPlan,
  { yes, ask, json }: KillOptions,
): Promise<string | undefined> {
  const targets = plan.targets.filter(target => target.refused === undefined);
  if (yes || targets.length === 0) return undefined;
  if (ask === undefined || json)
    return 'refused: nobody confirms it; --yes goes ahead, --dry-run shows the plan';
  const people = targets.filter(target => target.class === 'interactive').length;
  const question =
    people > 0
      ? `end ${people} agents that a person runs on a terminal?`
      : 'end what is listed above?';
  return (await ask(question)) ? undefined : 'nothing is signalled';
}
