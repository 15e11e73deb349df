/** The syntax of a filter: terms side by side must all hold, `a|b` is either, `!a` is not, and `"…"` is literal
 * text. As in fzf, `!` binds closest, then `|`. Pure. */

export type FilterTerm = Written & {
  readonly isNegated: boolean;
  /** As typed, without `!`. */
  readonly written: string;
  readonly isQuoteOpen: boolean;
};

type Written =
  | { readonly kind: 'text'; readonly text: string }
  /** `name:value,value` or `name>value`. */
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly sign: string;
      readonly values: readonly string[];
    }
  /** Nothing follows an operator: it is still being typed. */
  | { readonly kind: 'missing' };

/** Terms of which one must hold. */
export type Alternatives = readonly FilterTerm[];

/** An operator, a field term, or text. Spaces may be around every operator; a URL is text. */
const token =
  /[|!]|([a-z]+)\s*(:(?!\/\/)|[<>]=?)\s*((?:"[^"]*(?:"|$)|[^\s|,"]|\s*,\s*)*)|(?:"[^"]*(?:"|$)|[^\s|"])+/gi;

/** @returns groups that must all hold. Every text is a filter, complete or not. */
export function parseFilter(text: string): readonly Alternatives[] {
  const groups: FilterTerm[][] = [];
  let isNegated = false;
  let isAlternative = false;
  const add = (term: Written, written: string) => {
    const isQuoteOpen = written.split('"').length % 2 === 0;
    const group = isAlternative ? groups.at(-1) : undefined;
    if (group === undefined) groups.push([{ ...term, isNegated, written, isQuoteOpen }]);
    else group.push({ ...term, isNegated, written, isQuoteOpen });
    isNegated = false;
    isAlternative = false;
  };
  for (const [written, name, sign = '', list = ''] of text.matchAll(token)) {
    if (written === '!') isNegated = !isNegated;
    else if (written === '|') {
      if (isNegated || isAlternative || groups.length === 0) add({ kind: 'missing' }, '|');
      isAlternative = true;
    } else if (name === undefined)
      add({ kind: 'text', text: written.replaceAll('"', '').toLowerCase() }, written);
    else
      add(
        { kind: 'field', name: name.toLowerCase(), sign, values: valuesIn(list) },
        written.trim(),
      );
  }
  if (isNegated || isAlternative) add({ kind: 'missing' }, isNegated ? '!' : '|');
  return groups;
}

/** Splits at commas outside quotes. */
function valuesIn(list: string): string[] {
  const values = [''];
  for (const [piece, quoted] of list.toLowerCase().matchAll(/"([^"]*)"?|,|[^,"]+/g))
    if (piece === ',') values.push('');
    else values.push(`${values.pop()}${quoted ?? piece.trim()}`);
  return values.filter(value => value !== '');
}
