/** What came of a plan on another machine: a notice, outcomes of its rows, or a report. */
import type { Row } from '../core/model/model.ts';
import { nameOf } from '../core/rows/describe.ts';
import { isDead, type TargetOutcome } from '../core/termination/progress.ts';
import { fieldsOf, listOf, numberOf, oneOf, textOf, textsOf } from '../fleet/fields.ts';
import type { FarOutcome } from '../fleet/fleet.ts';
import { counted, seconds } from '../text/units.ts';
import type { Event, Outcome } from './state/events.ts';
import type { FarRequest } from './state/plan-steps.ts';

const known: readonly TargetOutcome[] = [
  'exited',
  'killed',
  'vanished',
  'survived',
  'denied',
  'refused',
];

type Finished = Outcome & Pick<Event & { kind: 'finished' }, 'outcomes'>;

export function outcomeOfFar(request: FarRequest, outcome: FarOutcome): Finished {
  const { host, verb, rows } = request;
  const isGood = outcome.kind === 'known' && outcome.code === 0;
  const mood = isGood ? 'good' : 'bad';
  if (outcome.kind === 'lost') {
    const why = outcome.messages[0] ?? 'it could not be reached again (vigil log there has it)';
    const notice = `${host}: the outcome is not known: ${why}`;
    return { notice, mood, said: [notice] };
  }
  if (verb !== 'kill') {
    const notice = `${verb} on ${host}: ${doneWord(isGood)}`;
    return { notice, mood, said: [notice], report: { kind: 'far done', request, outcome } };
  }
  const targets = targetsOf(outcome.document);
  const ends = rows.flatMap(row => {
    const target = row.far && targets.get(row.far.key);
    return target === undefined ? [] : [{ row, ...target }];
  });
  const isSaid = (error = '') => outcome.messages.some(message => message.includes(error));
  const said = ends.map(end => endText(isSaid(end.error) ? { ...end, error: undefined } : end));
  const others = isGood ? [] : outcome.messages.map(message => `${host}: ${message}`);
  // Its log tells no more than the whole.
  const rest = said.length + others.length > 0 ? [] : [`${namesOf(request)}: ${doneWord(isGood)}`];
  const all = [...said, ...others, ...rest];
  return {
    notice: all.join(', '),
    mood,
    said: all,
    outcomes: new Map(ends.map(({ row, outcome: each }) => [row.key, each])),
  };
}

function doneWord(isGood: boolean): string {
  return isGood ? 'done' : 'incomplete';
}

function namesOf({ host, rows }: FarRequest): string {
  const [first] = rows;
  return first !== undefined && rows.length === 1
    ? nameOf(first)
    : `${counted(rows.length, 'target')} on ${host}`;
}

/** @property error the first: what was not done, or what has started it again. */
type End = {
  readonly row: Row;
  readonly outcome: TargetOutcome;
  readonly durationMs?: number;
  readonly error?: string;
};

/** `builder-2 on devbox killed in 3.6 s`. */
function endText({ row, outcome, durationMs, error }: End): string {
  const time =
    durationMs === undefined ? '' : ` ${isDead(outcome) ? 'in' : 'after'} ${seconds(durationMs)}`;
  return `${nameOf(row)} ${outcome}${time}${error === undefined ? '' : `: ${error}`}`;
}

/** More than a screen can have tagged. */
const mostTargets = 20_000;

/** Of `vigil.kill/1`, by key; what is no outcome is left out. */
function targetsOf(document: unknown): ReadonlyMap<string, Omit<End, 'row'>> {
  const found = new Map<string, Omit<End, 'row'>>();
  for (const each of listOf(fieldsOf(document).targets, mostTargets)) {
    const { target, outcome: word, durationMs: duration, errors } = fieldsOf(each);
    const key = textOf(target);
    const outcome = oneOf(word, known);
    const durationMs = numberOf(duration);
    if (key !== undefined && outcome !== undefined)
      found.set(key, {
        outcome,
        durationMs: durationMs !== undefined && durationMs >= 0 ? durationMs : undefined,
        error: textsOf(errors, 1)[0],
      });
  }
  return found;
}
