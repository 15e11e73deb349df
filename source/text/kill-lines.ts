/** Plans and results of endings in words, for the terminal and the screen's dialog alike. The reason
 * comes before the command: a command may be as long as it likes. */
import type { EndPlan } from '../core/termination/plan.ts';
import type { EndReport } from '../core/termination/run.ts';
import type { EndTarget } from '../core/termination/target.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { bytes } from './units.ts';

export function endPlanLines(plan: EndPlan, charset: Charset): Line[] {
  return plan.targets.flatMap(target => [
    headOf(target, charset),
    ...(target.refused === undefined
      ? []
      : [[span(text`  refused: ${printable(target.refused, charset)}`, 'problem')]]),
    ...(target.session === undefined || target.refused !== undefined
      ? []
      : [
          [
            span(
              text`  session ${printable(target.session.name, charset)} (${printable(target.session.id)})`,
            ),
          ],
        ]),
    ...(target.refused === undefined ? target.members : []).map(
      (each): Line => [
        span(text`  end   ${each.pid}  ${printable(each.reason, charset)}`),
        span(text`  ${printable(each.command, charset)}`, 'dim'),
      ],
    ),
    ...target.spared.map(
      (each): Line => [
        span(text`  spare ${each.pid}  ${printable(each.reason, charset)}`, 'live'),
        span(text`  ${printable(each.command, charset)}`, 'dim'),
      ],
    ),
  ]);
}

function headOf(target: EndTarget, charset: Charset): Line {
  const count = target.members.length;
  return [
    span(printable(target.agentId ?? target.key, charset), 'heading'),
    span(
      text`  ${printable(target.class)}  ${count} ${printable(count === 1 ? 'process' : 'processes')}, ${bytes(target.rssBytes)} freed`,
      target.class,
    ),
  ];
}

export function endReportLines(report: Pick<EndReport, 'ends'>, charset: Charset): Line[] {
  return [
    ...report.ends.flatMap(({ result, errors }): Line[] => [
      [
        span(printable(result.target.agentId ?? result.target.key, charset), 'heading'),
        span(
          text`  ${printable(result.outcome)}  ${result.processes.length} ${printable(result.processes.length === 1 ? 'process' : 'processes')}, ${result.durationMs} ms${printable(result.escalated ? ', SIGKILL' : '')}`,
          isBad(result.outcome) ? 'problem' : 'live',
        ),
      ],
      ...errors.map((error): Line => [span(text`  ${printable(error, charset)}`, 'problem')]),
    ]),
  ];
}

function isBad(outcome: string): boolean {
  return ['survived', 'denied', 'refused'].includes(outcome);
}
