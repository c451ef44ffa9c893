/** A request that is refused: its status, and one line that says why. */
export class Refusal extends Error {
  /** The status of the answer. */
  readonly status: number;

  /** A refusal with its status. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
