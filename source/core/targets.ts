/** What a person names on the command line → rows. */
import { labelOf } from './describe.ts';
import type { Reading, Row, RowClass, Snapshot } from './model.ts';

export type Target =
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'session'; readonly name: string }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'class'; readonly class: RowClass };

const classTargets: Readonly<Record<string, RowClass>> = {
  '@orphans': 'orphan',
  '@undead': 'undead',
  '@husks': 'husk',
};
export const classTargetNames: readonly string[] = Object.keys(classTargets);

/** @returns the target, or what is wrong with its spelling. */
export function parseTarget(text: string): Reading<Target> {
  if (text.startsWith('@')) {
    const name = classTargets[text];
    if (name !== undefined) return { ok: true, value: { kind: 'class', class: name } };
    return {
      ok: false,
      reason: `unknown class target ${text}; it takes ${classTargetNames.join(', ')}`,
    };
  }
  const [, prefix, rest = ''] = /^(session|pid|task):(.*)$/s.exec(text) ?? [];
  if (prefix === 'session' && rest !== '')
    return { ok: true, value: { kind: 'session', name: rest } };
  if (prefix === 'task' && rest !== '') return { ok: true, value: { kind: 'task', id: rest } };
  if (prefix === 'pid') {
    if (/^[1-9]\d{0,9}$/.test(rest)) return { ok: true, value: { kind: 'pid', pid: Number(rest) } };
    return { ok: false, reason: `pid:${rest} is not a process number; write pid:4121` };
  }
  if (text === '' || prefix !== undefined)
    return { ok: false, reason: 'a target must name something' };
  return { ok: true, value: { kind: 'agent', id: text } };
}

/** Exact matches only: a name that merely begins like the target is somebody else. A row's own key
 * is understood too. */
export function findRows(snapshot: Snapshot, target: Target): Row[] {
  return snapshot.rows.filter(row => isMeant(row, target));
}

function isMeant(row: Row, target: Target): boolean {
  switch (target.kind) {
    case 'agent':
      return row.key === target.id || (row.agentId === target.id && row.class !== 'zombie');
    case 'session':
      return row.session?.name === target.name || row.key === `session:${target.name}`;
    case 'pid':
      return row.processes.some(process => process.pid === target.pid);
    case 'task':
      return row.task === target.id;
    case 'class':
      return row.class === target.class;
  }
}

/** Names that begin like what was looked for, for the error line. */
export function similarNames(snapshot: Snapshot, text: string): string[] {
  const names = snapshot.rows.map(row => labelOf(row));
  return [...new Set(names.filter(name => text.length >= 3 && name.includes(text)))].slice(0, 3);
}
