/** The reason for a change, in the plan that asks about it. */
import type { Reasoned } from '../screen/state/dialog.ts';
import type { Line, Say } from '../text/line.ts';

/** As it is typed, or as it will be recorded; nothing without one. */
export function reasonLine({ reason }: Reasoned, say: Say): Line[] {
  if (reason === undefined) return [];
  return [[say('reason: '), say(` ${reason.text} `, reason.isTyped ? 'cursor' : 'plain')]];
}
