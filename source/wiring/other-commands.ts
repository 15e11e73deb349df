/** Every command but `list` and the live screen: what they need is loaded for them alone. */
import type { Arguments } from '../cli/arguments/arguments.ts';
import type { Shell } from '../cli/arguments/command-table.ts';
import { deployRequest } from '../cli/arguments/deploy-options.ts';
import type { Options } from '../cli/arguments/options.ts';
import { deploy } from '../cli/commands/deploy.ts';
import { doctor } from '../cli/commands/doctor.ts';
import { kill } from '../cli/commands/kill.ts';
import { log } from '../cli/commands/log.ts';
import { rebuild, rebuildName } from '../cli/commands/rebuild.ts';
import { reconcile } from '../cli/commands/reconcile.ts';
import { rescueServers } from '../cli/commands/rescue.ts';
import { restore } from '../cli/commands/restore.ts';
import { shutdown } from '../cli/commands/shutdown.ts';
import { sweep } from '../cli/commands/sweep.ts';
import { wait } from '../cli/commands/wait.ts';
import { type WatchServices, watch } from '../cli/commands/watch.ts';
import { why } from '../cli/commands/why.ts';
import { completion } from '../cli/completion/complete.ts';
import type { createDeparture } from '../cli/departure.ts';
import type { FarSide } from '../cli/far/far-side.ts';
import { inspectRow } from '../cli/far/inspect-row.ts';
import { type Output, refuseUsage } from '../cli/output.ts';
import type { CommandTools } from '../core/ports/command-tools.ts';
import { createGuardServices } from '../host/guard/guard-services.ts';
import { createConfirmation } from '../host/run/confirmation.ts';
import { readIfThere } from '../host/run/text-file.ts';
import { chosenSocket } from '../host/tmux/tmux.ts';
import { checksOf } from './real-or-demo.ts';

/** What only the process itself can give a command. */
export type Surroundings = {
  readonly departure: ReturnType<typeof createDeparture>;
  readonly process: NodeJS.Process;
  readonly guard: Pick<WatchServices, 'version' | 'unit' | 'reread'>;
  /** A vigil on another machine runs this one. */
  readonly farSide?: FarSide;
};

export function printCompletion({ operands }: Arguments, output: Output): number {
  return completion(operands[0] as Shell, output);
}

/** @returns the exit code. */
export function runOther(
  { command, operands }: Arguments & { readonly command: Exclude<Arguments['command'], 'top'> },
  tools: CommandTools,
  { options, output }: { readonly options: Options; readonly output: Output },
  surroundings: Surroundings,
): number | Promise<number> {
  const { departure, process, farSide } = surroundings;
  const { host, monitor } = tools;
  const { hold, stopping, withoutHangUps } = departure;
  /** A lost terminal counts as SIGHUP. */
  const confirmation = () =>
    createConfirmation(process, stopping, () => departure.onSignal('SIGHUP'));
  // Only when a confirmation is needed: opening stdin takes time.
  const change = () => ({
    ...options,
    ...(farSide?.changes ?? { confirm: confirmation()?.confirm }),
  });
  switch (command) {
    case 'list':
    case 'completion':
      throw new Error(`${command} is run elsewhere`);
    case 'why':
      if (farSide?.request.aspect !== undefined)
        return inspectRow(tools, operands[0], farSide.request, output);
      return why({ monitor, host }, operands, options.json, output);
    case 'kill':
      return hold(kill(tools, operands, change(), output));
    case 'reconcile':
      if (!options.restore) return hold(reconcile(tools, change(), output));
      if (operands[0] === rebuildName) return hold(rebuild(tools, change(), output));
      return hold(restore(tools, operands[0], change(), output));
    case 'sweep':
      return hold(sweep(tools, options, change(), output));
    case 'shutdown': {
      const word = farSide?.wordChanges ?? { confirmWord: confirmation()?.confirmWord };
      const shutdownOptions = { ...options, ...word, withoutHangUps };
      return hold(shutdown(tools, shutdownOptions, stopping, output));
    }
    case 'deploy': {
      const request = deployRequest(options, operands, process.env, { readIfThere, chosenSocket });
      if (!request.ok) return refuseUsage(output, request.reason);
      return hold(deploy(tools, request.value, { ...options, stopping }, output));
    }
    case 'wait':
      return wait({ monitor, clock: host.clock }, operands, { ...options, stopping }, output);
    case 'watch':
      return hold(guard(tools, options, output, surroundings));
    case 'log':
      return log(host, operands, options, output);
    case 'doctor':
      if (options.rescue) return hold(rescueServers(tools, change(), output));
      return doctor({ ...host, monitor }, () => checksOf(host, options), options.json, output);
  }
}

/** Runs the guard. SIGHUP reads the configuration again, unless it comes with a lost terminal. */
function guard(
  tools: CommandTools,
  options: Options,
  output: Output,
  { departure, process, guard: own }: Surroundings,
): Promise<number> {
  const services = {
    ...createGuardServices(process.env, tools.host.machine, options.demo),
    loadMetrics: () => import('../host/metrics/export.ts'),
    ...own,
    onSignals: departure.takeSignals,
  };
  return watch(tools, services, options, departure.stopping, output);
}
