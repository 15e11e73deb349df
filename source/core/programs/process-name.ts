/** Names of processes in messages. */
import type { Process } from '../model/model.ts';

/** Longest command shown in an evidence sentence. */
const shownCommandLength = 80;

export function commandOf(process: Process): string {
  return process.argv.length > 0 ? process.argv.join(' ') : `[${process.name}]`;
}

function shortCommand(process: Process): string {
  const command = commandOf(process);
  return command.length > shownCommandLength
    ? `${command.slice(0, shownCommandLength - 1)}…`
    : command;
}

/** `pid 4121 (claude --print)`. */
export function describeProcess(process: Process): string {
  return `pid ${process.pid} (${shortCommand(process)})`;
}
