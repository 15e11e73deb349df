/** Plans that a far vigil makes and carries out. */
import { randomUUID } from 'node:crypto';
import type { Reading } from '../../core/model/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { retryDelayMs } from '../contact.ts';
import type { FarOutcome, FarPlan, FarSubject, PlanRequest } from '../fleet.ts';
import type { FleetHost } from '../fleet-host.ts';
import { type FarRequest, longestTransitMs } from '../frames.ts';
import { outcomeInLog } from '../run-log.ts';
import { type FarSession, type FarStep, openFarSession } from './far-session.ts';
import type { HostTools } from './watch-host.ts';

export type PlanTools = Pick<HostTools, 'open' | 'reset'> & {
  readonly clock: Pick<Clock, 'sleep' | 'steadyNow'>;
  /** Aborted when the fleet is closed. */
  readonly closing: AbortSignal;
};

/** To connect, to start Node and to poll twice. */
const answerMs = 30_000;
/** From the first answer to the plan, and to a log. */
const planMs = 60_000;
const logMs = 60_000;
/** An ending takes seconds; a shutdown of many agents minutes. */
const longestOutcomeMs = 10 * 60_000;
/** The exit code of a host that cannot be read. */
const unreadable = 5;
/** From the confirmation to the first entry of its run, at most. */
const latestTraceMs = longestTransitMs + 5000;
/** Reads of the log without a trace of the run, after which it is taken for not begun. */
const mostTraceless = 3;

export async function planOn(
  host: FleetHost,
  { verb, targets, names = [], words = [] }: PlanRequest,
  tools: PlanTools,
): Promise<Reading<FarPlan>> {
  if (host.readOnly && !words.includes('--dry-run'))
    return { ok: false, reason: `${host.name} is read-only` };
  const boots = new Set(targets.map(({ bootId }) => bootId));
  const elsewhere = targets.find(each => each.host !== host.name);
  if (elsewhere !== undefined || boots.size > 1)
    return { ok: false, reason: 'targets of several hosts, or of several boots of one' };
  const request: FarRequest = {
    run: randomUUID(),
    bootId: targets[0]?.bootId,
    identities: Object.fromEntries(
      targets.flatMap(({ key, identity }) => (identity === undefined ? [] : [[key, identity]])),
    ),
  };
  const keys = [...targets.map(({ key }) => key), ...names];
  const separator = keys.length > 0 ? ['--'] : [];
  const opened = await openFarSession(
    host,
    request,
    [verb, ...words, ...separator, ...keys],
    tools,
    answerMs,
  );
  if (!opened.ok) return opened;
  const session = opened.value;
  const step = await untilClosed(session, tools.closing, planMs);
  if (step.kind === 'lost') return { ok: false, reason: step.reason };
  const { lines, messages, document } = step;
  const shownAt = tools.clock.steadyNow();
  const takesDelay = step.kind === 'asks' && step.takesDelay === true;
  return {
    ok: true,
    value: {
      ...{ host, run: request.run, lines, messages, document },
      questions: step.kind === 'asks' ? step.questions : [],
      takesReason: step.kind === 'asks' && step.takesReason === true,
      code: step.kind === 'ended' ? step.code : undefined,
      async execute(onLost, reason) {
        if (step.kind === 'ended')
          return { kind: 'known', code: step.code, lines: [], messages: [] };
        const confirmedAt = tools.clock.steadyNow();
        const delayMs = takesDelay ? Math.round(confirmedAt - shownAt) : undefined;
        const isSent = session.confirm({ reason, delayMs });
        const done = await untilClosed(session, tools.closing, longestOutcomeMs);
        if (done.kind === 'asks') {
          session.stop();
          return unknown(['it asked twice; nothing more was confirmed']);
        }
        if (done.kind === 'ended') return outcomeOf(done, done.code);
        if (!isSent) return neverConfirmed(done.reason);
        if (tools.closing.aborted)
          return unknown([`it goes on there; for its outcome: vigil log --host ${host.name}`]);
        onLost?.(done.reason);
        // The run writes to the log that it was told to.
        const log = words.filter(word => word.startsWith('--log-file='));
        const { run } = request;
        const acceptedUntil = takesDelay ? confirmedAt + latestTraceMs : confirmedAt;
        return fromLog(host, { run, log, acceptedUntil }, tools);
      },
      drop: () => session.stop(),
    },
  };
}

function outcomeOf({ lines, messages, document }: FarStep, code: number): FarOutcome {
  return { kind: 'known', code, lines, messages, document };
}

function unknown(messages: readonly string[]): FarOutcome {
  return { kind: 'lost', code: 1, lines: [], messages };
}

/** The connection had dropped while the plan was shown, which is a no there. */
function neverConfirmed(reason: string): FarOutcome {
  const message = `${reason}, before the confirmation: nothing was done`;
  return { kind: 'known', code: unreadable, lines: [], messages: [message] };
}

type Confirmed = {
  readonly run: string;
  /** Options that name the log. */
  readonly log: readonly string[];
  /** A log that is read later has a trace of the run, or never will. */
  readonly acceptedUntil: number;
};

/** Reads the far log until the run is over there. */
async function fromLog(
  host: FleetHost,
  { run, log, acceptedUntil }: Confirmed,
  tools: PlanTools,
): Promise<FarOutcome> {
  const { clock, closing } = tools;
  const startedAt = clock.steadyNow();
  let traceless = 0;
  for (let attempt = 1; clock.steadyNow() - startedAt < longestOutcomeMs; ) {
    if (closing.aborted) break;
    const readAt = clock.steadyNow();
    const answer = await askFar(host, ['log', '--json', '--since=1d', ...log], tools, {
      mostMs: logMs,
    });
    if (answer.kind === 'ended') {
      const outcome = outcomeInLog(answer.document, run);
      if (outcome.kind === 'over') return { ...outcome, kind: 'known' };
      traceless = outcome.kind === 'none' ? traceless + 1 : 0;
      attempt = Math.max(1, traceless);
      if (traceless >= mostTraceless && readAt >= acceptedUntil)
        return unknown([
          `its log has no trace of run ${run}: the confirmation may not have arrived; check with vigil list`,
        ]);
    } else attempt++;
    await clock.sleep(retryDelayMs(attempt), closing);
  }
  return unknown([
    `its outcome could not be read; see by.run ${run} in: vigil log --json --host ${host.name}`,
  ]);
}

/** Runs a command that asks nothing. @property mostMs from its first answer to its end. @returns its last step. */
export async function askFar(
  host: FleetHost,
  words: readonly string[],
  tools: Pick<PlanTools, 'open' | 'reset' | 'closing'>,
  { mostMs, about }: { readonly mostMs?: number; readonly about?: FarSubject },
): Promise<Exclude<FarStep, { kind: 'asks' }>> {
  const request = { ...about, run: randomUUID() };
  const opened = await openFarSession(host, request, words, tools, answerMs);
  if (!opened.ok) return { kind: 'lost', reason: opened.reason, lines: [], messages: [] };
  const session = opened.value;
  const step = await untilClosed(session, tools.closing, mostMs);
  if (step.kind !== 'asks') return step;
  session.stop();
  return { ...step, kind: 'lost', reason: 'it asked for a confirmation' };
}

/** The next step; none is waited for once the fleet is closed. */
async function untilClosed(
  session: FarSession,
  closing: AbortSignal,
  mostMs?: number,
): Promise<FarStep> {
  const stop = () => session.stop();
  if (closing.aborted) stop();
  closing.addEventListener('abort', stop);
  try {
    return await session.next(mostMs);
  } finally {
    closing.removeEventListener('abort', stop);
  }
}
