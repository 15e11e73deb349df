#!/usr/bin/env node
/** The composition root: argv → host → monitor → screen or command. Only this file reads argv,
 * installs handlers and exits. */
import process from 'node:process';
import {
  type Arguments,
  keepsSightings,
  parseArguments,
  readWords,
} from './cli/arguments/arguments.ts';
import type { Shell } from './cli/arguments/command-table.ts';
import { deployRequest } from './cli/arguments/deploy-options.ts';
import type { Options } from './cli/arguments/options.ts';
import { settledOptions } from './cli/arguments/settled-options.ts';
import { deploy } from './cli/commands/deploy.ts';
import { doctor } from './cli/commands/doctor.ts';
import { kill } from './cli/commands/kill.ts';
import { list } from './cli/commands/list.ts';
import { log } from './cli/commands/log.ts';
import { rebuild, rebuildName } from './cli/commands/rebuild.ts';
import { reconcile } from './cli/commands/reconcile.ts';
import { rescueServers } from './cli/commands/rescue.ts';
import { restore } from './cli/commands/restore.ts';
import { shutdown } from './cli/commands/shutdown.ts';
import { sweep } from './cli/commands/sweep.ts';
import { wait } from './cli/commands/wait.ts';
import { why } from './cli/commands/why.ts';
import { complete, completerName, completion } from './cli/completion/complete.ts';
import { createDeparture, watchOutput } from './cli/departure.ts';
import { keepHeapSmall } from './cli/heap.ts';
import { exitCodes, type Output, refuseUsage } from './cli/output.ts';
import { createOutput, terminalOf } from './cli/output-stream.ts';
import { createRestorers } from './cli/restorers.ts';
import { createHistorian } from './core/inventory/historian.ts';
import { createInspector } from './core/inventory/inspector.ts';
import { createMonitor, type Monitor } from './core/inventory/monitor.ts';
import { createCleaner } from './core/lifecycle/cleaner.ts';
import { createRescuer } from './core/lifecycle/rescue.ts';
import type { CommandTools } from './core/ports/command-tools.ts';
import type { Host } from './core/ports/host.ts';
import { agentProgram } from './core/programs/agent-programs.ts';
import { createRecogniser } from './core/programs/recognise.ts';
import { createReconciler } from './core/reconcile/reconciler.ts';
import { createEnder } from './core/termination/ender.ts';
import { createMetricsText } from './guard/metrics-text.ts';
import { createScreenFiles } from './host/guard/screen-files.ts';
import { createConfirmation } from './host/run/confirmation.ts';
import { createHost } from './host/run/create-host.ts';
import { createHookRunner } from './host/run/hook-command.ts';
import { watchTerminal } from './host/run/lost-terminal.ts';
import { readIfThere } from './host/run/text-file.ts';
import { readConfigText, stateDirectory } from './host/state/state-directory.ts';
import { chosenSocket } from './host/tmux/tmux.ts';
import { createSurroundings } from './screen/surroundings.ts';
import { spansIn } from './text/line.ts';
import type { Terminal } from './text/terminal.ts';
import { checksOf, terminalPorts } from './wiring/real-or-demo.ts';

declare const VIGIL_VERSION: string;

const departure = createDeparture(code => process.exit(code));
const { restorers, restoreAll, releaseKills, reportFailure } = createRestorers(process.stderr);
let isDebugging = process.argv.includes('debug');

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === completerName)
    return complete(argv.slice(1), machineFor, text => void process.stdout.write(text));
  const parsed = parseArguments(argv);
  const plainTerminal = terminalOf(process.env, process.stdout, {
    ascii: parsed.ok ? parsed.value.given.get('ascii') === true : argv.includes('--ascii'),
  });
  const early = createOutput(plainTerminal, process.stdout, process.stderr);
  if (!parsed.ok) return refuseUsage(early, parsed.reason);
  if (parsed.value.help !== undefined)
    return (await import('./cli/help.ts')).help(parsed.value.help, early);
  if (parsed.value.given.get('version') === true) {
    early.lines([[spansIn(early.charset)(VIGIL_VERSION)]]);
    return exitCodes.done;
  }
  const options = settledOptions(parsed.value.given, process.env, readConfigText);
  if (!options.ok) return refuseUsage(early, options.reason);
  isDebugging = options.value.debug;
  const terminal = terminalOf(process.env, process.stdout, options.value);
  const output = createOutput(terminal, process.stdout, process.stderr);
  return runCommand(parsed.value, options.value, terminal, output);
}

