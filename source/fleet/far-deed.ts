/** What a far vigil has done: an entry of its `vigil log --json`. */
import type { Deed } from '../core/model/history.ts';
import { fieldsOf, numberOf, oneOf, textOf, textsOf } from './fields.ts';

const kinds: readonly Deed['kind'][] = [
  ...(['end', 'reconcile', 'restore', 'sweep', 'shutdown', 'deploy', 'freeze'] as const),
  ...(['signal', 'rescue', 'command', 'run'] as const),
];

const mostNotes = 20;

/** @param shift added to its times, milliseconds. @returns nothing for what is no entry. */
export function farDeed(value: unknown, shift: number): Deed | undefined {
  const fields = fieldsOf(value);
  const by = fieldsOf(fields.by);
  const at = Date.parse(textOf(fields.time) ?? '');
  const kind = oneOf(fields.kind, kinds);
  if (kind === undefined || Number.isNaN(at)) return undefined;
  return {
    kind,
    at: at + shift,
    by: {
      ...{ pid: numberOf(by.pid) ?? 0, start: '', uid: numberOf(by.uid) ?? -1 },
      ...{ user: textOf(by.user), command: textOf(by.command), from: textOf(by.from) },
    },
    target: textOf(fields.target) ?? '',
    name: textOf(fields.name),
    agentId: textOf(fields.agentId),
    key: textOf(fields.key),
    reason: textOf(fields.reason),
    outcome: textOf(fields.outcome) ?? '',
    durationMs: numberOf(fields.durationMs),
    notes: textsOf(fields.notes, mostNotes),
    archived: [],
    signals: [],
  };
}
