/** `vigil why <target>`: the class of a row and the evidence for it. */

import { createHistorian } from '../../core/inventory/historian.ts';
import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Row } from '../../core/model/model.ts';
import type { Host } from '../../core/ports/host.ts';
import { parseTarget, rowsOfNames } from '../../core/rows/targets.ts';
import { historyLines } from '../../text/history-lines.ts';
import { type Line, spansIn, wrapPrinted } from '../../text/line.ts';
import type { Charset } from '../../text/printable.ts';
import { whyLines } from '../../text/why-lines.ts';
import { rowJson } from '../json/snapshot-json.ts';
import { exitCodes, notFoundCodes, type Output } from '../output.ts';
import { deedJson } from './log.ts';

/** @returns the exit code, as readme.md lists it. */
export async function why(
  { monitor, host }: { readonly monitor: Monitor; readonly host: Host },
  names: readonly string[],
  json: boolean,
  output: Output,
): Promise<number> {
  const warn = (message: string) => output.warn(`vigil why: ${message}`);
  const wrong = names.map(name => parseTarget(name)).find(target => !target.ok);
  if (wrong?.ok === false) {
    warn(wrong.reason);
    return exitCodes.usage;
  }
  const snapshot = await monitor.pollUntilSettled();
  const found = rowsOfNames(snapshot, names);
  if (found.kind === 'unread') for (const message of found.problems) warn(message);
  if (found.kind !== 'found') {
    warn(found.reason);
    return notFoundCodes[found.kind];
  }
  const unread = snapshot.problems.filter(problem => problem.unread);
  for (const { message } of unread) warn(message);
  const rows = found.rows.map(({ row }) => row);
  const doubt = unread.length > 0 ? ' (a source could not be read)' : '';
  if (rows.length === 0) warn(`no rows found for ${names.join(', ')}${doubt}`);
  const doneTo = createHistorian(host).about;
  if (json)
    output.json(
      {
        schema: 'vigil.why/1',
        unseen: snapshot.machine.unseen,
        rows: rows.map(row => ({ ...rowJson(row), history: doneTo(row).map(deedJson) })),
      },
      'indented',
    );
  else
    output.lines(
      wrapPrinted(
        rows.flatMap((row, index) => [
          ...(index > 0 ? [[]] : []),
          ...whyLines(row, snapshot.takenAt, output.charset),
          ...unseenLines(row, monitor, output.charset),
          ...historyLines(doneTo(row), { charset: output.charset }).map(indented),
        ]),
        output.width,
      ),
    );
  return unread.length > 0 ? exitCodes.unreadable : exitCodes.done;
}

/** What the verdict cannot rest on, because the source of processes does not show it. */
function unseenLines(row: Row, monitor: Monitor, charset: Charset): Line[] {
  const inventory = monitor.inventory();
  const unseen = inventory?.machine.unseen;
  if (inventory === undefined || unseen === undefined || row.processes.length === 0) return [];
  const say = spansIn(charset);
  const hidden = row.processes
    .filter(({ pid }) => inventory.origins.get(pid)?.isUnread === true)
    .map(({ pid }) => pid);
  const environments =
    hidden.length === 0 ? '' : `; no environment, or not all of it, of pid ${hidden.join(', ')}`;
  return [[say(`  not seen: ${unseen}${environments}`, 'dim')]];
}

function indented(line: Line): Line {
  return [spansIn('ascii')('  '), ...line];
}
