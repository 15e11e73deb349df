/** A termination in a row: its stage where the status is, and the class that the row has meanwhile. */
import type { Row } from '../core/model/model.ts';
import { isDead, isEnding } from '../core/termination/progress.ts';
import type { Tone } from './line.ts';

/** `terminating 2/3 0.8s`: the attempt, and its remaining wait; shorter forms follow. */
export function escalationText({ escalation }: Row, now: number): readonly string[] | undefined {
  if (escalation === undefined) return undefined;
  const { stage } = escalation;
  if ('alive' in escalation && escalation.alive !== undefined)
    return [`${stage}: pid ${escalation.alive}`, `alive: pid ${escalation.alive}`];
  const count = 'of' in escalation ? ` ${escalation.attempt}/${escalation.of}` : '';
  const wait = 'deadline' in escalation ? waitUntil(escalation.deadline, now) : '';
  return [`${stage}${count}${wait}`, `${stage}${count}`, stage];
}

/** At zero, the next stage comes with the next poll. */
function waitUntil(deadline: number, now: number): string {
  const left = (deadline - now) / 1000;
  return left > 0 ? ` ${left.toFixed(1)}s` : ' polling';
}

/** Dead ones are good news; what may still run is not. */
export function escalationTone({ escalation }: Row): Tone | undefined {
  if (escalation === undefined) return undefined;
  if (!isEnding(escalation)) return 'problem';
  if (isDead(escalation.stage)) return 'good';
  return escalation.stage === 'killing' ? 'killing' : 'ending';
}

/** Ended a moment ago, with nothing of it alive: until the next poll the row has what it was before. */
export function isOver({ escalation }: Row): boolean {
  return isEnding(escalation) && isDead(escalation.stage);
}

/** A row that is being ended has lost its class: what is polled meanwhile is neither a ghost nor live. */
export function shownClass({ class: polled, escalation }: Row): string {
  if (!isEnding(escalation)) return polled;
  return isDead(escalation.stage) ? 'ended' : 'ending';
}

/** In the table: `orphan?` is not proven to be left behind. */
export function classWords(row: Row): string {
  const isDoubtful = row.confidence === 'suspected' && !isEnding(row.escalation);
  return `${shownClass(row)}${isDoubtful ? '?' : ''}`;
}

export function shownClassTone(row: Row): Tone {
  return isEnding(row.escalation) ? (escalationTone(row) ?? row.class) : row.class;
}
