/** `vigil watch`: the guard, without a screen. */

import { createHistorian } from '../../core/inventory/historian.ts';
import type { Reading } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import type { GuardFiles, GuardSensors } from '../../core/ports/guard-ports.ts';
import type { GuardConfig } from '../../guard/config.ts';
import { earlierRuns } from '../../guard/earlier.ts';
import { explain } from '../../guard/explain.ts';
import { createGuard } from '../../guard/loop.ts';
import {
  createOutputs,
  type OutputConfig,
  type OutputPorts,
  withoutEffects,
} from '../../guard/outputs.ts';
import { takenOver } from '../../guard/take-over.ts';
import { type UnitKind, type UnitSource, unitFile } from '../../guard/unit-file.ts';
import { spansIn } from '../../text/line.ts';
import { keepGuardSmall } from '../heap.ts';
import { exitCodes, type Output } from '../output.ts';
import { guardOutput } from './watch-output.ts';
import { changedSettings, type FixedSettings } from './watch-restart.ts';

export type WatchServices = {
  readonly files: GuardFiles;
  readonly sensors: GuardSensors;
  readonly hookRunner: OutputPorts['hookRunner'];
  readonly message: OutputPorts['message'];
  readonly loadMetrics: OutputPorts['loadMetrics'];
  readonly version: string;
  /** Reads the configuration again. */
  reread(): Reading<Pick<WatchOptions, 'guard' | 'outputs' | 'readOnly'> & FixedSettings>;
  /** What runs this program: its words and its surroundings, for a unit. */
  readonly unit: UnitSource;
  /** Sets what SIGHUP and SIGUSR1 do instead of what they do elsewhere. */
  onSignals(hangUp: () => void, status: () => void): void;
};

export type WatchOptions = FixedSettings & {
  readonly guard: GuardConfig;
  /** Metrics, hooks and messages. */
  readonly outputs: OutputConfig;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly readOnly: boolean;
  readonly once: boolean;
  readonly explain: boolean;
  readonly printUnit?: UnitKind;
};

/** @param stopping aborted by a signal: the step that has begun is finished.
 * @returns the exit code, as readme.md lists it. */
export async function watch(
  tools: CommandTools,
  services: WatchServices,
  options: WatchOptions,
  stopping: AbortSignal,
  output: Output,
): Promise<number> {
  const { host } = tools;
  const { files, sensors } = services;
  const config = options.guard;
  let dryRun = options.dryRun || options.readOnly;
  const say = spansIn(output.charset);
  const print = (lines: readonly string[]) => {
    output.lines(lines.map(line => [say(line)]));
    return exitCodes.done;
  };
  if (options.printUnit !== undefined)
    return print(unitFile(options.printUnit, services.unit).trimEnd().split('\n'));
  if (options.explain) return print(explain(config, dryRun));
  if (!options.once) await keepGuardSmall();
  const { workspaces, problems } = await host.registries.read();
  const missing = problems.filter(each => each.unread && workspaces.length === 0);
  // Else it would guard the machine as if no workspace had been named. A supervisor starts it again.
  for (const { message } of missing) output.warn(`vigil watch: ${message}`);
  if (missing.length > 0) return exitCodes.unreadable;
  const claim = dryRun ? undefined : await files.claim(workspaces);
  if (claim?.ok === false) {
    output.warn(`vigil watch: refused: ${claim.reason}`);
    return exitCodes.refused;
  }
  const status = files.read(workspaces);
  const earlier = options.once
    ? earlierRuns(status, host.machine.bootId, host.clock.now(), config)
    : undefined;
  const own = guardOutput(output, options.json);
  const allowed = (parts: OutputConfig) => (dryRun ? withoutEffects(parts) : parts);
  const outputs = createOutputs(
    { ...services, host },
    {
      ...{ ...options, ...services, config: allowed(options.outputs), earlier },
      intervalMs: config.healthMs,
    },
  );
  const { alerts } = outputs;
  const guard = createGuard({
    ...{ tools, files, sensors, alerts, config, dryRun },
    every(ms, work) {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
    observers: [own, outputs.observer],
    earlier,
  });
  const { report } = guard;
  outputs.connect(report.happened);
  const resumed = dryRun ? [] : host.killRecovery.resumeStopped();
  const { bootId } = host.machine;
  const previous = claim?.value.previous;
  // The whole log, so only if something may be unfinished.
  const deeds = previous && createHistorian(host).all();
  const before = takenOver({
    previous,
    status,
    resumed,
    bootId,
    deeds: deeds?.ok ? deeds.value : [],
  });
  if (before !== undefined) report.say(before);
  const { pid } = host.machine;
  const where = workspaces.join(', ') || 'this machine (no workspace)';
  const start = `guard of ${where} started as pid ${pid}${dryRun ? ', dry run' : ''}`;
  report.say({ event: 'started', text: start, pid, workspaces, dryRun });
  services.onSignals(
    () => {
      const next = services.reread();
      const refuse = (text: string) => report.say({ event: 'config-refused', text });
      if (!next.ok) return refuse(`the configuration stays as it was: ${next.reason}`);
      const { guard: config, outputs: parts, readOnly } = next.value;
      // One that was started as a dry run has no lock.
      dryRun = options.dryRun || options.readOnly || readOnly;
      guard.configure(config, dryRun);
      outputs.configure({ config: allowed(parts), intervalMs: config.healthMs });
      report.say({ event: 'config-read', text: explain(config, dryRun).join(' ') });
      const fixed = changedSettings(options, next.value);
      if (options.readOnly && !readOnly) fixed.push('read-only');
      if (fixed.length > 0) refuse(`${fixed.join(', ')} changed: restart the guard to apply it`);
    },
    () => own.status(guard.status()),
  );
  try {
    if (!options.once) {
      await guard.run(stopping);
      return exitCodes.done;
    }
    const { ok, unread } = await guard.once(stopping);
    if (unread) return exitCodes.unreadable;
    return ok ? exitCodes.done : exitCodes.survived;
  } finally {
    report.say({ event: 'stopped', text: `guard stopped (pid ${pid})`, pid });
    guard.save();
    claim?.value.release();
    await outputs.close(options.once);
  }
}
