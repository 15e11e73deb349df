/** The menu of signals, and the plan of one, as lines. */
import { signals } from '../core/model/signal-names.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { nameOfTarget } from '../core/termination/target-name.ts';
import { memberLines, sparedLines, workspaceWords } from './kill-lines.ts';
import { type Line, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { counted } from './units.ts';

/** @param chosen index of the selected signal. */
export function signalMenuLines(chosen: number, charset: Charset): Line[] {
  const say = spansIn(charset);
  return signals.map(({ name, number, does }, index) => {
    const words = `${String(number).padStart(3)} ${name.slice(3).padEnd(6)}`;
    const isChosen = index === chosen;
    return [
      say(isChosen ? `  > ${words}` : `    ${words}`, isChosen ? 'cursor' : 'key'),
      say(`  ${does}`),
    ];
  });
}

/** Which processes get it, and which are spared and why. */
export function signalPlanLines({ targets }: EndPlan, charset: Charset): Line[] {
  const say = spansIn(charset);
  return targets.flatMap(target => {
    const { members, refused } = target;
    const spared = sparedLines(target, say);
    const head = [
      say(nameOfTarget(target), 'heading'),
      say(`  ${target.class}`, target.class),
      say(workspaceWords(target)),
    ];
    if (refused !== undefined)
      return [head, [say(`  refused: ${refused.text}`, 'problem')], ...spared];
    return [
      [...head, say(`, ${counted(members.length, 'process', 'processes')}`)],
      ...memberLines(target, 'send', say),
      ...spared,
    ];
  });
}
