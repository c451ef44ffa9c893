/** An error that a user can cause and mend: one line that says what is wrong, and a hint that says what to do. */
export class UserError extends Error {
  /** The name of its class. */
  override readonly name: string = "UserError";
  /** What to do, in one line. */
  readonly hint?: string;
  /** 2 for a wrong call or preset, 1 for a run that failed, 130 for one that was interrupted. */
  readonly exitCode: 1 | 2 | 130;

  /**
   * An error with a hint.
   *
   * @param options `exitCode` is 1 unless given.
   */
  constructor(message: string, options: { hint?: string; exitCode?: 1 | 2 | 130; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, "; ");
}
