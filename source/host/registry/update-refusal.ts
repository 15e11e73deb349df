/** Aborts an update, naming the file. */
export class Refusal extends Error {
  constructor(
    readonly path: string,
    reason: string,
    /** The only agent whose change is refused. */
    readonly agentId?: string,
  ) {
    super(reason);
  }
}
