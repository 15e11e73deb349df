/** Commands that change something with `--host`: each host makes a plan of its own, is confirmed on its own, and carries it
 * out itself. */
import type { FarCommands, FarOutcome, FarPlan, FarVerb } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { clip } from '../../text/line.ts';
import { exitCodes, type Output } from '../output.ts';
import { hostLine, jsonWord, linesOf, onHost } from './ask-hosts.ts';
import { combinedCode, isElsewhere } from './host-codes.ts';

export type HostChange = {
  readonly verb: FarVerb;
  /** Options of the far command. */
  readonly words: readonly string[];
  /** Names of targets, or a backup. */
  readonly operands: readonly string[];
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Absent when stdin is not a terminal. */
  readonly confirm?: (question: string) => Promise<boolean>;
  readonly confirmWord?: (question: string, word: string) => Promise<boolean>;
};

type Result = {
  readonly host: FleetHost;
  readonly code: number | undefined;
  readonly messages: readonly string[];
  readonly plan?: FarPlan;
  readonly outcome?: FarOutcome;
};

/** @returns the exit code. */
export async function changeHosts(
  fleet: FarCommands,
  change: HostChange,
  output: Output,
): Promise<number> {
  const results: Result[] = [];
  const warn = ({ host, messages }: Result) => {
    for (const message of messages) output.warn(`${host.name}: ${message}`);
  };
  for (const host of fleet.hosts) {
    const result = await changeHost(fleet, host, change, output);
    results.push(result);
    // The plans of the others may take long to be answered.
    if (result.code === undefined) warn(result);
  }
  const codes = results.map(({ code }) => code);
  for (const result of results)
    if (result.code !== undefined && !isElsewhere(result.code, codes)) warn(result);
  const code = combinedCode(codes);
  if (change.json) output.json(documentOf(change, results, code), 'indented');
  return code;
}

async function changeHost(
  fleet: FarCommands,
  host: FleetHost,
  change: HostChange,
  output: Output,
): Promise<Result> {
  const { verb, words, operands, json, dryRun, yes } = change;
  const refused = (message: string, plan?: FarPlan): Result => {
    plan?.drop();
    return { host, code: exitCodes.refused, messages: [message], plan };
  };
  if (host.readOnly && !dryRun)
    return refused('refused: it is read-only (--read-only, or readOnly in config.json)');
  const options = [jsonWord(json), ...words];
  const planned = await fleet.plan({
    ...{ host: host.name, verb, targets: [], names: operands, words: options },
  });
  if (!planned.ok) return { host, code: undefined, messages: [planned.reason] };
  const plan = planned.value;
  show(host.name, plan.lines, fleet.hosts.length > 1, output);
  const { code, messages, questions } = plan;
  if (code !== undefined) return { host, code, messages, plan };
  for (const message of messages) output.warn(`${host.name}: ${message}`);
  if (!yes) {
    if (json || change.confirm === undefined || change.confirmWord === undefined)
      return refused(
        'refused: no terminal to ask for confirmation; use --yes to go ahead or --dry-run to see the plan',
        plan,
      );
    for (const { text, word } of questions) {
      const question = `${host.name}: ${text}`;
      const isConfirmed =
        word === undefined
          ? await change.confirm(question)
          : await change.confirmWord(question, word);
      if (!isConfirmed) return refused('nothing was changed', plan);
    }
  }
  const outcome = await plan.execute(reason =>
    output.warn(
      `${host.name}: ${reason}; what was confirmed goes on there, and its outcome is read from its log`,
    ),
  );
  show(host.name, outcome.lines, fleet.hosts.length > 1, output);
  return { host, code: outcome.code, messages: outcome.messages, plan, outcome };
}

/** Command lines come last and may be of any length: on a terminal they are cut. */
function show(name: string, lines: FarPlan['lines'], isNamed: boolean, output: Output): void {
  const { width, charset } = output;
  if (lines.length === 0) return;
  const printable = linesOf(lines, charset).map(line =>
    width === undefined || line.length === 1 ? line : clip(line, width, charset),
  );
  output.lines([...(isNamed ? [hostLine(name, charset)] : []), ...printable]);
}

/** Schema `vigil.VERB/1`, with the document of each host. */
function documentOf({ verb, dryRun }: HostChange, results: readonly Result[], code: number) {
  const documents = results.map(each => each.outcome?.document ?? each.plan?.document);
  return {
    schema: `vigil.${verb}/1`,
    ok: code === exitCodes.done,
    dryRun,
    hosts: results.map(({ host, code: own, messages, plan }, index) => ({
      name: host.name,
      code: own ?? null,
      run: plan?.run ?? null,
      messages,
      document: documents[index] ?? null,
    })),
    targets: results.flatMap(({ host }, index) => {
      const { targets } = Object(documents[index]);
      return Array.isArray(targets) ? targets.map(each => onHost(host.name, each)) : [];
    }),
  };
}
