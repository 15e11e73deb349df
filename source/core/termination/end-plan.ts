/** Builds the plan for a set of rows: what is signalled, what is spared and why. */
import { paneScopes } from '../evidence/pane-scopes.ts';
import type { Inventory, RegistryReading, Row, Snapshot } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import { deployedBy } from '../rows/tree.ts';
import { managersRefusal, sharedRefusal } from './refusal.ts';
import { type SpareRules, spareRules } from './spare.ts';
import { type EndTarget, endedOf, targetOf, type Wanted } from './target.ts';

export type EndPlan = {
  readonly targets: readonly EndTarget[];
  readonly spare: SpareRules;
  /** The registries of the poll that the plan is based on. Outcomes are recorded with them, even if a later
   * poll cannot read them. */
  readonly registries: readonly RegistryReading[];
  readonly bootId?: string;
};

type PlanOptions = Pick<CommandTools, 'recogniser' | 'includesSuspected'> &
  Partial<Pick<CommandTools, 'spareNames'>>;

export function planEnd(
  snapshot: Snapshot,
  inventory: Inventory,
  rows: readonly Wanted[],
  { recogniser, spareNames = [], includesSuspected }: PlanOptions,
): EndPlan {
  const targets = new Set(rows.map(({ row }) => row.key));
  const wanted = rows.map(each => ({
    ...each,
    refused:
      managersRefusal(each.row, each.isNamed) ?? sharedRefusal(each.row, targets) ?? each.refused,
  }));
  const spare = spareRules({
    processes: inventory.processes.ok ? inventory.processes.value : [],
    machine: inventory.machine,
    snapshot,
    targets,
    kindOf: recogniser,
    names: spareNames,
  });
  const scopes = paneScopes(inventory, recogniser);
  const silent = inventory.servers.flatMap(({ socket, reading, leftOut }) =>
    reading.ok || leftOut !== undefined
      ? []
      : [`tmux socket ${socket} could not be asked (${reading.reason}): sessions on it stay`],
  );
  const hosts = snapshot.rows.filter(row => row.class === 'host');
  const found = { inventory, scopes, spare, hosts, includesSuspected, silent };
  const deployed = deployedBy(snapshot.rows);
  const sources = { ...found, ended: endedOf(wanted, found) };
  return {
    targets: wanted.map(each => {
      const target = targetOf(each, sources);
      const others = snapshot.rows.filter(row => !targets.has(row.key));
      const shared = others
        .filter(row => row.sharedWith === target.key)
        .map(row => `also recorded as ${row.agentId ?? row.key}, which ends with it`);
      const notes = [...shared, ...notesOnDeployed(each.row, others, deployed)];
      return notes.length === 0 ? target : { ...target, notes: [...target.notes, ...notes] };
    }),
    spare,
    registries: inventory.registries,
    bootId: inventory.machine.bootId,
  };
}

/** What it has deployed is an agent of its own. */
function notesOnDeployed(
  row: Row,
  others: readonly Row[],
  deployed: ReadonlyMap<Row | undefined, readonly Row[]>,
): string[] {
  const running = (deployed.get(row) ?? []).filter(
    each => each.class !== 'ended' && each.processes.length > 0 && others.includes(each),
  );
  const [first] = running;
  if (first === undefined) return [];
  const who = running.length === 1 ? first.agentId : `${running.length} agents`;
  return [`it has deployed ${who}, which ${running.length === 1 ? 'goes' : 'go'} on`];
}
