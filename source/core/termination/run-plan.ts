/** Runs a plan: terminates, checks for zombies and restarted sessions, then records the outcomes. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Process } from '../model/model.ts';
import type { TmuxServers } from '../ports/sessions.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { type EndEvent, type EndPorts, end } from './end.ts';
import type { EndPlan } from './end-plan.ts';
import type { Policy } from './policy.ts';
import { type Recorded, type RecordPorts, recordAll } from './record.ts';
import { isNotIncluded } from './refusal.ts';
import { refusedResult, respawned, type TargetResult } from './result.ts';
import type { EndTarget } from './target.ts';

/** Default reason. */
export const endReason = 'ended by vigil';

export type End = {
  readonly result: TargetResult;
  readonly recorded: Recorded;
  /** Its session no longer exists. */
  readonly isSessionKilled: boolean;
  readonly errors: readonly string[];
};

export type EndReport = {
  readonly ends: readonly End[];
  /** Targets with no process remaining, not even a zombie. */
  readonly clean: ReadonlySet<string>;
  readonly ok: boolean;
  readonly durationMs: number;
  /** Errors of the audit log and the kill journal. */
  readonly warnings: readonly string[];
};

export type RunOptions = {
  readonly policy: Policy;
  readonly reason: string;
  readonly recogniser: Recogniser;
  readonly lockWaitMs: number;
  readonly escalateNow?: AbortSignal;
  readonly onEvent?: (event: EndEvent) => void;
};

export type RunPorts = EndPorts & RecordPorts & { readonly servers: Pick<TmuxServers, 'read'> };

export async function runTermination(
  host: RunPorts,
  plan: EndPlan,
  options: RunOptions,
): Promise<EndReport> {
  const startedAt = host.clock.steadyNow();
  const results: TargetResult[] = plan.targets
    .filter(target => target.refused !== undefined)
    .map(refusedResult);
  let durationMs = 0;
  const targets = plan.targets.filter(target => target.refused === undefined);
  for await (const event of end(host, targets, { ...options, spare: plan.spare })) {
    options.onEvent?.(event);
    if (event.kind === 'respawned') {
      const index = results.findIndex(each => each.target.key === event.key);
      const before = results[index];
      if (before !== undefined) results[index] = respawned(before, event.processes);
    }
    if (event.kind !== 'ended') continue;
    results.push(event.result);
    durationMs = Math.round(host.clock.steadyNow() - startedAt);
  }
  const states = await finalStates(host, results);
  const recorded = await recordAll(host, plan.registries, results, options);
  const ends = results.map((result): End => {
    const record = recorded.get(result.target.key) ?? {
      promptDeleted: false,
      archived: [],
      errors: [],
    };
    const seen = states.get(result.target.key);
    return {
      result,
      recorded: record,
      isSessionKilled: seen?.isSessionGone ?? false,
      errors: [...result.errors, ...(seen?.errors ?? []), ...record.errors],
    };
  });
  for (const { result, errors } of ends) {
    const { target, outcome, processes, durationMs } = result;
    if (outcome !== 'refused')
      host.auditLog.write({
        target: target.key,
        reason: options.reason,
        outcome,
        processes: processes.length,
        durationMs,
        errors,
      });
  }
  return {
    ends,
    clean: new Set(
      results.filter(each => states.get(each.target.key)?.isClean).map(each => each.target.key),
    ),
    ok:
      results.every(each => isDead(each) || isOutOfScope(each.target)) &&
      ends.every(each => each.recorded.errors.length === 0),
    durationMs,
    warnings: [...host.auditLog.warnings(), ...host.killJournal.warnings()],
  };
}

/** No process of the target is alive. */
export function isDead({ outcome }: TargetResult): boolean {
  return outcome === 'exited' || outcome === 'killed' || outcome === 'vanished';
}

/** Outside the scope of the command. */
export function isOutOfScope({ refused }: EndTarget): boolean {
  return refused !== undefined && isNotIncluded(refused);
}

type FinalState = {
  readonly isClean: boolean;
  readonly isSessionGone: boolean;
  readonly errors: readonly string[];
};

/** How long to wait for init or a subreaper to reap adopted zombies, which can take seconds. */
const reapingMs = 2000;
const pollIntervalMs = 100;

/** Its parent has changed since it was first seen. */
function isAdopted(process: Process, seen: Pick<Process, 'ppid'> | undefined): boolean {
  return seen !== undefined && (process.ppid === 1 || process.ppid !== seen.ppid);
}

/** Final poll: remaining zombies, sessions, and sessions that were restarted. */
async function finalStates(
  host: RunPorts,
  results: readonly TargetResult[],
): Promise<ReadonlyMap<string, FinalState>> {
  const all = new Map(
    results.flatMap(result => result.processes.map(each => [identityOf(each), each] as const)),
  );
  const deadline = host.clock.steadyNow() + reapingMs;
  let processes = await host.processes.read();
  const isReaping = () => {
    const table = processes.ok ? processes.value : [];
    return table.some(each => isZombie(each) && isAdopted(each, all.get(identityOf(each))));
  };
  while (isReaping() && host.clock.steadyNow() < deadline) {
    await host.clock.sleep(pollIntervalMs);
    processes = await host.processes.read();
  }
  const servers = await host.servers.read();
  const table = processes.ok ? processes.value : undefined;
  return new Map(
    results.map(result => {
      const ids = new Set(result.processes.map(identityOf));
      const remaining = (table ?? []).filter(process => ids.has(identityOf(process)));
      const zombies = remaining.filter(isZombie);
      const { session } = result.target;
      const server = servers.find(each => each.path === session?.socketPath);
      const panes = server?.reading.ok ? server.reading.value : [];
      const isRead = session !== undefined && (server === undefined || server.reading.ok);
      const isThere = panes.some(
        pane =>
          pane.serverPid === session?.serverPid &&
          pane.sessionId === session.id &&
          pane.createdAt === session.createdAt,
      );
      const restarted = panes.find(pane => !isThere && pane.sessionName === session?.name);
      const errors = [
        ...zombies.map(each => `pid ${each.pid} is dead but not reaped by its parent ${each.ppid}`),
        ...(restarted === undefined
          ? []
          : [
              `restarted: session ${restarted.sessionName} exists again, pane pid ${restarted.panePid}`,
            ]),
      ];
      const isClean = table !== undefined && remaining.length === 0 && result.outcome !== 'refused';
      const value = { isClean, isSessionGone: isRead && !isThere, errors };
      return [result.target.key, value] as const;
    }),
  );
}
