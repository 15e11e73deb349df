/** Commands from the configuration file: an argument list that is run on a row, never a line for a shell. */
import type { ProcessRef, Reading, Row } from '../model/model.ts';
import { nameOf } from './describe.ts';

export type CustomCommand = {
  /** As shown. */
  readonly key: string;
  readonly title: string;
  /** The program, which has no placeholder, and its arguments. */
  readonly argv: readonly string[];
  /** It changes nothing, so it may run with --read-only. */
  readonly readOnly: boolean;
  /** On vigil's terminal, or beside it without one. */
  readonly where: 'terminal' | 'background';
};

type Placeholder = {
  /** What a row without a value does not have. */
  readonly what: string;
  readonly read: (row: Row) => string | undefined;
};

const placeholders: ReadonlyMap<string, Placeholder> = new Map([
  ['pid', { what: 'a process', read: ({ processes: [main] }) => main && String(main.pid) }],
  ['session', { what: 'a session', read: ({ session }) => session?.name }],
  ['cwd', { what: 'a known working directory', read: ({ cwd }) => cwd }],
  ['id', { what: 'an agent id', read: ({ agentId }) => agentId }],
]);

export const placeholderNames: readonly string[] = [...placeholders.keys()];

const pattern = /\{(\w+)\}/g;

/** Names in braces, known or not. */
export function placeholdersIn(word: string): readonly string[] {
  return [...word.matchAll(pattern)].map(([, name = '']) => name);
}

export type RunPlan = {
  readonly argv: readonly string[];
  /** The process that the arguments name: it must still be running. */
  readonly process?: ProcessRef;
};

/** The arguments for this row. A value never becomes more than a part of its argument, whatever it holds.
 * @returns a reason if the row does not have what a placeholder stands for. */
export function runPlanOf({ argv, title }: CustomCommand, row: Row): Reading<RunPlan> {
  const names = argv.flatMap(placeholdersIn);
  for (const name of names) {
    const { what = name, read } = placeholders.get(name) ?? {};
    if ((read?.(row) ?? '') === '')
      return { ok: false, reason: `${title}: ${nameOf(row)} does not have ${what} ({${name}})` };
  }
  const filled = argv.map(word =>
    word.replace(pattern, (_, name: string) => placeholders.get(name)?.read(row) ?? ''),
  );
  const process = names.includes('pid') ? row.processes[0] : undefined;
  return { ok: true, value: { argv: filled, process } };
}
