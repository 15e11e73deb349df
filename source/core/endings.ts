/** The endings that the screen knows of: under way, and over for a short while. */
import type { Escalation, Snapshot } from './model.ts';
import type { EndEvent } from './termination/end.ts';
import type { Stage } from './termination/escalation.ts';

export type Endings = ReadonlyMap<string, Escalation>;

/** @param wall epoch milliseconds of now. @param steady the clock of the stages. */
export function afterEvent(
  endings: Endings,
  event: EndEvent,
  clock: { readonly wall: number; readonly steady: number },
): Endings {
  const next = new Map(endings);
  if (event.kind === 'staged') next.set(event.key, escalationOf(event.stage, clock));
  else next.set(event.key, { stage: event.result.outcome, attempt: 0, of: 0, deadline: 0 });
  return next;
}

/** @returns how many are under way. */
export function underWay(endings: Endings): number {
  return [...endings.values()].filter(each => !over.has(each.stage)).length;
}

export function isOver(escalation: Escalation): boolean {
  return over.has(escalation.stage);
}

const over: ReadonlySet<string> = new Set([
  'exited',
  'killed',
  'vanished',
  'survived',
  'denied',
  'refused',
]);

/** The same snapshot where nothing is being ended. */
export function withEndings(snapshot: Snapshot, endings: Endings): Snapshot {
  if (endings.size === 0) return snapshot;
  const rows = snapshot.rows.map(row => {
    const escalation = endings.get(row.key);
    return escalation === undefined ? row : { ...row, escalation };
  });
  return { ...snapshot, rows };
}

function escalationOf(
  stage: Stage,
  { wall, steady }: { wall: number; steady: number },
): Escalation {
  const at = (deadline: number) => wall + (deadline - steady);
  switch (stage.stage) {
    case 'asked':
      return { stage: 'asked', attempt: 0, of: 0, deadline: at(stage.deadline) };
    case 'terminating':
      return { ...stage, deadline: at(stage.deadline) };
    case 'killing':
      return { stage: 'killing', attempt: 0, of: 0, deadline: 0 };
    case 'verifying':
      return { stage: 'verifying', attempt: 0, of: 0, deadline: 0 };
    case 'gone':
    case 'failed':
      return { stage: stage.stage, attempt: 0, of: 0, deadline: 0 };
  }
}
