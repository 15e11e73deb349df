/** `vigil doctor`: checks the environment, with advice for what fails. */

import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Check } from '../../core/model/doctor-check.ts';
import type { Snapshot } from '../../core/model/model.ts';
import { type Line, span } from '../../text/line.ts';
import { type Charset, printable, text } from '../../text/printable.ts';
import { countSpans } from '../../text/snapshot-lines.ts';
import { exitCodes, type Output } from '../output.ts';

/** @param diagnose reads facts about the machine; called after one poll.
 * @returns 0, or 10 if a check fails. */
export async function doctor(
  monitor: Monitor,
  diagnose: () => Promise<readonly Check[]>,
  json: boolean,
  output: Output,
): Promise<number> {
  const [snapshot, facts] = await Promise.all([monitor.pollUntilSettled(), diagnose()]);
  const named = new Set(facts.map(fact => fact.name));
  const checks = [...facts, ...problemChecks(snapshot, named)];
  const isWell = checks.every(check => check.state === 'ok');
  if (json) output.json({ schema: 'vigil.doctor/1', ok: isWell, checks }, 'indented');
  else {
    output.lines(checks.flatMap(check => checkLines(check, output.charset)));
    output.lines([[span(text`snapshot: `), ...countSpans(snapshot, output.charset)]]);
  }
  return isWell ? exitCodes.done : exitCodes.problemsFound;
}

/** Problems of the poll that no check has reported yet. */
function problemChecks(snapshot: Snapshot, named: ReadonlySet<string>): Check[] {
  return snapshot.problems
    .filter(problem => ![...named].some(name => problem.about === name))
    .map(problem => ({ name: problem.source, state: 'bad', detail: problem.message }));
}

function checkLines(check: Check, charset: Charset): Line[] {
  const mark =
    check.state === 'ok' ? span(printable('ok   '), 'live') : span(printable('BAD  '), 'problem');
  const lines: Line[] = [
    [mark, span(text`${printable(check.name, charset)}: ${printable(check.detail, charset)}`)],
  ];
  if (check.state === 'bad' && check.advice !== undefined)
    lines.push([span(printable(`     → ${check.advice}`, charset), 'dim')]);
  return lines;
}
