/** `vigil reconcile` on a registry that is a whole JSON document with something after it: it offers to keep the
 * document. */
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { documentBefore } from '../../core/registry/tail.ts';
import { counted } from '../../text/units.ts';
import { exitCodes, type Output } from '../output.ts';
import type { Plan } from './change.ts';
import { type Replacement, replacementPlan } from './replace.ts';

/** @returns the plan; undefined if no registry can be repaired so. */
export function repairPlan(
  tools: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>,
  output: Pick<Output, 'charset'>,
): Plan | undefined {
  const registries = tools.monitor.inventory()?.registries ?? [];
  const broken = registries.flatMap(({ path, scope, reading, tail }): Replacement[] => {
    if (tail === undefined) return [];
    return [
      {
        sources: [],
        target: { path, scope },
        compose: (_, text) => text.slice(0, documentBefore(text)),
        facts: { error: reading.ok ? null : reading.reason, charactersRemoved: tail },
        lines: say => [
          [say(`  now: one whole JSON document, and ${counted(tail, 'character')} after it`)],
          [say('  then: the document alone')],
        ],
      },
    ];
  });
  if (broken.length === 0) return undefined;
  const words = {
    done: 'repaired',
    question: `Repair ${counted(broken.length, 'registry', 'registries')}?`,
    advice: '; run vigil reconcile again',
  } as const;
  return { ...replacementPlan(tools, broken, words, output), code: exitCodes.unreadable };
}
