/** Runs the user's own commands on a row. */
import type { Row } from '../core/model/model.ts';
import type { CommandRunner, Exit } from '../core/ports/command-runner.ts';
import type { Host } from '../core/ports/host.ts';
import { type CustomCommand, runPlanOf } from '../core/rows/custom-command.ts';
import { nameOf } from '../core/rows/describe.ts';
import type { Mood } from './state/notice.ts';
import type { Possession } from './terminal/possession.ts';

export type CustomCommandOptions = {
  readonly runner: CommandRunner;
  readonly auditLog: Pick<Host['auditLog'], 'write'>;
  readonly processes: Pick<Host['processes'], 'isRunning'>;
  readonly possession: Pick<Possession, 'isOurs' | 'lend'>;
  notice(text: string, mood?: Mood): void;
  /** A command has ended: the last poll may be outdated. */
  changed(): void;
  /** Aborted when vigil exits. */
  readonly signal: AbortSignal;
};

export type CustomCommands = ReturnType<typeof createCustomCommands>;

export function createCustomCommands(options: CustomCommandOptions) {
  const { runner, auditLog, processes, possession, notice, changed, signal } = options;
  let shown: Promise<unknown> | undefined;
  const run = async (command: CustomCommand, row: Row) => {
    const { title, key, where } = command;
    const plan = runPlanOf(command, row);
    if (!plan.ok) return notice(plan.reason, 'bad');
    const { argv, process } = plan.value;
    if (process !== undefined && !processes.isRunning(process))
      return notice(`${title}: pid ${process.pid} has exited`, 'bad');
    if (where === 'terminal' && !possession.isOurs()) return;
    const { agentId, task } = row;
    const named = { target: row.key, name: nameOf(row), agentId, task };
    auditLog.write({
      event: 'command',
      ...named,
      key,
      outcome: 'started',
      notes: [argv.join(' ')],
    });
    const running =
      where === 'terminal'
        ? possession.lend(onStopped => runner.onTerminal(argv, { signal, onStopped }), 'cooked')
        : runner.inBackground(argv);
    if (where === 'terminal') shown = running;
    const exit = await running;
    if (signal.aborted) return;
    const isGood = exit.ok && exit.value.code === 0;
    notice(`${title}: ${exit.ok ? exitText(exit.value) : exit.reason}`, isGood ? 'good' : 'bad');
    changed();
  };
  return {
    run,
    /** Resolves when no command holds the terminal. */
    async finish() {
      await shown;
    },
  };
}

function exitText({ code, signal }: Exit): string {
  return signal === null ? `exited with code ${code}` : `killed by ${signal}`;
}
