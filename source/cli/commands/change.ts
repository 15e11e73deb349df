/** The course of every command that changes something: refuse, plan, show the plan, confirm, run, report. */

import { foreignWorkspace } from '../../core/lifecycle/elsewhere.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { clip, type Line, mayBeCut, wrapPrinted } from '../../text/line.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';

export type ChangeOptions = {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly readOnly: boolean;
  readonly yes?: boolean;
  /** Of a termination, for the registry and the audit log. */
  readonly reason?: string;
  /** Asks for confirmation; absent when stdin is not a terminal. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Asks for all confirmations at once, also with JSON: another vigil reads the answer. */
  readonly confirmAll?: (questions: readonly string[]) => Promise<Confirmation | undefined>;
  /** `pid@start` of the main process that a row had when it was chosen, by the row's key. */
  readonly identities?: Readonly<Record<string, string>>;
};

/** @property reason given with it, in place of that of the options. */
export type Confirmation = { readonly reason?: string };

export type Change = {
  /** The words after `vigil` that start each message. */
  readonly name: string;
  /** The message when the answer is no, such as `nothing was changed`. */
  readonly declined?: string;
  /** What is wrong with the operands, if anything. */
  readonly fault?: string;
  /** Why this machine is read-only, if it is. */
  readonly readOnlyReason?: string;
  /** Given by a command that must not touch a foreign workspace. */
  readonly monitor?: CommandTools['monitor'];
};

/** The result of a step: lines, or with --json a document, then messages. */
export type Shown = {
  readonly lines?: readonly Line[];
  readonly json?: () => unknown;
  /** On stderr, one line each. */
  readonly messages?: readonly string[];
  /** 0 by default. */
  readonly code?: ExitCode;
};

/** A plan without `run` ends the command: there is nothing to do, or it cannot be done. */
export type Plan = Shown & {
  /** Each must be confirmed, unless there is --yes. */
  readonly questions?: readonly string[];
  /** @param reason to record, if one was given. */
  readonly run?: (reason?: string) => Promise<Shown>;
};

/** What ends a command early. */
export const stop = (code: ExitCode, ...messages: readonly string[]) => ({ code, messages });

/** The exit code of work that was carried out. */
export const codeOf = (isAll: boolean) => (isAll ? exitCodes.done : exitCodes.survived);

/** Where no confirmation can be given. */
const notConfirmed =
  'refused: no terminal to ask for confirmation; use --yes to go ahead or --dry-run to see the plan';

/** Printed by a command that is about registries where there is none. */
export const noWorkspace = 'no workspace found (-w DIR): using processes and tmux only';

/** @param plan may print messages before its lines.
 * @returns the exit code, as readme.md lists it. */
export async function change(
  { name, declined = 'nothing was changed', fault, readOnlyReason, monitor }: Change,
  options: ChangeOptions,
  output: Output,
  plan: (warn: (message: string) => void) => Promise<Plan>,
): Promise<ExitCode> {
  const warn = (message: string) => output.warn(`vigil ${name}: ${message}`);
  const show = ({ lines = [], json, messages = [], code = exitCodes.done }: Shown) => {
    const shown = lines.map(line => fitted(line, output));
    if (!options.json) output.lines(wrapPrinted(shown, output.width));
    // Another vigil shows the lines, and reads the outcome of each target.
    const isRead = options.json || options.confirmAll !== undefined;
    if (isRead && json !== undefined) output.json(json(), 'indented');
    for (const message of messages) warn(message);
    return code;
  };
  const refuse = (message: string) => show(stop(exitCodes.refused, message));
  if (fault !== undefined) return show(stop(exitCodes.usage, fault));
  const refusal = refusalOf(options, readOnlyReason);
  if (refusal !== undefined) return refuse(refusal);
  const { questions = [], run, ...planned } = await plan(warn);
  if (options.dryRun || run === undefined) return show(planned);
  show({ ...planned, json: undefined });
  const foreign = monitor && foreignWorkspace(monitor);
  if (foreign !== undefined) return refuse(`refused: ${foreign}`);
  if (options.confirmAll !== undefined && questions.length > 0) {
    const confirmed = await options.confirmAll(questions);
    if (confirmed === undefined) return refuse(declined);
    return show(await run(confirmed.reason ?? options.reason));
  } else if (!options.yes && questions.length > 0) {
    if (options.confirm === undefined || options.json) return refuse(notConfirmed);
    for (const question of questions)
      if (!(await options.confirm(question))) return refuse(declined);
  }
  return show(await run(options.reason));
}

/** Command lines come last and may be of any length: on a terminal they are cut. Sentences wrap. */
function fitted(line: Line, { width, charset }: Output): Line {
  return width !== undefined && mayBeCut(line) ? clip(line, width, charset) : line;
}

function refusalOf({ readOnly, dryRun }: ChangeOptions, readOnlyReason: string | undefined) {
  if (dryRun) return undefined;
  if (readOnly) return 'refused: --read-only is set; use --dry-run to preview';
  return readOnlyReason && `refused: ${readOnlyReason}`;
}
