/** What is used of koffi's packages, which bring no types of their own. */
declare module '@koromix/*' {
  const koffi: {
    /** Without a path: what this process has loaded already. */
    load(library: null): {
      func(prototype: string): (descriptor: number, operation: number) => number;
    };
    errno(): number;
  };
  export default koffi;
}
