/** `vigil doctor --rescue`: has tmux servers recreate their removed socket files. */
import { isRescued, planRescue, rescue } from '../../core/lifecycle/rescue.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { rescuedLines, rescuePlanLines } from '../../text/rescue-lines.ts';
import { counted } from '../../text/units.ts';
import { rescueJson } from '../json/rescue-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf } from './change.ts';

/** @returns the exit code, as readme.md lists it. */
export function rescueServers(
  { host, monitor }: Pick<CommandTools, 'host' | 'monitor'>,
  options: ChangeOptions,
  output: Output,
): Promise<number> {
  const { readOnlyReason } = host;
  return change({ name: 'doctor', readOnlyReason }, options, output, async () => {
    await monitor.poll();
    const plan = planRescue(monitor);
    const run = async () => {
      const rescued = await rescue(host, plan);
      return {
        lines: rescuedLines(rescued, output.charset),
        json: () => rescueJson(plan, rescued, false),
        messages: host.auditLog.warnings(),
        code: codeOf(isRescued(plan, rescued)),
      };
    };
    const isRefused = plan.servers.length === 0 && plan.taken.length > 0;
    return {
      code: isRefused ? exitCodes.refused : exitCodes.done,
      lines: rescuePlanLines(plan, output.charset),
      json: () => rescueJson(plan, [], options.dryRun),
      questions: [`Signal ${counted(plan.servers.length, 'tmux server')}?`],
      run: plan.servers.length === 0 ? undefined : run,
    };
  });
}
