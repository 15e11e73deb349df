/** `vigil reconcile --restore rebuild`: rebuilds a broken global registry without a usable
 * journal or backup from the task registries. Never automatic. */

import type { RegistryReading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import type { Host } from '../../core/ports/host.ts';
import { failureClause } from '../../core/ports/registry-store.ts';
import { rebuiltIndex } from '../../core/reconcile/rebuild.ts';
import { type Line, type Say, spansIn } from '../../text/line.ts';
import { counted } from '../../text/units.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, stop } from './change.ts';

/** Used on the command line in place of a backup's name. */
export const rebuildName = 'rebuild';

/** A broken registry and the registries it can be rebuilt from. */
type Plan = {
  readonly target: RegistryReading;
  readonly reason: string;
  readonly sources: readonly RegistryReading[];
  readonly leftOut: readonly string[];
  readonly agents: number;
};

/** @returns the exit code, as readme.md lists it. */
export function rebuild(
  { host, lockWaitMs }: Pick<CommandTools, 'host' | 'lockWaitMs'>,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const say = spansIn(output.charset);
  return change({ name: 'reconcile --restore rebuild' }, options, output, async warn => {
    const plans = await plansOf(host, !options.dryRun);
    if (plans.length === 0)
      return stop(
        exitCodes.noTarget,
        'no global registry is broken; use vigil reconcile to fix a readable one',
      );
    for (const { target } of plans) {
      const usable = (await host.registryStore.backups(target.workspace)).find(backup =>
        backup.files.some(file => file.original === target.path && file.entries.ok),
      );
      if (usable !== undefined)
        return stop(
          exitCodes.refused,
          `refused: ${target.path} has a backup with more data; use vigil reconcile --restore ${usable.name}`,
        );
    }
    const replace = async () => {
      const written: string[] = [];
      for (const { target, sources } of plans) {
        const result = await host.registryStore.rebuild({
          sources: sources.map(({ path, scope }) => ({ path, scope })),
          target: { path: target.path, scope: target.scope },
          compose: documents => rebuiltIndex(documents, host.clock.now()),
          waitMs: lockWaitMs,
        });
        if (result.kind === 'done') written.push(...result.written);
        else warn(`${result.path}: ${failureClause(result)}`);
      }
      const document = rebuildJson(plans, written);
      const count = counted(written.length, 'registry', 'registries');
      return {
        lines: [[say(`${count} rebuilt; the previous content is in registry/quarantine`)]],
        json: () => document,
        code: codeOf(document.ok),
      };
    };
    return {
      lines: plans.flatMap(plan => planLines(plan, say)),
      json: () => rebuildJson(plans),
      questions: ['Replace the broken registries?'],
      run: replace,
    };
  });
}

/** @param mayWrite apply journals first: they hold the most recent content of a broken registry. */
async function plansOf(host: Host, mayWrite: boolean): Promise<Plan[]> {
  const isIndex = (each: RegistryReading) => each.scope === 'global' && each.kind === 'json';
  if (mayWrite) {
    const { registries } = await host.registries.read();
    await host.registryStore.recover(registries.filter(isIndex));
  }
  const { registries } = await host.registries.read();
  return registries.filter(isIndex).flatMap((target): Plan[] => {
    if (target.reading.ok) return [];
    const tasks = registries.filter(
      each => each.workspace === target.workspace && each.scope === 'task',
    );
    const sources = tasks.filter(({ reading }) => reading.ok);
    const entries = sources.flatMap(({ reading }) => (reading.ok ? reading.value.entries : []));
    const leftOut = tasks.flatMap(({ path, reading }) =>
      reading.ok ? [] : [`${path}: ${reading.reason}`],
    );
    const agents = new Set(entries.map(({ id }) => id)).size;
    return [{ target, reason: target.reading.reason, sources, leftOut, agents }];
  });
}

function planLines({ target, reason, sources, leftOut, agents }: Plan, say: Say): Line[] {
  return [
    [say(target.path, 'heading')],
    [say(`  now: ${reason}`)],
    [say(`  then: ${agents} agents of ${sources.length} task registries`)],
    ...leftOut.map(says => [say(`  skipped: ${says}`, 'problem')]),
  ];
}

/** @param written the paths of the registries that were written; absent for a dry run. */
function rebuildJson(plans: readonly Plan[], written?: readonly string[]) {
  return {
    schema: 'vigil.restore/1',
    ok: written === undefined || written.length === plans.length,
    backup: null,
    dryRun: written === undefined,
    written: written ?? [],
    files: plans.map(({ target, reason, agents, leftOut }) => ({
      original: target.path,
      agentsNow: null,
      agentsThen: agents,
      error: reason,
      leftOut,
      outcome: written?.includes(target.path) ? 'rebuilt' : written ? 'failed' : 'planned',
    })),
  };
}
