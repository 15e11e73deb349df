/** A promise with a deadline: a late result counts as not read and delays nothing. Where vigil itself was held up in the
 * meantime (stopped, a busy machine, a file of many megabytes to parse), the other side had no fair chance to be heard:
 * the deadline is set once more.
 * @param ms from now. */
export function within<T, L>(promise: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const expire = () => resolve(late());
    let timer = setTimeout(() => {
      const isHeldUp = performance.now() - startedAt > ms * 1.5;
      if (!isHeldUp) return expire();
      timer = setTimeout(expire, ms);
    }, ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
