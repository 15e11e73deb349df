/** `vigil reconcile` on a registry that is a whole JSON document with something after it: it offers to keep the
 * document. */
import type { RegistryReading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { failureClause } from '../../core/ports/registry-store.ts';
import { documentBefore } from '../../core/registry/tail.ts';
import { spansIn } from '../../text/line.ts';
import { counted } from '../../text/units.ts';
import { exitCodes, type Output } from '../output.ts';
import { codeOf, type Plan } from './change.ts';

/** @returns the plan; undefined if no registry can be repaired so. */
export function repairPlan(
  { host, monitor, lockWaitMs }: Pick<CommandTools, 'host' | 'monitor' | 'lockWaitMs'>,
  { charset }: Pick<Output, 'charset'>,
): Plan | undefined {
  const registries = monitor.inventory()?.registries ?? [];
  const broken = registries.filter(({ tail }) => tail !== undefined);
  if (broken.length === 0) return undefined;
  const say = spansIn(charset);
  const repair = async () => {
    const written: string[] = [];
    const failures: string[] = [];
    for (const { path, scope } of broken) {
      const result = await host.registryStore.rebuild({
        sources: [],
        target: { path, scope },
        compose: (_, text) => text.slice(0, documentBefore(text)),
        waitMs: lockWaitMs,
      });
      if (result.kind === 'done') written.push(...result.written);
      else failures.push(`${result.path}: ${failureClause(result)}`);
    }
    const count = counted(written.length, 'registry', 'registries');
    const words = `${count} repaired; the previous content is in registry/quarantine; run vigil reconcile again`;
    return {
      lines: [[say(words)]],
      json: () => repairJson(broken, written),
      messages: failures,
      code: codeOf(failures.length === 0),
    };
  };
  return {
    lines: broken.flatMap(({ path, tail }) => [
      [say(path, 'heading')],
      [say(`  now: one whole JSON document, and ${counted(tail ?? 0, 'character')} after it`)],
      [say('  then: the document alone')],
    ]),
    json: () => repairJson(broken),
    code: exitCodes.unreadable,
    questions: [`Repair ${counted(broken.length, 'registry', 'registries')}?`],
    run: repair,
  };
}

/** @param written the paths of the registries that were written; absent for a dry run. */
function repairJson(broken: readonly RegistryReading[], written?: readonly string[]) {
  return {
    schema: 'vigil.restore/1',
    ok: written === undefined || written.length === broken.length,
    backup: null,
    dryRun: written === undefined,
    written: written ?? [],
    files: broken.map(({ path, reading, tail }) => ({
      original: path,
      error: reading.ok ? null : reading.reason,
      charactersRemoved: tail,
      outcome: written?.includes(path) ? 'repaired' : written ? 'failed' : 'planned',
    })),
  };
}
