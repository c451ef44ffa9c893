import { withoutSecrets } from "./addresses.ts";

/**
 * An error that a user can cause and mend: one line that says what is wrong, and a hint that says what to do. None of
 * its words, and of those of its causes, hold the secrets of an address.
 */
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
    super(withoutSecrets(message), { cause: options.cause });
    hideSecrets(options.cause);
    this.hint = options.hint && withoutSecrets(options.hint);
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return withoutSecrets(message).trim().replaceAll(/\s*\n\s*/g, "; ");
}

/** Takes the secrets of addresses out of an error of the system's, and of its causes. */
function hideSecrets(error: unknown): void {
  if (!(error instanceof Error)) return;
  for (const key of ["message", "stack"] as const) {
    const text = error[key];
    if (text !== undefined && withoutSecrets(text) !== text) error[key] = withoutSecrets(text);
  }
  hideSecrets(error.cause);
}
