/** Runs a plan: terminates, checks for zombies and restarted sessions, then records the outcomes. */
import { identityOf, type Process } from '../model/model.ts';
import { type Respawner, respawners } from '../ports/audit-log.ts';
import type { Host } from '../ports/host.ts';
import { findBroughtBack } from './brought-back.ts';
import { type EndEvent, type EndOptions, type EndPorts, end } from './end.ts';
import type { EndPlan } from './end-plan.ts';
import { type Found, lastPoll } from './last-poll.ts';
import { describeLeft } from './left.ts';
import { answerOf, askOwners, commandFor, interruptClients } from './ownership.ts';
import { type Recorded, type RecordOptions, type RecordPorts, recordAll } from './record.ts';
import { isNotIncluded } from './refusal.ts';
import { refusedResult, respawned, type TargetResult } from './result.ts';
import { changesSincePlan } from './since-plan.ts';
import type { EndTarget } from './target.ts';
import { nameOfTarget } from './target-name.ts';

export type End = Found & { readonly result: TargetResult; readonly recorded: Recorded };

export type EndReport = {
  readonly ends: readonly End[];
  readonly ok: boolean;
  readonly durationMs: number;
  /** Errors of the audit log and the kill journal. */
  readonly warnings: readonly string[];
};

export type RunOptions = EndOptions &
  RecordOptions & {
    readonly onEvent?: (event: EndEvent) => void;
    /** Key on the screen, for the audit log. */
    readonly key?: string;
  };

type RunPorts = EndPorts & RecordPorts & Pick<Host, 'servers' | 'owners' | 'recorders'>;

export async function runTermination(
  host: RunPorts,
  plan: EndPlan,
  options: RunOptions,
): Promise<EndReport> {
  const { auditLog, clock, killJournal } = host;
  const startedAt = clock.steadyNow();
  let results = plan.targets.filter(target => target.refused !== undefined).map(refusedResult);
  let durationMs = 0;
  const targets = plan.targets.filter(target => target.refused === undefined);
  const { force = false } = options.policy;
  const atFirst = await host.processes.read();
  const changed = force ? new Map() : await changesSincePlan(host, targets, atFirst);
  for (const target of targets) {
    const { agentId, task, session } = target;
    const named = { target: target.key, name: nameOfTarget(target), agentId, task };
    const asked = force || changed.has(target.key) ? undefined : commandFor(target);
    const rest = { session: session?.name, class: target.class, asked, key: options.key };
    auditLog.write({ event: 'end', ...named, reason: options.reason, ...rest });
  }
  const before = new Set((atFirst.ok ? atFirst.value : []).map(identityOf));
  const answers = force ? new Map() : await askOwners(host, targets, changed);
  await interruptClients(host, targets);
  const hasStopped = (key: string) => answers.get(key)?.ok === true;
  const seenAgain = new Set<string>();
  // What its owner has ended was not gone before.
  const credited = (event: EndEvent): EndEvent =>
    event.kind === 'ended' && event.result.outcome === 'vanished' && hasStopped(event.key)
      ? { ...event, result: { ...event.result, outcome: 'exited' } }
      : event;
  for await (const seen of end(host, targets, { ...options, spare: plan.spare })) {
    const event = credited(seen);
    options.onEvent?.(event);
    if (event.kind === 'respawned') seenAgain.add(event.key);
    if (event.kind === 'respawned')
      results = results.map(each =>
        each.target.key === event.key ? respawned(each, event.processes) : each,
      );
    if (event.kind !== 'ended') continue;
    results.push(event.result);
    durationMs = Math.round(clock.steadyNow() - startedAt);
  }
  const dead = new Set(results.filter(isDead).map(({ target }) => target.key));
  const back = await findBroughtBack(
    host,
    targets.filter(({ key }) => dead.has(key)),
    { isStopped: hasStopped, before },
  );
  /** A screen that has shown its end shows that it is back. */
  const revived = (each: TargetResult, processes: readonly Process[]) => {
    options.onEvent?.({ kind: 'respawned', key: each.target.key, processes });
    return respawned(each, processes);
  };
  results = results.map(each => {
    const process = back.get(each.target.key);
    return process === undefined ? each : revived(each, [process]);
  });
  const findingOn = await lastPoll(host, results, { before, back });
  results = results.map(each => {
    const { again } = findingOn(each);
    return again.length > 0 && isDead(each) ? revived(each, again) : each;
  });
  const { registries, bootId } = plan;
  const records = await recordAll(host, registries, results, { ...options, bootId });
  const ends = results.map((result): End => {
    const found = findingOn(result);
    const recorded = records.get(result.target.key) as Recorded;
    const unasked = 'owner' in result.target ? answerOf(result.target, answers) : [];
    const errors = [...unasked, ...result.errors, ...found.errors, ...recorded.errors];
    return { ...found, result, recorded, errors };
  });
  for (const { result, errors, left, recorded, again, restarts } of ends) {
    const { target, outcome, processes, durationMs, attempts } = result;
    const { reason } = options;
    if (outcome === 'refused') continue;
    auditLog.write({
      ...{ target: target.key, reason, outcome, processes: processes.length, durationMs, errors },
      left: left.map(describeLeft),
      ...{ attempts, archived: recorded.archives },
      respawnedBy: respawnerOf(target, back, {
        again,
        restarts,
        isSeen: seenAgain.has(target.key),
      }),
    });
  }
  return {
    ends,
    ok:
      ends.every(({ result }) => isDead(result) || isOutOfScope(result.target)) &&
      ends.every(
        ({ recorded, left }) => recorded.errors.length === 0 && left.every(each => each.isWanted),
      ),
    durationMs,
    warnings: [...auditLog.warnings(), ...killJournal.warnings()],
  };
}

function respawnerOf(
  target: EndTarget,
  back: ReadonlyMap<string, Process>,
  { again, restarts, isSeen }: Pick<Found, 'again' | 'restarts'> & { readonly isSeen: boolean },
): Respawner | undefined {
  const owner = 'owner' in target ? target.owner : undefined;
  const kind = owner?.managed === undefined ? owner?.kind : 'manager';
  if (back.has(target.key)) return respawners.find(each => each === kind) ?? 'other';
  if (restarts.length > 0) return 'supervisor';
  if (again.length > 0) return 'session';
  return isSeen ? 'other' : undefined;
}

/** No process of the target is alive. */
export function isDead({ outcome }: TargetResult): boolean {
  return outcome === 'exited' || outcome === 'killed' || outcome === 'vanished';
}

/** Outside the scope of the command. */
export function isOutOfScope({ refused, isNamed }: EndTarget): boolean {
  return refused !== undefined && isNotIncluded(refused, isNamed);
}
