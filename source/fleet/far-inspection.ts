/** Reads what a far vigil has read of one row. Everything in it is hostile: it is bounded, and never taken for more than
 * data. */
import type { Deed } from '../core/model/history.ts';
import type { Aspect, Inspection, TailName } from '../core/model/inspection.ts';
import type { Reading } from '../core/model/model.ts';
import type { LoginScope } from '../core/ports/logins.ts';
import { farDeed } from './far-deed.ts';
import { fieldsOf, listOf, numberOf, oneOf, textOf } from './fields.ts';

export const inspectionSchema = 'vigil.inspection/1';

const most = {
  lines: 6000,
  processes: 500,
  ports: 100,
  records: 10,
  fields: 200,
  deeds: 20,
} as const;
/** Of all lines together: more than a log view reads. */
const mostText = 512 * 1024;
const tailNames: readonly TailName[] = ['log', 'progress', 'findings'];

/** @property key that the row has here. @property now our wall clock, epoch milliseconds. */
type About = {
  readonly host: string;
  readonly key: string;
  readonly aspect: Aspect;
  readonly now: number;
};

/** @param document as it came. */
export function readFarInspection(
  document: unknown,
  { host, key, aspect, now }: About,
): Inspection {
  const fields = fieldsOf(document);
  if (fields.schema !== inspectionSchema)
    return failedInspection(key, aspect, `${host}: its vigil is too old for this: update it`);
  const takenAt = Date.parse(textOf(fields.takenAt) ?? '');
  const shift = Number.isNaN(takenAt) ? 0 : now - takenAt;
  const linesOf = lineReader();
  return {
    key,
    aspect,
    directories: new Map(
      pairsOf(fields.directories).flatMap(([pid, path]) =>
        typeof path === 'string' ? [[pid, path] as const] : [],
      ),
    ),
    ports: new Map(pairsOf(fields.ports).map(([pid, value]) => [pid, readingOf(value, portsOf)])),
    records: listOf(fields.records, most.records).map(value => {
      const record = fieldsOf(value);
      return { path: textOf(record.path) ?? '', fields: readingOf(record.fields, entryOf) };
    }),
    tails: listOf(fields.tails, tailNames.length).flatMap(value => {
      const { name, lines } = fieldsOf(value);
      const known = oneOf(name, tailNames);
      return known === undefined ? [] : [{ name: known, lines: readingOf(lines, linesOf) }];
    }),
    screen:
      fields.screen === undefined
        ? undefined
        : readingOf(fields.screen, value => linesOf(value) ?? []),
    login: loginOf(fields.login),
    deeds: listOf(fields.history, most.deeds).flatMap((each): readonly Deed[] => {
      const deed = farDeed(each, shift);
      return deed === undefined ? [] : [deed];
    }),
  };
}

/** @returns the reason in the place of what the aspect shows. */
export function failedInspection(key: string, aspect: Aspect, reason: string): Inspection {
  const lines = { ok: false, reason } as const;
  return {
    ...{ key, aspect, directories: new Map(), ports: new Map(), records: [] },
    tails: aspect === 'screen' ? [] : [{ name: 'log', lines }],
    screen: aspect === 'screen' ? lines : undefined,
  };
}

function readingOf<T>(value: unknown, contentOf: (value: unknown) => T): Reading<T> {
  const { ok, value: content, reason } = fieldsOf(value);
  if (ok === true) return { ok: true, value: contentOf(content) };
  return { ok: false, reason: textOf(reason) ?? 'it could not be read there' };
}

/** @returns a reader of lists of lines, which all together have no more than `mostText`; a file that does not exist has none. */
function lineReader() {
  let left = mostText;
  return (value: unknown): readonly string[] | undefined => {
    if (!Array.isArray(value)) return undefined;
    const lines: string[] = [];
    // The newest are the last.
    for (const line of value.slice(-most.lines).reverse()) {
      if (typeof line !== 'string') continue;
      if (line.length > left) break;
      left -= line.length;
      lines.push(line);
    }
    return lines.reverse();
  };
}

function pairsOf(value: unknown): readonly (readonly [number, unknown])[] {
  return listOf(value, most.processes).flatMap(pair => {
    const [pid, content] = listOf(pair, 2);
    return typeof pid === 'number' ? [[pid, content] as const] : [];
  });
}

function portsOf(value: unknown): readonly number[] {
  return listOf(value, most.ports).flatMap(port => numberOf(port) ?? []);
}

function entryOf(value: unknown): readonly (readonly [string, string])[] {
  return listOf(value, most.fields).flatMap(pair => {
    const [name, text] = listOf(pair, 2).map(textOf);
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
}

function loginOf(value: unknown): LoginScope | undefined {
  const { pid, session, isLingering, killsProcesses } = fieldsOf(value);
  if (typeof pid !== 'number') return undefined;
  return {
    pid,
    session: textOf(session),
    isLingering: isLingering === true,
    killsProcesses: typeof killsProcesses === 'boolean' ? killsProcesses : undefined,
  };
}
