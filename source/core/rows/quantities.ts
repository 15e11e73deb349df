/** Sizes, times and percentages in filter terms, and comparisons with them. Pure. */

export type Quantity = {
  /** Factor of each unit; without a unit the factor is `plain`. */
  readonly units: Readonly<Record<string, number>>;
  readonly plain: number;
  readonly what: string;
};

/** `500m`, `500mb` and `500mib` are the same size: powers of 1024, as in the MEM column. */
const bytes = Object.fromEntries(
  ['', 'k', 'm', 'g', 't'].flatMap((letter, power) =>
    (letter === '' ? ['b'] : [letter, `${letter}b`, `${letter}ib`]).map(unit => [
      unit,
      1024 ** power,
    ]),
  ),
);
const times = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

export const size: Quantity = { units: bytes, plain: 1, what: 'size' };
export const percentage: Quantity = { units: { '%': 1 }, plain: 1, what: 'percentage' };
/** In milliseconds; a number alone is seconds. */
export const time: Quantity = { units: times, plain: 1000, what: 'time' };

/** @param text in lower case. @returns undefined if it is no such quantity. */
export function quantityIn(text: string, { units, plain }: Quantity): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*|%)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const isKnown = unit === '' || Object.hasOwn(units, unit);
  return isKnown ? Number(number) * (units[unit] ?? plain) : undefined;
}

export const comparisons: ReadonlyMap<string, (actual: number, bound: number) => boolean> = new Map(
  [
    ['>', (actual, bound) => actual > bound],
    ['<', (actual, bound) => actual < bound],
    ['>=', (actual, bound) => actual >= bound],
    ['<=', (actual, bound) => actual <= bound],
  ],
);
