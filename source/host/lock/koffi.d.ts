/** Types for the parts of koffi that are used; its packages have none. */
declare module '@koromix/*' {
  const koffi: {
    /** Without a path: the libraries this process has already loaded. */
    load(library: null): {
      func(prototype: string): (descriptor: number, operation: number) => number;
    };
    errno(): number;
  };
  export default koffi;
}
