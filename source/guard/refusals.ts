/** Rows that were refused when they should have been ended: they delay no other row, and each is reported once while it
 * is refused. Pure but for its own memory. */
import type { Ready } from './decide.ts';
import type { Said } from './outcome.ts';

type Refused = { readonly run: number; readonly said: Said };

export type Refusals = ReturnType<typeof createRefusals>;

export function createRefusals() {
  let run = 0;
  let refused: ReadonlyMap<string, Refused> = new Map();
  const turnOf = ({ row }: Ready) => refused.get(row.key)?.run ?? 0;
  return {
    isRefused: ({ row }: Ready) => refused.has(row.key),
    /** Rows that were refused last, those with the oldest refusal first. */
    inTurn: (rows: readonly Ready[]) => rows.toSorted((a, b) => turnOf(a) - turnOf(b)),
    /** Notes a run. @param rows all that are ready. @returns the refusals in force, also of rows that were not tried. */
    note(rows: readonly Ready[], tried: readonly Ready[], said: readonly Said[]): Said[] {
      run++;
      const news = new Map(said.filter(isRefusal).map(each => [each.target, { run, said: each }]));
      const triedKeys = new Set(tried.map(({ row }) => row.key));
      refused = new Map(
        rows.flatMap(({ row: { key } }) => {
          const known = news.get(key) ?? (triedKeys.has(key) ? undefined : refused.get(key));
          return known === undefined ? [] : [[key, known] as const];
        }),
      );
      return [...new Map([...news, ...refused]).values()].map(each => each.said);
    },
  };
}

/** Whether it is about one row. */
export function isRefusal(said: Said): said is Said & { readonly target: string } {
  return said.event === 'held-back' && typeof said.target === 'string';
}