async function runCommand(
  { command, operands, given }: Arguments,
  options: Options,
  terminal: Terminal,
  output: Output,
): Promise<number> {
  if (command === 'completion') return completion(operands[0] as Shell, output);
  const { host, recogniser, monitor } = await openMachine(options, command);
  const { hold, stopping, withoutHangUps, escalating: escalateNow } = departure;
  const tools = { host, monitor, recogniser, ...options, escalateNow };
  // Only when a confirmation is needed: opening stdin takes time.
  const change = () => ({ ...options, confirm: confirmation()?.confirm });
  releaseKills(host.killRecovery);
  switch (command) {
    case 'list':
      return list(listTools(host, monitor, options), { ...options, operands }, output, stopping);
    case 'why':
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
      const confirmWord = confirmation()?.confirmWord;
      const shutdownOptions = { ...options, confirmWord, withoutHangUps };
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
      return hold(guard(tools, options, given, output));
    case 'log':
      return log(host, operands, options, output);
    case 'doctor':
      if (options.rescue) return hold(rescueServers(tools, change(), output));
      return doctor({ ...host, monitor }, () => checksOf(host, options), options.json, output);
    case 'top':
      return top(tools, options, terminal, output);
  }
}

/** Runs the live screen. Without a terminal it prints one table and says so. */
async function top(tools: CommandTools, options: Options, terminal: Terminal, output: Output) {
  const { host, monitor } = tools;
  const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (!isInteractive || options.json || options.watch || process.env.TERM === 'dumb') {
    if (!options.json && !options.watch)
      output.warn('vigil: no terminal for the live screen; printing one table (vigil list)');
    return list(listTools(host, monitor, options), options, output, departure.stopping);
  }
  await keepHeapSmall();
  const { runScreen } = await import('./screen/app.tsx');
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
  };
  return runScreen(services, options, terminal, createSurroundings(departure, restorers));
}

/** Runs the guard. SIGHUP reads the configuration again, unless it comes with a lost terminal. */
async function guard(
  tools: CommandTools,
  options: Options,
  given: Arguments['given'],
  output: Output,
) {
  const { watch } = await import('./cli/commands/watch.ts');
  const { createGuardServices } = await import('./host/guard/guard-services.ts');
  const services = {
    ...createGuardServices(process.env, tools.host.machine, options.demo),
    loadMetrics: () => import('./host/metrics/export.ts'),
    version: VIGIL_VERSION,
    unit: {
      argv: [process.execPath, ...process.argv.slice(1)],
      directory: process.cwd(),
      env: process.env,
    },
    reread: () => settledOptions(given, process.env, readConfigText),
    onSignals: departure.takeSignals,
  };
  return watch(tools, services, options, departure.stopping, output);
}

async function openMachine(options: Options, command: Arguments['command']) {
  const host = await hostFor(options, command);
  const recogniser = createRecogniser(options.programs.map(name => agentProgram(name)));
  const monitor = createMonitor(host, { ...options, recogniser }, keepsSightings(command, options));
  return { host, recogniser, monitor };
}

/** The machine that the options of an unfinished command line select; `~` is expanded here, as no
 * shell has done it yet. */
async function machineFor(words: readonly string[]) {
  const read = readWords(words.map(word => word.replace(/^~(?=\/)/, process.env.HOME ?? '~')));
  const options = read.ok ? settledOptions(read.value.given, process.env, readConfigText) : read;
  return options.ok ? openMachine(options.value, 'list') : undefined;
}

async function hostFor(options: Options, command: Arguments['command']): Promise<Host> {
  if (options.demo) return (await import('./demo/demo.ts')).createDemoHost();
  return createHost({
    workspaces: options.workspaces,
    discover: options.discover && command !== 'watch' && command !== 'deploy',
    sockets: { names: options.socketNames, paths: options.socketPaths },
    cwd: process.cwd(),
    env: process.env,
    logFile: options.logFile,
    command,
  });
}

/** Metrics are loaded only when asked for. */
function listTools(host: Host, monitor: Monitor, { programs }: Options) {
  const load = () => import('./host/metrics/export.ts');
  const metricsText = createMetricsText(host, { version: VIGIL_VERSION, programs }, load);
  return { monitor, metricsText, hooks: createHookRunner(process.env) };
}

/** A lost terminal counts as SIGHUP. */
function confirmation() {
  return createConfirmation(process, departure.stopping, () => departure.onSignal('SIGHUP'));
}

const releaseLostTerminal = watchTerminal();
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
  process.on(name, () => departure.onProcessSignal(name));

watchOutput(process.stdout, process.stderr, departure);

function fail(error: Error): void {
  reportFailure(error, isDebugging);
  process.exit(exitCodes.survived);
}

process.on('uncaughtException', fail);
process.on('exit', () => {
  restoreAll();
  releaseLostTerminal();
});
main(process.argv.slice(2)).then(code => {
  departure.conclude(code);
  // After all output and its errors. A hung tmux client is not waited for.
  process.stdout.write('', () => setImmediate(() => process.exit(departure.conclude(code))));
}, fail);
