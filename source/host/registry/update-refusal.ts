/** Aborts an update, naming the file. */
export class Refusal extends Error {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(reason);
  }
}
