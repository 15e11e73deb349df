/** A promise with a deadline: a late result counts as not read and delays nothing. */
export function within<T, L>(promise: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
