/** Types for the parts of koffi that are used; its packages have none. */
declare module '@koromix/*' {
  const koffi: {
    /** @param library its name or path; without one, the libraries this process has already loaded. */
    load(library: string | null): {
      // biome-ignore lint/suspicious/noExplicitAny: the prototype says what the function takes and returns
      func<F extends (...values: any[]) => unknown>(prototype: string): F;
    };
    errno(): number;
  };
  export default koffi;
}
