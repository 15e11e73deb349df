/** `vigil doctor`: checks the environment, with advice for what fails. */

import { loginChecks } from '../../core/inventory/login-risk.ts';
import type { Monitor } from '../../core/inventory/monitor.ts';
import { inOneSentence, recorderFault, whyLost } from '../../core/inventory/problems.ts';
import type { Check } from '../../core/model/doctor-check.ts';
import type { ManagerReading } from '../../core/model/managed.ts';
import type { LostServer, Snapshot } from '../../core/model/model.ts';
import type { RecorderReading } from '../../core/model/vendor-record.ts';
import type { Logins } from '../../core/ports/logins.ts';
import { type Line, type Say, spansIn, wrapBetween, wrapPrinted } from '../../text/line.ts';
import { countSpans } from '../../text/snapshot-lines.ts';
import { counted } from '../../text/units.ts';
import { exitCodes, type Output } from '../output.ts';

type DoctorTools = { readonly monitor: Monitor; readonly logins: Logins };

/** @param diagnose reads facts about the machine; called after one poll.
 * @returns 0, or 10 if a check fails. */
export async function doctor(
  { monitor, logins }: DoctorTools,
  diagnose: () => Promise<readonly Check[]>,
  json: boolean,
  output: Output,
): Promise<number> {
  const [snapshot, facts] = await Promise.all([monitor.pollUntilSettled(), diagnose()]);
  const inventory = monitor.inventory();
  const lost = inventory?.lostServers ?? [];
  const named = new Set([...facts.map(fact => fact.name), ...lost.map(({ path }) => path)]);
  const recorders = recorderChecks(inventory?.recorders ?? []);
  const ofLogins = inventory === undefined ? [] : loginChecks(inventory, logins);
  const managers = managerChecks(inventory?.managed ?? []);
  const known = [...facts, ...recorders, ...managers, ...ofLogins, ...lost.map(lostCheck)];
  const checks = [...known, ...problemChecks(snapshot, named)];
  const isWell = checks.every(check => check.state === 'ok');
  if (json) output.json({ schema: 'vigil.doctor/1', ok: isWell, checks }, 'indented');
  else {
    const say = spansIn(output.charset);
    const lines = checks.flatMap(check => checkLines(check, say));
    output.lines(wrapPrinted(lines, output.width));
    const counts = [say('snapshot: '), ...countSpans(snapshot, output.charset)];
    output.lines(output.width === undefined ? [counts] : wrapBetween(counts, output.width));
  }
  return isWell ? exitCodes.done : exitCodes.problemsFound;
}

/** Problems of the poll that no check has reported yet. */
function problemChecks(snapshot: Snapshot, named: ReadonlySet<string>): Check[] {
  return snapshot.problems
    .filter(({ source, about = '' }) => source !== 'recorder' && !named.has(about))
    .map(problem => ({ name: problem.source, state: 'bad', detail: problem.message }));
}

/** Also for a server that runs only shells, which the other commands do not mention. */
function lostCheck(server: LostServer): Check {
  const detail = `cannot query tmux server ${server.pid}: ${whyLost(server)}`;
  return { name: 'tmux', state: 'bad', detail };
}

/** What each vendor's recorder holds, one line per directory with records. */
function recorderChecks(recorders: readonly RecorderReading[]): Check[] {
  return recorders.map((each): Check => {
    const { recorder: name, directory, reading } = each;
    const count = reading.ok ? reading.value.length : 0;
    return recordsCheck(name, `${directory}: ${counted(count, 'record')}`, recorderFault(each));
  });
}

/** What other managers' state holds, where there is any. */
function managerChecks(managed: readonly ManagerReading[]): Check[] {
  return managed
    .filter(({ records, faults }) => records.length + faults.length > 0)
    .map(({ manager, path, records, faults }) =>
      recordsCheck(manager, `${path}: ${counted(records.length, 'record')}`, inOneSentence(faults)),
    );
}

function recordsCheck(name: string, records: string, fault: string | undefined): Check {
  return fault === undefined
    ? { name, state: 'ok', detail: records }
    : { name, state: 'bad', detail: `${records}; ${fault}`, advice: 'remove or repair it' };
}

function checkLines(check: Check, say: Say): Line[] {
  const facts = say(`${check.name}: ${check.detail}`);
  if (check.state === 'ok') return [[say('ok   ', 'live'), facts]];
  const advice = check.advice === undefined ? [] : [[say(`     → ${check.advice}`, 'dim')]];
  return [[say('BAD  ', 'problem'), facts], ...advice];
}
