/** Targets named on the command line → rows. */
import {
  identityOf,
  type Reading,
  type Row,
  type RowClass,
  type Snapshot,
} from '../model/model.ts';
import { similarWord } from '../model/similar.ts';
import { agentSession } from '../registry/agent-names.ts';

export type Target = {
  readonly kind: 'agent' | 'session' | 'pid' | 'task' | 'class';
  readonly name: string;
};

/** Targets that select a whole class. */
export const classTargets: Readonly<Record<string, RowClass>> = {
  '@orphans': 'orphan',
  '@undead': 'undead',
  '@husks': 'husk',
};

/** @returns the target, or why it is invalid. */
export function parseTarget(text: string): Reading<Target> {
  const target = (kind: Target['kind'], name: string) =>
    ({ ok: true, value: { kind, name } }) as const;
  const invalid = (reason: string) => ({ ok: false, reason }) as const;
  if (text.startsWith('@')) {
    const name = classTargets[text];
    if (name !== undefined) return target('class', name);
    return invalid(`unknown class target ${text} (use ${Object.keys(classTargets).join(', ')})`);
  }
  const [, prefix, rest = ''] = /^(session|pid|task):(.*)$/s.exec(text) ?? [];
  if (prefix === 'pid' && !/^[1-9]\d{0,9}$/.test(rest))
    return invalid(`pid:${rest}: expected a process id, for example pid:4121`);
  if (text === '' || (prefix !== undefined && rest === '')) return invalid('empty target');
  return prefix === undefined ? target('agent', text) : target(prefix as Target['kind'], rest);
}

const isMatch: Readonly<Record<Target['kind'], (row: Row, name: string) => boolean>> = {
  agent: (row, id) => row.key === id || (row.agentId === id && row.class !== 'zombie'),
  session: (row, name) => row.session?.name === name || row.key === `session:${name}`,
  pid: (row, pid) => row.processes.some(process => String(process.pid) === pid),
  task: (row, id) => row.task === id,
  class: (row, name) => row.class === name,
};

/** Exact matches only: a longer name with the same prefix is another target. A row's own key is accepted too. Where a
 * registry is unread, an agent is also found by the session that it was started in. */
export function findRows(snapshot: Snapshot, { kind, name }: Target): Row[] {
  const { rows, problems } = snapshot;
  const found = rows.filter(row => isMatch[kind](row, name));
  const isListed = found.length > 0 || kind !== 'agent';
  if (isListed || !problems.some(each => each.unread && each.source === 'registry')) return found;
  return rows.filter(row => row.class === 'unknown' && row.session?.name === agentSession(name));
}

/** @param identities `pid@start` of the main process that rows had when they were chosen, by key.
 * @returns whether a row has the process that it was chosen by. */
export function isStill(row: Row, identities: Readonly<Record<string, string>> = {}): boolean {
  const known = Object.hasOwn(identities, row.key) ? identities[row.key] : undefined;
  return known === undefined || row.processes.some(each => identityOf(each) === known);
}

/** A matching row, and whether it was named itself or by its class. */
export type Meant = { readonly row: Row; readonly isNamed: boolean };

/** The rows that names select; or why they cannot be resolved, which differs from no such row. */
export type Finding =
  | { readonly kind: 'found'; readonly rows: readonly Meant[] }
  | { readonly kind: 'none'; readonly reason: string }
  /** Some source was not read: an unlisted row may exist. */
  | { readonly kind: 'unread'; readonly reason: string; readonly problems: readonly string[] };

/** Every matching row once; a class may be empty, a name may not.
 * @param names in the syntax of `parseTarget`. */
export function rowsOfNames(snapshot: Snapshot, names: readonly string[]): Finding {
  const meant = new Map<string, Meant>();
  for (const name of names) {
    const target = parseTarget(name);
    const rows = target.ok ? findRows(snapshot, target.value) : [];
    const isNamed = !target.ok || target.value.kind !== 'class';
    if (rows.length === 0 && isNamed) return notFound(snapshot, name);
    for (const row of rows)
      meant.set(row.key, { row, isNamed: isNamed || meant.get(row.key)?.isNamed === true });
  }
  return { kind: 'found', rows: [...meant.values()] };
}

/** @returns why a name is ambiguous: several tmux servers have a session of that name. A row's own key is
 * unambiguous. */
export function ambiguityOf(snapshot: Snapshot, names: readonly string[]): string | undefined {
  for (const name of names) {
    const target = parseTarget(name);
    if (!target.ok || !['session', 'agent'].includes(target.value.kind)) continue;
    const rows = findRows(snapshot, target.value);
    const isOwnName = (row: Row) => row.agentId !== undefined || row.key === name;
    if (target.value.kind === 'agent' && rows.some(isOwnName)) continue;
    const sockets = [...new Set(rows.flatMap(row => row.session?.socket ?? []))];
    if (sockets.length > 1)
      return `${name} is on tmux sockets ${sockets.join(' and ')}: add -L NAME or -S PATH, or use a key (${rows.map(row => row.key).join(', ')})`;
  }
  return undefined;
}

function notFound(snapshot: Snapshot, name: string): Finding {
  const similar = similarTargets(snapshot, name);
  const problems = snapshot.problems.filter(each => each.unread).map(({ message }) => message);
  const hint = similar.length > 0 ? `. Did you mean ${similar.join(' or ')}?` : ' (see vigil list)';
  const missing = `no such target: ${name}`;
  if (problems.length === 0) return { kind: 'none', reason: `${missing}${hint}` };
  return { kind: 'unread', reason: `${missing} in what could be read${hint}`, problems };
}

/** Suggestions for a text that names no target: the same name with its prefix, a row of that program, else names that contain it,
 * else the most similar one. At most three. */
export function similarTargets({ rows }: Snapshot, text: string): string[] {
  const exact = rows.flatMap(({ session, task, processes, agentId, program }) => [
    ...(session?.name === text ? [`session:${text}`] : []),
    ...(task === text ? [`task:${text}`] : []),
    ...(processes.some(({ pid }) => String(pid) === text) ? [`pid:${text}`] : []),
    ...(agentId === undefined && program === text ? [`pid:${processes[0]?.pid}`] : []),
  ]);
  const names = rows.flatMap(
    row => row.agentId ?? (row.session ? `session:${row.session.name}` : []),
  );
  const containing = names.filter(name => text.length >= 3 && name.includes(text));
  const [found = [similarWord(text, names)]] = [exact, containing].filter(each => each.length > 0);
  return [...new Set(found.filter(each => each !== undefined))].slice(0, 3);
}
