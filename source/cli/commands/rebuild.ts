/** `vigil reconcile --restore rebuild`: rebuilds a broken global registry without a usable
 * journal or backup from the task registries. Never automatic. */

import type { RegistryReading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import type { Host } from '../../core/ports/host.ts';
import { failureClause } from '../../core/ports/registry-store.ts';
import { rebuiltIndex } from '../../core/reconcile/rebuild.ts';
import { type Line, span } from '../../text/line.ts';
import { printable, text } from '../../text/printable.ts';
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
      const isAll = written.length === plans.length;
      const count = counted(written.length, 'registry', 'registries');
      return {
        lines: [[span(text`${count} rebuilt; the previous content is in registry/quarantine`)]],
        json: () => rebuildJson(plans, isAll, false, written),
        code: codeOf(isAll),
      };
    };
    return {
      lines: plans.flatMap(plan => planLines(plan, output)),
      json: () => rebuildJson(plans, true, true, []),
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
    const sources = tasks.filter(each => each.reading.ok);
    const ids = sources.flatMap(each =>
      each.reading.ok ? each.reading.value.entries.map(entry => entry.id) : [],
    );
    const leftOut = tasks.flatMap(each =>
      each.reading.ok ? [] : [`${each.path}: ${each.reading.reason}`],
    );
    const agents = new Set(ids).size;
    return [{ target, reason: target.reading.reason, sources, leftOut, agents }];
  });
}

function planLines(
  { target, reason, sources, leftOut, agents }: Plan,
  { charset }: Output,
): Line[] {
  return [
    [span(printable(target.path, charset), 'heading')],
    [span(text`  now: ${printable(reason, charset)}`)],
    [span(text`  then: ${agents} agents of ${sources.length} task registries`)],
    ...leftOut.map((says): Line => [span(text`  skipped: ${printable(says, charset)}`, 'problem')]),
  ];
}

function rebuildJson(
  plans: readonly Plan[],
  ok: boolean,
  dryRun: boolean,
  written: readonly string[],
) {
  return {
    schema: 'vigil.restore/1',
    ok,
    backup: null,
    dryRun,
    written,
    files: plans.map(({ target, reason, agents, leftOut }) => ({
      original: target.path,
      agentsNow: null,
      agentsThen: agents,
      error: reason,
      leftOut,
      outcome: dryRun ? 'planned' : written.includes(target.path) ? 'rebuilt' : 'failed',
    })),
  };
}
