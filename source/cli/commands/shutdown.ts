/** `vigil shutdown`: ends every agent, verifies it, and can be resumed. */

import { shutdown as run, runningShutdown, shutdownReason } from '../../core/lifecycle/shutdown.ts';
import { previewSweep } from '../../core/lifecycle/sweep.ts';
import { findServer, untilGone } from '../../core/lifecycle/when-ends.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { describeProcess } from '../../core/programs/process-name.ts';
import { incompleteWords, shutdownLines } from '../../text/shutdown-lines.ts';
import { sweepPlanLines, sweepSummary } from '../../text/sweep-lines.ts';
import { shutdownJson } from '../json/shutdown-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { type ChangeOptions, change, codeOf, stop } from './change.ts';

type ShutdownOptions = Omit<ChangeOptions, 'confirm'> & {
  /** The server to wait for. */
  readonly whenEnds?: number;
  /** The wait for a server outlives the terminal. */
  readonly withoutHangUps: <T>(work: () => Promise<T>) => Promise<T>;
  /** Asks for a word; absent when stdin is not a terminal. */
  readonly confirmWord?: (question: string, word: string) => Promise<boolean>;
};

/** @param stopping aborted by a signal: stops between steps, or ends the wait for a server.
 * @returns the exit code, as readme.md lists it. */
export function shutdown(
  tools: CommandTools,
  { confirmWord, whenEnds, ...options }: ShutdownOptions,
  stopping: AbortSignal,
  output: Output,
): Promise<number> {
  const { host, monitor } = tools;
  const { readOnlyReason } = host;
  const command = { name: 'shutdown', declined: 'nothing was ended', readOnlyReason, monitor };
  const confirm = confirmWord && ((question: string) => confirmWord(question, 'shutdown'));
  return change(command, { ...options, confirm }, output, async warn => {
    const refused = (reason: string) => stop(exitCodes.refused, `refused: ${reason}`);
    const unreadable = (reasons: readonly string[]) =>
      stop(exitCodes.unreadable, ...reasons.map(reason => `nothing was ended: ${reason}`));
    // Before anything else: it may exit during the first poll.
    const found = whenEnds === undefined ? undefined : await findServer(host, whenEnds);
    if (found?.ok === false) return stop(exitCodes.unreadable, found.reason);
    const server = found?.value;
    if (found !== undefined && server === undefined)
      return stop(exitCodes.noTarget, `--when-ends ${whenEnds}: no such process`);
    const other = options.dryRun ? undefined : await runningShutdown(tools);
    if (other !== undefined) return refused(other);
    if (!options.dryRun) host.killRecovery.resumeStopped();
    const preview = await previewSweep(tools, { everyAgent: true });
    // With a server to wait for, the plan that counts is made after its exit.
    if (preview.kind === 'unreadable' && (server === undefined || options.dryRun))
      return unreadable(preview.reasons);
    const plan = preview.kind === 'planned' ? preview.plan : undefined;
    const endAll = async (reason = shutdownReason) => {
      if (server !== undefined) {
        warn(
          `waiting for ${describeProcess(server)} to exit; then every agent is ended. Press Ctrl-C or send SIGTERM to end them now`,
        );
        await options.withoutHangUps(() => untilGone(host, server, stopping));
        warn(`${stopping.aborted ? 'signal received' : 'process exited'}: ending every agent`);
      }
      // The signal that ends the wait starts the shutdown; only a second one escalates it.
      const isCalled = server !== undefined && stopping.aborted;
      const result = await run(tools, {
        reason,
        stopping: isCalled ? new AbortController().signal : stopping,
      });
      if (result.kind === 'busy') return refused(result.reason);
      if (result.kind === 'unreadable') return unreadable(result.reasons);
      const { report } = result;
      const isCut = report.kind === 'interrupted';
      return {
        lines: shutdownLines(report, output.charset),
        json: () => shutdownJson(result.plan, report),
        messages: [
          ...incompleteWords(report),
          ...(isCut ? ['interrupted by a signal; run vigil shutdown again to finish'] : []),
        ],
        code: codeOf(report.ok),
      };
    };
    const summary = plan && ` (${sweepSummary(plan)})`;
    return {
      lines: plan && sweepPlanLines(plan, output.charset),
      json: plan && (() => shutdownJson(plan, undefined)),
      questions: [`This ends every agent listed above${summary ?? ''}.`],
      run: endAll,
    };
  });
}
