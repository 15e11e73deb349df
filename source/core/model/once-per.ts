/** Remembers what was made of an object, for as long as that exists: registries that have not changed are the same list of
 * records in the next poll. */

/** @param make pure; nothing may change its result.
 * @returns the same, but once for each object. */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return key => {
    const found = known.get(key) ?? { value: make(key) };
    known.set(key, found);
    return found.value;
  };
}
