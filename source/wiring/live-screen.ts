/** What the live screen is put together from; loaded for it alone. */
import type { Arguments } from '../cli/arguments/arguments.ts';
import type { Options } from '../cli/arguments/options.ts';
import type { createDeparture } from '../cli/departure.ts';
import { farWords } from '../cli/far/far-words.ts';
import { keepHeapSmall, startUnoptimized } from '../cli/heap.ts';
import { type Output, refuseUsage } from '../cli/output.ts';
import { createHistorian } from '../core/inventory/historian.ts';
import { createInspector } from '../core/inventory/inspector.ts';
import { createCleaner } from '../core/lifecycle/cleaner.ts';
import { createRescuer } from '../core/lifecycle/rescue.ts';
import type { CommandTools } from '../core/ports/command-tools.ts';
import type { Host } from '../core/ports/host.ts';
import { createReconciler } from '../core/reconcile/reconciler.ts';
import { createEnder } from '../core/termination/ender.ts';
import { createScreenFiles } from '../host/guard/screen-files.ts';
import { createTerminalPorts } from '../host/run/terminal-ports.ts';
import { stateDirectory } from '../host/state/state-directory.ts';
import { runScreen } from '../screen/app.tsx';
import { createSurroundings } from '../screen/surroundings.ts';
import type { Terminal } from '../text/terminal.ts';

/** The first frames are drawn by then: before, a small heap costs more than it saves, and so does fast code. */
const startedMs = 1000;

type Leaving = {
  readonly departure: ReturnType<typeof createDeparture>;
  /** Run before the program exits, however it does. */
  readonly restorers: (() => void)[];
  /** For what is wrong with the choice of machines. */
  readonly output: Output;
  readonly version: string;
};

/** Other machines are loaded only with --host.
 * @returns the exit code, once the user quits or a signal stops the screen. */
export async function showLiveScreen(
  tools: CommandTools,
  options: Options & Pick<Arguments, 'given'>,
  terminal: Terminal,
  { departure, restorers, output, version }: Leaving,
): Promise<number> {
  const { host, monitor } = tools;
  const fleet = await fleetFor(options, version);
  if (fleet?.ok === false) return refuseUsage(output, fleet.reason);
  await startUnoptimized();
  setTimeout(keepHeapSmall, startedMs).unref();
  if (!options.readOnly) host.killRecovery.resumeStopped();
  const historian = createHistorian(host);
  const services = {
    monitor,
    reconciler: createReconciler(tools),
    ender: createEnder({ ...options, ...tools }),
    rescuer: createRescuer(tools),
    cleaner: createCleaner({ ...options, ...tools }, departure.stopping),
    inspector: createInspector(host, monitor, historian),
    historian,
    ...createScreenFiles(stateDirectory(process.env), options, host.machine.bootId),
    ...(await terminalPorts(host, options.demo)),
    fleet: fleet?.value,
  };
  const surroundings = createSurroundings(departure, restorers, output.warn);
  return runScreen(services, options, terminal, surroundings);
}

async function fleetFor(options: Options & Pick<Arguments, 'given'>, version: string) {
  if (options.hosts.names.length === 0) return undefined;
  const { openScreenFleet } = await import('./open-fleet.ts');
  return openScreenFleet(options, farWords, version);
}

/** What starts other programs on the terminal. */
async function terminalPorts({ auditLog, processes }: Host, isDemo: boolean) {
  const { attacher, runner, message } = isDemo
    ? (await import('../demo/demo.ts')).demoTerminal
    : createTerminalPorts(process.env);
  return { attacher, message, commandPorts: { runner, auditLog, processes } };
}
