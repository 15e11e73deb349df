/** What edits ask for at a place and below it. A tree: a large file has a hundred thousand places, and nothing is
 * spelled out for those that no edit names. */
import type { Edit } from './edit.ts';
import type { JsonPath } from './locate.ts';

export type Wanted = {
  isSet: boolean;
  isRemoved: boolean;
  below?: Map<string | number, Wanted>;
};

/** @returns what the edits ask for, from the root of the document. */
export function wantedBy(edits: readonly Edit[]): Wanted {
  const root = nothing();
  for (const { at, value } of edits) {
    const place = placeOf(root, at);
    if (value === undefined) place.isRemoved = true;
    else place.isSet = true;
  }
  return root;
}

function placeOf(root: Wanted, path: JsonPath): Wanted {
  let place = root;
  for (const step of path) {
    place.below ??= new Map();
    const known = place.below.get(step);
    const next = known ?? nothing();
    if (known === undefined) place.below.set(step, next);
    place = next;
  }
  return place;
}

function nothing(): Wanted {
  return { isSet: false, isRemoved: false, below: undefined };
}
