/** Fields of a document that another machine has written: anything may be in it. */

export type Fields = Readonly<Record<string, unknown>>;

/** The rest of a longer text is dropped: no command line on a screen needs more. */
const longestText = 4000;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longestText) : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** @param most items beyond these are dropped. */
export function listOf(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

export function textsOf(value: unknown, most: number): readonly string[] {
  return listOf(value, most).flatMap(each => textOf(each) ?? []);
}

export function oneOf<Word extends string>(
  value: unknown,
  known: readonly Word[],
): Word | undefined {
  return known.find(each => each === value);
}
