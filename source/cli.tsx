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
import type { Options } from './cli/arguments/options.ts';
import { settledOptions } from './cli/arguments/settled-options.ts';
import { list } from './cli/commands/list.ts';
import { completerName } from './cli/completion/completion.ts';
import { createDeparture, watchOutput } from './cli/departure.ts';
import type { FarSide } from './cli/far/far-side.ts';
import { exitCodes, type Output, refuseUsage } from './cli/output.ts';
import { createOutput, isInteractive, noScreen, terminalOf } from './cli/output-stream.ts';
import { createRestorers } from './cli/restorers.ts';
import { createMonitor } from './core/inventory/monitor.ts';
import type { CommandTools } from './core/ports/command-tools.ts';
import type { Host } from './core/ports/host.ts';
import { agentProgram } from './core/programs/agent-programs.ts';
import { createRecogniser } from './core/programs/recognise.ts';
import { farName } from './fleet/fleet-host.ts';
import { createHost } from './host/run/create-host.ts';
import { watchTerminal } from './host/run/lost-terminal.ts';
import { readConfigText } from './host/state/state-directory.ts';
import { spansIn } from './text/line.ts';
import type { Terminal } from './text/terminal.ts';

declare const VIGIL_VERSION: string;

// Without a listener Node opens its debugger, to which any user of this machine can connect.
process.on('SIGUSR1', () => undefined);
const departure = createDeparture(code => process.exit(code));
const { restorers, restoreAll, releaseKills, reportFailure } = createRestorers(process.stderr);
let isDebugging = process.argv.includes('debug');
/** A vigil on another machine runs this one. */
let farSide: FarSide | undefined;

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === completerName) {
    const { complete } = await import('./cli/completion/complete.ts');
    const hosts = async () => (await import('./wiring/open-fleet.ts')).hostNames(process.env);
    const sources = { open: machineFor, hosts };
    return complete(argv.slice(1), sources, text => void process.stdout.write(text));
  }
  if (argv[0] !== farName) return run(argv);
  const { openFarSide } = await import('./cli/far/far-side.ts');
  farSide = openFarSide(argv[1], process, VIGIL_VERSION, () => departure.onLostOutput(0));
  departure.ignoreHangUps();
  return farSide?.conclude(await run(argv.slice(2))) ?? exitCodes.usage;
}

async function run(argv: readonly string[]): Promise<number> {
  const parsed = await parseArguments(argv);
  const plainTerminal = terminalOf(process.env, process.stdout, {
    ascii: parsed.ok ? parsed.value.given.get('ascii') === true : argv.includes('--ascii'),
  });
  const early = farSide?.output ?? createOutput(plainTerminal, process.stdout, process.stderr);
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
  const output = farSide?.output ?? createOutput(terminal, process.stdout, process.stderr);
  const isOnScreen = parsed.value.command === 'top' && isInteractive(process, options.value);
  if (options.value.hosts.names.length > 0 && !isOnScreen) {
    const { runOnHosts } = await import('./wiring/on-hosts.ts');
    return runOnHosts(parsed.value, options.value, { departure, process }, output);
  }
  return runCommand(parsed.value, options.value, terminal, output);
}

async function runCommand(
  parsed: Arguments,
  options: Options,
  terminal: Terminal,
  output: Output,
): Promise<number> {
  const { command, operands, given } = parsed;
  if (command === 'completion')
    return (await import('./wiring/other-commands.ts')).printCompletion(parsed, output);
  const { host, recogniser, monitor } = await openMachine(options, command);
  const tools = { host, monitor, recogniser, ...options, escalateNow: departure.escalating };
  const refusal = farSide?.begin(host, command);
  if (refusal !== undefined) return refusal;
  releaseKills(host.killRecovery);
  if (command === 'top') return top(tools, { ...options, given }, terminal, output);
  if (command === 'list') return printList(tools, { ...options, operands }, output);
  const guard = {
    version: VIGIL_VERSION,
    unit: {
      argv: [process.execPath, ...process.argv.slice(1)],
      directory: process.cwd(),
      env: process.env,
    },
    reread: () => settledOptions(given, process.env, readConfigText),
  };
  const { runOther } = await import('./wiring/other-commands.ts');
  const surroundings = { departure, process, guard, farSide };
  return runOther({ ...parsed, command }, tools, { options, output }, surroundings);
}

/** Runs the live screen. Without a terminal it prints one table and says so. */
async function top(
  tools: CommandTools,
  options: Options & Pick<Arguments, 'given'>,
  terminal: Terminal,
  output: Output,
) {
  if (isInteractive(process, options)) {
    const { showLiveScreen } = await import('./wiring/live-screen.ts');
    const leaving = { departure, restorers, output, version: VIGIL_VERSION };
    return showLiveScreen(tools, options, terminal, leaving);
  }
  if (!options.json && !options.watch) output.warn(noScreen);
  return printList(tools, options, output);
}

/** Metrics and hooks are loaded only when asked for. */
async function printList(
  { host, monitor }: CommandTools,
  given: Options & { readonly operands?: readonly string[] },
  output: Output,
): Promise<number> {
  const options = { ...given, version: VIGIL_VERSION };
  if (options.format === undefined && options.onClasses === undefined)
    return list({ monitor }, options, output, departure.stopping);
  const { listTools } = await import('./wiring/list-tools.ts');
  const about = { version: VIGIL_VERSION, programs: options.programs };
  return list({ monitor, ...listTools(host, about) }, options, output, departure.stopping);
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
  const read = await readWords(
    words.map(word => word.replace(/^~(?=\/)/, process.env.HOME ?? '~')),
  );
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
    run: farSide?.request.run,
  });
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
