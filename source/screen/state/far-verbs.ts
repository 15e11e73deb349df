/** Verbs on machines of a fleet: each makes the plan for its own rows, and each plan is confirmed by itself. */
import { groupBy } from '../../core/model/group-by.ts';
import type { Row } from '../../core/model/model.ts';
import { farHostOf, localHost } from '../../core/rows/far-rows.ts';
import { type BulkVerb, mayConfirm, withReason } from './dialog.ts';
import { dialogOf, inDialog, opened, readOnlyRefusal } from './dialog-mode.ts';
import { type Effect, type Step, step } from './effects.ts';
import type { Event } from './events.ts';
import { isOfRow } from './mode.ts';
import type { PlanStep } from './plan-steps.ts';
import { headingUnderCursor, hostUnderCursor, openRow, type State } from './state.ts';
import { actedOn, localPart, noTarget } from './verbs.ts';

/** Plans the termination of the chosen rows: those of this machine first, then each other machine's. */
export function endRows(state: State, force: boolean): Step {
  if (state.snapshot === undefined) return step(state);
  if (state.readOnly) return step(opened(state, readOnlyRefusal));
  const { rows, chosen } = actedOn(state);
  if (rows.length === 0) return step(state, noTarget(state, chosen));
  const refusals: Effect[] = [];
  const steps: PlanStep[] = [];
  for (const [host, own] of groupBy(rows, farHostOf)) {
    const refusal = host === undefined ? undefined : refusalOf(state, host);
    if (refusal !== undefined) refusals.push({ kind: 'notice', text: refusal });
    else steps.push(planOf(state, host, own, force));
  }
  // The plan of this machine is made from the last poll, so it opens first.
  const ordered = steps.sort((one, other) => Number(isFar(one)) - Number(isFar(other)));
  const begun = begin(state, ordered);
  return { state: begun.state, effects: [...refusals, ...begun.effects] };
}

function isFar({ kind }: PlanStep): boolean {
  return kind === 'plan far';
}

function planOf(
  state: State,
  host: string | undefined,
  rows: readonly Row[],
  force: boolean,
): PlanStep {
  if (host !== undefined) return { kind: 'plan far', request: { host, verb: 'kill', force, rows } };
  return { kind: 'plan', force, snapshot: localPart(state), rows };
}

/** Opens the first plan; the others wait until it is answered. */
function begin(state: State, [first, ...pending]: readonly PlanStep[]): Step {
  const waiting = { ...state, pending };
  if (first === undefined) return step(waiting);
  return first.kind === 'plan'
    ? step(waiting, first)
    : step(opened(waiting, { kind: 'far planning', request: first.request }), first);
}

/** Once a plan is answered or cancelled, the next one opens. */
export function withNextPlan(before: State, { state, effects }: Step): Step {
  if (state.pending.length === 0) return { state, effects };
  if (dialogOf(before) === undefined || state.mode.kind !== 'table') return { state, effects };
  const begun = begin(state, state.pending);
  return { state: begun.state, effects: [...effects, ...begun.effects] };
}

/** A verb about a whole machine is about that of the row under the cursor.
 * @returns undefined where that is this one. */
export function bulkElsewhere(state: State, verb: BulkVerb): Step | undefined {
  if (state.hosts === undefined) return undefined;
  const host = machineUnderCursor(state);
  if (host === localHost && state.hosts.some(({ name }) => name === localHost)) return undefined;
  if (host === undefined || host === localHost)
    return notice(state, `${verb}: select a row of the machine that it is about`);
  if (state.readOnly) return step(opened(state, readOnlyRefusal));
  const refusal = refusalOf(state, host);
  if (refusal !== undefined) return notice(state, refusal);
  return begin(state, [{ kind: 'plan far', request: { host, verb, force: false, rows: [] } }]);
}

/** The machine of the row, or of all rows below the heading; undefined for several. */
function machineUnderCursor(state: State): string | undefined {
  const machine = hostUnderCursor(state);
  if (machine !== undefined) return machine.name;
  const heading = isOfRow(state.mode) ? undefined : headingUnderCursor(state);
  const rows = heading?.group.rows.map(({ row }) => row) ?? [openRow(state)];
  const names = new Set(rows.map(row => row?.far?.host ?? localHost));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Why nothing can be changed on a machine, if so. */
function refusalOf({ hosts = [] }: State, name: string): string | undefined {
  const host = hosts.find(each => each.name === name);
  if (host?.readOnly === true) return `${name} is read-only: nothing is changed there`;
  if (host === undefined || host.state === 'heard' || host.state === 'connecting') return undefined;
  const why = host.reason ?? 'it is silent';
  return `${name} cannot be reached, so nothing is changed there: ${why}`;
}

/** @returns a notice for a key that works on this machine alone, where one of the rows is elsewhere. */
export function onlyHere(
  state: State,
  rows: readonly (Row | undefined)[],
  what: string,
): Step | undefined {
  const host = rows.map(row => row && farHostOf(row)).find(each => each !== undefined);
  return host === undefined
    ? undefined
    : notice(state, `${what} works on this machine only, not on ${host}`);
}

/** Begins the typing of a reason for the open plan. */
export function typeReason(state: State): Step {
  const dialog = dialogOf(state);
  const verb = dialog?.kind === 'far' && mayConfirm(dialog) ? dialog.request.verb : undefined;
  // Of this machine neither takes one.
  const isTaken = verb === undefined || verb === 'reconcile' || verb === 'shutdown';
  if (dialog?.kind === 'far' && !isTaken && dialog.plan.takesReason !== true)
    return notice(state, `the vigil on ${dialog.request.host} is too old to be given a reason`);
  return step(inDialog(state, each => withReason(each, true)));
}

/** Connects to what cannot be read, without the wait for the next attempt. */
export function retryOf({ hosts = [] }: State): readonly Effect[] {
  const names = hosts.filter(({ state }) => state === 'failed').map(({ name }) => name);
  return names.length === 0 ? [] : [{ kind: 'retry hosts', names }];
}

/** The plan is shown if it is still waited for. */
export function farPlanned(
  state: State,
  { request, planned }: Event & { readonly kind: 'far planned' },
): Step {
  const dialog = dialogOf(state);
  const isAwaited = dialog?.kind === 'far planning' && dialog.request === request;
  if (!isAwaited)
    return planned.ok ? step(state, { kind: 'drop far', plan: planned.value }) : step(state);
  if (!planned.ok) {
    const reasons = [`${request.host}: ${planned.reason}`];
    return step(opened(state, { kind: 'refused', reasons }));
  }
  return step(opened(state, { kind: 'far', plan: planned.value, request, typed: '' }));
}

/** A plan that was closed without a confirmation still waits there. */
export function droppedPlan(before: State, after: Step): readonly Effect[] {
  const earlier = dialogOf(before);
  if (earlier?.kind !== 'far') return [];
  const dialog = dialogOf(after.state);
  const isOpen = dialog?.kind === 'far' && dialog.plan === earlier.plan;
  const isConfirmed = after.effects.some(({ kind }) => kind === 'far');
  return isOpen || isConfirmed ? [] : [{ kind: 'drop far', plan: earlier.plan }];
}

function notice(state: State, text: string): Step {
  return step(state, { kind: 'notice', text });
}
