/** What a `vigil.log/1` of a far vigil says about one run. */
import { fieldsOf, listOf, textOf, textsOf } from './fields.ts';
import type { FarLine } from './fleet.ts';

const most = { entries: 20_000, notes: 20 } as const;

export type RunInLog =
  | { readonly kind: 'none' | 'running' }
  | {
      readonly kind: 'over';
      readonly code: number;
      readonly lines: readonly FarLine[];
      readonly messages: readonly string[];
    };

/** Exit codes by the outcome of the run. */
const codes: Readonly<Record<string, number>> = { done: 0, refused: 4, unreadable: 5 };

/** @param document as it came. @param run its id. */
export function outcomeInLog(document: unknown, run: string): RunInLog {
  const own = listOf(fieldsOf(document).entries, most.entries)
    .map(fieldsOf)
    .filter(({ by }) => fieldsOf(by).run === run);
  const whole = own.find(({ kind }) => kind === 'run');
  if (whole === undefined) return { kind: own.length === 0 ? 'none' : 'running' };
  const outcome = textOf(whole.outcome) ?? '';
  if (outcome === 'running') return { kind: 'running' };
  const lines = own.flatMap(entry => (entry === whole ? [] : [lineOf(entry)]));
  const interrupted =
    outcome === 'interrupted' ? ['vigil there was killed before it was done'] : [];
  return {
    kind: 'over',
    code: codes[outcome] ?? 1,
    lines,
    messages: [...textsOf(whole.notes, most.notes), ...interrupted],
  };
}

function lineOf(entry: Readonly<Record<string, unknown>>): FarLine {
  const name = textOf(entry.agentId) ?? textOf(entry.name) ?? textOf(entry.target) ?? '';
  const outcome = textOf(entry.outcome) ?? '';
  const notes = textsOf(entry.notes, most.notes);
  const what = entry.kind === 'end' ? name : `${textOf(entry.kind) ?? ''} ${name}`;
  const isGood = ['exited', 'killed', 'vanished', 'done'].includes(outcome);
  const text = [`${what}: ${outcome}`, ...notes].join('; ');
  return [{ text, tone: isGood ? 'good' : 'problem' }];
}
