/** What only processes of a row inherit, as it was when the plan was made. */
import { idOfMark } from '../evidence/pane-proofs.ts';
import type { Inventory, Pane, Row } from '../model/model.ts';
import type { Marks } from './kill-set.ts';

/** @param scopes panes by the cgroup scope that only they use. */
export function marksOf(
  { agentId, processes, panes = [] }: Pick<Row, 'agentId' | 'processes' | 'panes'>,
  inventory: Pick<Inventory, 'origins' | 'processes'>,
  scopes: ReadonlyMap<string, Pick<Pane, 'panePid'>>,
): Marks {
  const { origins } = inventory;
  const pids = new Set(panes.map(pane => pane.panePid));
  // Numbers of panes are those of one server.
  const serverPid = panes[0]?.serverPid;
  const own = panes.filter(pane => pane.serverPid === serverPid);
  const table = inventory.processes.ok ? inventory.processes.value : [];
  const starts = new Map(
    table.filter(({ pid }) => pids.has(pid)).map(({ pid, startedAt }) => [pid, startedAt]),
  );
  const agent =
    processes.find(({ role }) => role === 'agent') ?? processes.find(({ pid }) => pids.has(pid));
  return {
    agentId,
    agentOrigin: agent && origins.get(agent.pid),
    agentMarks: new Set(
      processes
        .flatMap(({ pid }) => origins.get(pid)?.agentMark ?? [])
        .filter(mark => idOfMark(mark) === agentId),
    ),
    panes: new Map(own.map(pane => [pane.paneId, starts.get(pane.panePid) ?? 0])),
    serverPid,
    scopes: new Set(
      [...scopes].filter(([, pane]) => pids.has(pane.panePid)).map(([scope]) => scope),
    ),
    uids: new Set(processes.map(process => process.uid)),
  };
}
