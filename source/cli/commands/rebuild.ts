/** `vigil reconcile --restore rebuild`: rebuilds a broken global registry without a usable
 * journal or backup from the task registries. Never automatic. */

import type { RegistryReading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import type { Host } from '../../core/ports/host.ts';
import { rebuiltIndex } from '../../core/reconcile/rebuild.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, stop } from './change.ts';
import { type Replacement, replacementPlan } from './replace.ts';

/** Used on the command line in place of a backup's name. */
export const rebuildName = 'rebuild';

/** @returns the exit code, as readme.md lists it. */
export function rebuild(
  tools: Pick<CommandTools, 'host' | 'lockWaitMs'>,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { host } = tools;
  return change({ name: 'reconcile --restore rebuild' }, options, output, async () => {
    const broken = await brokenIndexes(host, !options.dryRun);
    if (broken.length === 0)
      return stop(
        exitCodes.noTarget,
        'no global registry is broken; use vigil reconcile to fix a readable one',
      );
    for (const { workspace, path } of broken) {
      const usable = (await host.registryStore.backups(workspace)).find(backup =>
        backup.files.some(file => file.original === path && file.entries.ok),
      );
      if (usable !== undefined)
        return stop(
          exitCodes.refused,
          `refused: ${path} has a backup with more data; use vigil reconcile --restore ${usable.name}`,
        );
    }
    const replacements = broken.map(each => replacementOf(each, host.clock));
    const question = 'Replace the broken registries?';
    return replacementPlan(tools, replacements, { done: 'rebuilt', question }, output);
  });
}

/** A broken registry and the registries it can be rebuilt from. */
type BrokenIndex = Pick<RegistryReading, 'workspace' | 'path' | 'scope'> & {
  readonly reason: string;
  readonly tasks: readonly RegistryReading[];
};

/** @param mayWrite apply journals first: they hold the most recent content of a broken registry. */
async function brokenIndexes(host: Host, mayWrite: boolean): Promise<BrokenIndex[]> {
  const isIndex = (each: RegistryReading) => each.scope === 'global' && each.kind === 'json';
  if (mayWrite) {
    const { registries } = await host.registries.read();
    await host.registryStore.recover(registries.filter(isIndex));
  }
  const { registries } = await host.registries.read();
  return registries.filter(isIndex).flatMap(({ workspace, path, scope, reading }) => {
    if (reading.ok) return [];
    const tasks = registries.filter(each => each.workspace === workspace && each.scope === 'task');
    return [{ workspace, path, scope, reason: reading.reason, tasks }];
  });
}

function replacementOf(
  { path, scope, reason, tasks }: BrokenIndex,
  clock: Pick<Host['clock'], 'now'>,
): Replacement {
  const sources = tasks.filter(({ reading }) => reading.ok);
  const entries = sources.flatMap(({ reading }) => (reading.ok ? reading.value.entries : []));
  const leftOut = tasks.flatMap(each =>
    each.reading.ok ? [] : [`${each.path}: ${each.reading.reason}`],
  );
  const agents = new Set(entries.map(({ id }) => id)).size;
  return {
    sources,
    target: { path, scope },
    compose: documents => rebuiltIndex(documents, clock.now()),
    facts: { agentsNow: null, agentsThen: agents, error: reason, leftOut },
    lines: say => [
      [say(`  now: ${reason}`)],
      [say(`  then: ${agents} agents of ${sources.length} task registries`)],
      ...leftOut.map(says => [say(`  skipped: ${says}`, 'problem')]),
    ],
  };
}
