/** The verdict on a session without a known agent program, by its content. */
import { doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import type { Process, RowClass } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { Observation } from './draft.ts';
import type { Scene, Session } from './scene.ts';

export type Verdict = {
  readonly class: RowClass;
  readonly evidence: readonly Evidence[];
  readonly youngest?: number;
};

/** A session without a known agent program is a husk if it holds only shells and wrappers. */
export function judgeContent(
  aliveClass: 'live' | 'undead',
  observation: Observation,
  home: Session,
  members: readonly Process[],
): Verdict {
  const other = members.find(process => !isCarrier(process, observation.scene));
  const runs = (process: Process) =>
    proof('content', `no known agent program, but ${describeProcess(process)} runs in it`);
  if (other !== undefined) return { class: aliveClass, evidence: [runs(other)] };
  const foreign = home.panes
    .flatMap(({ root }) => root ?? [])
    .find(process => !members.includes(process));
  if (foreign !== undefined) {
    const owner = observation.attribution.memberships.get(foreign.pid);
    if (owner !== undefined)
      return unknown(`its pane process ${describeProcess(foreign)} belongs to another row`);
    return { class: aliveClass, evidence: [runs(foreign)] };
  }
  const shells = members.map(describeProcess).join(', ');
  const content =
    members.length > 0 ? `only shells and wrappers in it: ${shells}` : 'no process in it';
  return {
    class: 'husk',
    evidence: [hint('content', `${content}; no agent program`)],
    youngest: home.createdAt,
  };
}

/** Only carries something else: a shell, a wrapper, a launcher. */
export function isCarrier(process: Process, scene: Scene): boolean {
  return ['shell', 'wrapper', 'launcher'].includes(scene.kindOf(process).kind);
}

export function unknown(text: string): Verdict {
  return { class: 'unknown', evidence: [doubt('unread', text)] };
}
