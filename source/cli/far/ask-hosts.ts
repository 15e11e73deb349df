/** `why`, `log` and `wait` with `--host`: what each host answers, under its name. */
import type { FarAnswer, FarCommands, FarLine } from '../../fleet/fleet.ts';
import { type Line, spansIn } from '../../text/line.ts';
import type { Charset } from '../../text/printable.ts';
import { exitCodes, type Output } from '../output.ts';
import { combinedCode, isElsewhere } from './host-codes.ts';

export type Asking = 'why' | 'log' | 'wait';

/** The list in the document of each command. */
const lists = { why: 'rows', log: 'entries', wait: 'targets' } as const;

/** @param words options and operands of the command. @returns the exit code. */
export async function askHosts(
  fleet: FarCommands,
  command: Asking,
  words: readonly string[],
  { json, stopping }: { readonly json: boolean; readonly stopping: AbortSignal },
  output: Output,
): Promise<number> {
  const asked = [jsonWord(json), ...words];
  const answers = await Promise.all(
    fleet.hosts.map(async ({ name }) => ({
      name,
      answer: await fleet.ask(name, [command, ...asked]),
    })),
  );
  if (stopping.aborted) return exitCodes.survived;
  const codes = answers.map(({ answer }) => answer.code);
  const shown = answers.filter(({ answer }) => !isElsewhere(answer.code, codes));
  if (json) output.json(documentOf(command, answers), 'indented');
  for (const { name, answer } of shown) {
    if (!json && answer.lines.length > 0)
      output.lines([
        ...(fleet.hosts.length > 1 ? [hostLine(name, output.charset)] : []),
        ...linesOf(answer.lines, output.charset),
      ]);
    for (const message of messagesOf(answer)) output.warn(`${name}: ${message}`);
  }
  return combinedCode(codes);
}

type Named = { readonly name: string; readonly answer: FarAnswer };

/** The documents of all hosts as one. */
function documentOf(command: Asking, answers: readonly Named[]) {
  const list = lists[command];
  return {
    schema: `vigil.${command}/1`,
    hosts: answers.map(({ name, answer: { code, reason } }) => ({
      name,
      code: code ?? null,
      reason: reason ?? null,
    })),
    [list]: answers.flatMap(({ name, answer }) => {
      const items = Object(answer.document)[list];
      return Array.isArray(items) ? items.map(each => onHost(name, each)) : [];
    }),
  };
}

/** Said in either case: the configuration there may have another default. */
export function jsonWord(json: boolean): string {
  return `--json=${json}`;
}

/** An item of a far document, with the name of its host, whatever the far side calls it. */
export function onHost(name: string | null, item: unknown): object {
  const named: object = { host: name };
  return { ...named, ...Object(item), ...named };
}

/** The name of a host above its lines. */
export function hostLine(name: string, charset: Charset): Line {
  return [spansIn(charset)(name, 'title')];
}

/** Lines of a far vigil, made printable. */
export function linesOf(lines: readonly FarLine[], charset: Charset): Line[] {
  const say = spansIn(charset);
  return lines.map(line => line.map(({ text, tone }) => say(text, tone)));
}

export function messagesOf({ messages, reason }: Pick<FarAnswer, 'messages' | 'reason'>) {
  return reason === undefined ? messages : [...messages, reason];
}
