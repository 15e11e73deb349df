/** Converts names in a snapshot to completion candidates. Pure. */

import type { Row, Snapshot } from '../../core/model/model.ts';
import { labelOf, statusOf } from '../../core/rows/describe.ts';
import { ambiguityOf, classTargets, parseTarget } from '../../core/rows/targets.ts';
import { workspaceNameOf } from '../../core/rows/workspace-names.ts';
import { printable } from '../../text/printable.ts';
import { counted } from '../../text/units.ts';
import type { LiveNames } from '../arguments/command-table.ts';
import type { Candidate } from './completion.ts';

/** @param typed the word so far: pids are offered once a digit is typed. */
export function namesIn(
  snapshot: Snapshot,
  kind: Exclude<LiveNames, 'backups' | 'hosts'>,
  typed: string,
): Candidate[] {
  const rows = snapshot.rows.filter(row => row.class !== 'ended' && row.class !== 'zombie');
  const agents = named(rows, row => row.agentId);
  const taskIds = rows.flatMap(({ task }) => task ?? []);
  const tasks = taskIds.map((task): Candidate => {
    const count = taskIds.filter(each => each === task).length;
    return [task, counted(count, 'agent')];
  });
  switch (kind) {
    case 'agents':
      return usable(agents);
    case 'tasks':
      return usable(tasks);
    case 'workspaces':
      return usable(namesOnly(named(rows, workspaceNameOf)));
    case 'sockets':
      // A path is none for -L.
      return usable(namesOnly(named(rows, row => row.session?.socket)).filter(isName));
    case 'targets':
      return usable([
        ...agents.filter(([id]) => isAgentTarget(id)),
        ...named(rows, row => {
          const name = row.session && `session:${row.session.name}`;
          return name && ambiguityOf(snapshot, [name]) ? row.key : name;
        }),
        ...tasks.map(([task, says]): Candidate => [`task:${task}`, says]),
        ...Object.entries(classTargets).map(([name, of]): Candidate => [name, `every ${of}`]),
        ...(typed[0] === 'p' ? rows : []).flatMap(row =>
          row.processes.flatMap(({ pid }) => named([row], () => `pid:${pid}`)),
        ),
      ]);
  }
}

function namesOnly(candidates: readonly Candidate[]): Candidate[] {
  return candidates.map(([name]) => [name, '']);
}

function isName([name]: Candidate): boolean {
  return !name.includes('/');
}

function named(rows: readonly Row[], nameOf: (row: Row) => string | undefined): Candidate[] {
  return rows.flatMap(row => {
    const name = nameOf(row);
    // After a single poll a class may be undecided; it is not shown then.
    const shown = row.class === 'unknown' ? '' : row.class;
    const parts = [shown, labelOf(row) === name ? '' : labelOf(row), row.task, statusOf(row)];
    return name === undefined ? [] : [[name, parts.filter(Boolean).join(', ')]];
  });
}

function isAgentTarget(id: string): boolean {
  const target = parseTarget(id);
  return target.ok && target.value.kind === 'agent';
}

/** Removes duplicates, and names that cannot be typed or would be read as an option. */
function usable(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates)].filter(
    ([value]) => !value.startsWith('-') && printable(value, 'unicode') === value,
  );
}
