/** `vigil shutdown`: ends every agent, verifies it, and can be resumed. */

import { foreignWorkspace } from '../../core/lifecycle/foreign.ts';
import { shutdown as run, runningShutdown, shutdownReason } from '../../core/lifecycle/shutdown.ts';
import { type SweepPlan, surveySweep } from '../../core/lifecycle/sweep.ts';
import { findServer, untilGone } from '../../core/lifecycle/when-ends.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { describeProcess } from '../../core/programs/process-name.ts';
import { printable, text } from '../../text/printable.ts';
import { incompleteWords, shutdownLines } from '../../text/shutdown-lines.ts';
import { sweepPlanLines, sweepSummary } from '../../text/sweep-lines.ts';
import { shutdownJson } from '../json/shutdown-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { notConfirmed, refusalOf } from './refusal.ts';

export type ShutdownCommandOptions = {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly readOnly: boolean;
  readonly reason?: string;
  /** The server whose end is waited for. */
  readonly whenEnds?: number;
  /** Whoever waits for a server outlives the terminal. */
  readonly withoutHangUps: <T>(work: () => Promise<T>) => Promise<T>;
  /** Asks a person for a word; absent where stdin is no terminal. */
  readonly askWord?: (question: string, word: string) => Promise<boolean>;
};

/** @param stopping a signal came: goes no further, or ends the wait for a server.
 * @returns the exit code, as readme.md lists it. */
export async function shutdown(
  tools: CommandTools,
  options: ShutdownCommandOptions,
  stopping: AbortSignal,
  output: Output,
): Promise<number> {
  const complain = (message: string) =>
    output.complain(text`vigil shutdown: ${printable(message, output.charset)}`);
  const refuse = (message: string, code: number) => {
    complain(message);
    return code;
  };
  const refusal = refusalOf(options, tools.host.lookOnly);
  if (refusal !== undefined) return refuse(refusal, exitCodes.refused);
  const { whenEnds } = options;
  // Before anything else: it may end while we look around.
  const server = whenEnds === undefined ? undefined : await findServer(tools.host, whenEnds);
  if (server?.ok === false) return refuse(server.reason, exitCodes.unreadable);
  if (server !== undefined && server.value === undefined)
    return refuse(`--when-ends ${whenEnds}: no such process`, exitCodes.noTarget);
  const other = options.dryRun ? undefined : await runningShutdown(tools);
  if (other !== undefined) return refuse(`refused: ${other}`, exitCodes.refused);
  if (!options.dryRun) tools.host.killRecovery.resumeStopped();
  const found = await surveySweep(tools, { everybody: true });
  // Whoever waits for a server plans when it has ended.
  if (found.kind === 'unreadable' && (server === undefined || options.dryRun)) {
    for (const reason of found.reasons) complain(`nothing was ended: ${reason}`);
    return exitCodes.unreadable;
  }
  const plan = found.kind === 'planned' ? found.plan : undefined;
  if (!options.json && plan !== undefined) output.lines(sweepPlanLines(plan, output.charset));
  if (options.dryRun) {
    if (options.json && plan !== undefined) output.json(shutdownJson(plan, undefined), 'indented');
    return exitCodes.done;
  }
  const foreign = foreignWorkspace(tools.monitor);
  if (foreign !== undefined) return refuse(`refused: ${foreign}`, exitCodes.refused);
  const doubt = await whyNotConfirmed(options, plan);
  if (doubt !== undefined) return refuse(doubt, exitCodes.refused);
  if (server?.value !== undefined) {
    complain(
      `waiting for ${describeProcess(server.value)} to exit; then every agent is ended. Press Ctrl-C or send SIGTERM to end them now`,
    );
    const { value } = server;
    await options.withoutHangUps(() => untilGone(tools.host, value, stopping));
    complain(
      stopping.aborted
        ? 'signal received: ending every agent'
        : 'process exited: ending every agent',
    );
  }
  // The signal that ended the wait is what the shutdown is for; a second one hurries it.
  const isCalled = server !== undefined && stopping.aborted;
  const result = await run(tools, {
    reason: options.reason ?? shutdownReason,
    stopping: isCalled ? new AbortController().signal : stopping,
  });
  if (result.kind === 'busy') return refuse(`refused: ${result.reason}`, exitCodes.refused);
  if (result.kind === 'unreadable') {
    for (const reason of result.reasons) complain(`nothing was ended: ${reason}`);
    return exitCodes.unreadable;
  }
  const { report } = result;
  if (options.json) output.json(shutdownJson(result.plan, report), 'indented');
  else output.lines(shutdownLines(report, output.charset));
  for (const words of incompleteWords(report)) complain(words);
  if (report.kind === 'interrupted')
    complain('interrupted by a signal; run vigil shutdown again to finish');
  return report.ok ? exitCodes.done : exitCodes.survived;
}

async function whyNotConfirmed(
  { yes, json, askWord }: ShutdownCommandOptions,
  plan: SweepPlan | undefined,
): Promise<string | undefined> {
  if (yes) return undefined;
  if (askWord === undefined || json) return notConfirmed;
  const what = plan === undefined ? '' : ` (${sweepSummary(plan)})`;
  const isMeant = await askWord(`This ends every agent listed above${what}.`, 'shutdown');
  return isMeant ? undefined : 'nothing was ended';
}
