/** How a handler says no. @module */

/** A request that is answered with a status and a reason. The router turns it into `{"error": reason}`. */
export class HttpError extends Error {
  /** The class's name. */
  override name = "Refusal";
  /** The HTTP status. */
  readonly status: number;

  /** Makes a refusal. */
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}
