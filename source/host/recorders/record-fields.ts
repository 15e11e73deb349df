/** Fields of a record by an allow-list: a value of another type counts as missing, everything else is
 * dropped. */
import { processSource } from '../processes/process-source.ts';

export type Fields = {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  isTrue(name: string): boolean;
  fields(name: string): Fields | undefined;
  /** Names and values of an object whose names are ids. */
  entries(name: string): readonly (readonly [string, Fields])[];
  list(name: string): readonly Fields[];
};

/** Longer texts are no ids, paths or titles. */
const longestText = 4096;

/** @throws SyntaxError if the text is not a JSON object. */
export function parseFields(text: string): Fields {
  const value: unknown = JSON.parse(text);
  const fields = fieldsOf(value);
  if (fields === undefined) throw new SyntaxError('not an object');
  return fields;
}

/** @throws SyntaxError if the text is not a JSON array. @returns its objects. */
export function parseList(text: string): readonly Fields[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new SyntaxError('not an array');
  return value.flatMap(each => fieldsOf(each) ?? []);
}

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  const get = (name: string) => (Object.hasOwn(object, name) ? object[name] : undefined);
  return {
    text(name) {
      const found = get(name);
      return typeof found === 'string' && found !== '' && found.length <= longestText
        ? found
        : undefined;
    },
    number(name) {
      const found = get(name);
      return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
    },
    isTrue: name => get(name) === true,
    fields: name => fieldsOf(get(name)),
    entries(name) {
      const found = get(name);
      if (fieldsOf(found) === undefined) return [];
      return Object.entries(found as object).flatMap(([key, each]) => {
        const fields = fieldsOf(each);
        return fields === undefined ? [] : [[key, fields] as const];
      });
    },
    list(name) {
      const found = get(name);
      return Array.isArray(found) ? found.flatMap(each => fieldsOf(each) ?? []) : [];
    },
  };
}

/** A process, if pid and start time (clock ticks after boot, a number or a text of digits) are plausible. An
 * agent in a container is often its pid 1. ps shows no ticks, so that where only ps is read a record binds to none. */
export function identityOf(pid: number | undefined, start: string | number | undefined) {
  if (processSource === 'portable') return undefined;
  const isPid = pid !== undefined && Number.isInteger(pid) && pid >= 1;
  const ticks = String(start ?? '');
  return isPid && /^[1-9]\d{0,18}$/.test(ticks) ? { pid, start: ticks } : undefined;
}

/** @param pidName and @param startName of the two fields. */
export function identityIn(fields: Fields, pidName: string, startName: string) {
  return identityOf(fields.number(pidName), fields.text(startName) ?? fields.number(startName));
}
