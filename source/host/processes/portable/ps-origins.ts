/** What processes inherited, from the environment that ps prints behind a command line. Only a few variables are kept. */
import type { Origin, Process } from '../../../core/model/model.ts';
import type { Processes } from '../../../core/ports/processes.ts';
import { managerDirectoryNames, managerMarkNames } from '../../../core/programs/managers.ts';
import { programMarkNames } from '../../../core/programs/program-marks.ts';
import { terminalMarkNames } from '../../../core/programs/terminal-marks.ts';
import { directoryVariables } from '../../../core/programs/vendors.ts';
import { parseTmux } from '../tmux-variable.ts';
import { noEnvironment, readVariables, type Variables } from './ps-environment.ts';
import type { PsSource } from './ps-source.ts';
import { runPsNow } from './run-ps.ts';

type Kept = Pick<Process, 'start' | 'argv'> & { readonly origin: Origin; usedAt: number };

/** A termination polls twenty times a second and reads other processes than the screen's poll. */
const keptReads = 100;
/** The list of pids is one argument. */
const mostAtOnce = 1000;

const directories = [...directoryVariables, ...managerDirectoryNames];
/** What tells whose a process is. */
const marks: readonly string[] = [
  ...['VIGIL_AGENT', 'TMUX', 'TMUX_PANE'],
  ...programMarkNames,
  ...managerMarkNames,
];
const wanted: ReadonlySet<string> = new Set([...marks, ...directories, ...terminalMarkNames]);

/** Every candidate has an origin: where ps shows no environment, it is one that proves nothing. Kept for as long as the
 * process has the same arguments, so that ps is started for new processes alone.
 * @param print prints the command lines of these pids with what follows them. */
export function createPsOriginReader(
  { commandOf }: Pick<PsSource, 'commandOf'>,
  print = printEnvironments,
): Processes['readOrigins'] {
  const kept = new Map<number, Kept>();
  let reads = 0;
  return candidates => {
    reads++;
    const origins = new Map<number, Origin>();
    const missing: Process[] = [];
    for (const process of candidates) {
      const before = kept.get(process.pid);
      if (before?.start === process.start && before.argv === process.argv) {
        before.usedAt = reads;
        origins.set(process.pid, before.origin);
      } else missing.push(process);
    }
    for (let from = 0; from < missing.length; from += mostAtOnce) {
      const some = missing.slice(from, from + mostAtOnce);
      const printed = print(some.map(({ pid }) => pid));
      for (const process of some) {
        const { pid, start, argv } = process;
        const line = printed.get(pid);
        const command = commandOf(process);
        const variables =
          line === undefined || command === undefined
            ? undefined
            : readVariables(line, command, wanted);
        const origin = originOf(variables ?? noEnvironment, process.name);
        origins.set(pid, origin);
        // What has just started another program may be readable in the next poll.
        if (variables !== undefined) kept.set(pid, { start, argv, origin, usedAt: reads });
      }
    }
    if (reads % keptReads === 0)
      for (const [pid, { usedAt }] of kept) if (usedAt <= reads - keptReads) kept.delete(pid);
    return origins;
  };
}

function originOf({ values, doubtful, isMissing }: Variables, kernelName: string): Origin {
  const pick = (names: readonly string[]) => {
    const found = names.flatMap(name => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return found.length > 0 ? new Map(found) : undefined;
  };
  return {
    isUnread: isMissing || marks.some(name => doubtful.has(name)) || undefined,
    agentMark: values.get('VIGIL_AGENT'),
    programMarks: pick(programMarkNames),
    directories: pick(directories),
    managerMarks: pick(managerMarkNames),
    terminalMarks: pick(terminalMarkNames),
    tmux: parseTmux(values.get('TMUX')),
    tmuxPane: values.get('TMUX_PANE'),
    kernelName,
  };
}

/** How each ps is told to print environments. */
const withEnvironment: Readonly<Record<string, readonly string[]>> = {
  darwin: ['-E', '-ww'],
  freebsd: ['-e', '-ww'],
};

function printEnvironments(pids: readonly number[]): ReadonlyMap<number, string> {
  const words = withEnvironment[process.platform] ?? ['eww'];
  const output = runPsNow([...words, '-o', 'pid=', '-o', 'command=', '-p', pids.join()]);
  if (!output.ok) return new Map();
  return new Map(
    output.value.split('\n').flatMap(line => {
      const [, pid, rest = ''] = /^ *(\d+) +(.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [[Number(pid), rest] as const];
    }),
  );
}
