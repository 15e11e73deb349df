/** Termination plans and results in words, for the terminal and the screen's dialog. The reason comes before
 * the command, which may be of any length. */

import type { EndPlan } from '../core/termination/end-plan.ts';
import { type Frees, freesOf } from '../core/termination/frees.ts';
import { isNotIncluded } from '../core/termination/refusal.ts';
import type { EndReport } from '../core/termination/run-plan.ts';
import type { Ended, EndTarget, Refused } from '../core/termination/target.ts';
import { type Line, span } from './line.ts';
import { type Charset, join, type Printable, printable, text } from './printable.ts';
import { bytes, counted, percent } from './units.ts';

export function endPlanLines(plan: EndPlan, charset: Charset): Line[] {
  const ended = plan.targets.filter(target => target.refused === undefined);
  const notIncluded = plan.targets.flatMap(target =>
    target.refused !== undefined && isNotIncluded(target.refused) ? [target] : [],
  );
  const total: Line[] =
    ended.length > 1
      ? [[span(text`total  `), span(freesText(freesOf(ended), charset), 'heading')]]
      : [];
  const each = plan.targets
    .filter(target => target.refused === undefined || !isNotIncluded(target.refused))
    .flatMap(target => [
      headOf(target, charset),
      ...(target.refused === undefined
        ? []
        : [[span(text`  refused: ${printable(target.refused.text, charset)}`, 'problem')]]),
      ...(target.session === undefined || target.refused !== undefined
        ? []
        : [
            [
              span(
                text`  session ${printable(target.session.name, charset)} (${printable(target.session.id)})`,
              ),
            ],
          ]),
      ...(target.keepsSession === undefined || target.refused !== undefined
        ? []
        : [[span(text`  keep  ${printable(target.keepsSession, charset)}`, 'live')]]),
      ...(target.refused === undefined ? target.members : []).map(
        (each): Line => [
          span(text`  end   ${each.pid}  ${printable(each.reason.text, charset)}`),
          span(text`  ${printable(each.command, charset)}`, 'dim'),
        ],
      ),
      ...(target.refused === undefined ? filesLines(target) : []),
      ...target.spared.map(
        (each): Line => [
          span(text`  spare ${each.pid}  ${printable(each.reason.text, charset)}`, 'live'),
          span(text`  ${printable(each.command, charset)}`, 'dim'),
        ],
      ),
    ]);
  return [...total, ...each, ...notIncluded.map(target => notIncludedLine(target, charset))];
}

/** Rows that a bulk command skips for lack of proof, below the plan. */
function notIncludedLine(target: Refused, charset: Charset): Line {
  return [
    span(text`not included: `, 'dim'),
    span(printable(nameOf(target), charset), 'heading'),
    span(text`  ${printable(target.refused.text, charset)}`, 'dim'),
  ];
}

/** ` files its prompt is removed, 4 logs are archived`: the JSON names each file. */
function filesLines({ files = [] }: Ended): Line[] {
  const logs = files.filter(({ work }) => work === 'archive').length;
  const parts = [
    ...(files.length > logs ? [text`prompt removed`] : []),
    ...(logs === 0 ? [] : [text`${counted(logs, 'log')} archived`]),
  ];
  return parts.length === 0 ? [] : [[span(text`  files ${join(parts, ', ')}`)]];
}

/** The table's name for it: row keys are not shown. */
function nameOf({ agentId, session, members, key }: EndTarget): string {
  const [first] = members;
  return agentId ?? session?.name ?? (first && `pid ${first.pid} ${first.command}`) ?? key;
}

function headOf(target: EndTarget, charset: Charset): Line {
  const processes = text`, ${counted(target.members.length, 'process', 'processes')}, `;
  const isEnded = target.refused === undefined;
  return [
    span(printable(nameOf(target), charset), 'heading'),
    span(text`  ${printable(target.class)}`, target.class),
    ...(isEnded ? [span(processes), span(freesText(freesOf([target]), charset))] : []),
  ];
}

/** `frees 210M, 12.3% cpu, ports 3000 8080`. Unreadable ports are mentioned, a lack of ports is not. */
function freesText({ rssBytes, cpuPercent, ports }: Frees, charset: Charset): Printable {
  const { known, unknownOf } = ports;
  const word = known.length === 1 ? 'port' : 'ports';
  const shown = known.length === 0 ? '' : `, ${word} ${known.join(' ')}`;
  const doubt =
    unknownOf.length === 0
      ? ''
      : `, ports of ${counted(unknownOf.length, 'process', 'processes')} unknown`;
  return text`frees ${bytes(rssBytes)}, ${percent(cpuPercent)}% cpu${printable(shown + doubt, charset)}`;
}

/** Rows outside the plan are in no report. */
export function endReportLines(report: Pick<EndReport, 'ends'>, charset: Charset): Line[] {
  const ends = report.ends.filter(
    ({ result: { target } }) => target.refused === undefined || !isNotIncluded(target.refused),
  );
  return [
    ...ends.flatMap(({ result, errors }): Line[] => [
      [
        span(printable(result.target.agentId ?? result.target.key, charset), 'heading'),
        span(
          text`  ${printable(result.outcome)}  ${counted(result.processes.length, 'process', 'processes')}, ${result.durationMs} ms${printable(result.escalated ? ', SIGKILL' : '')}`,
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
