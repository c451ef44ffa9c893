import { withoutSecrets } from "./addresses.ts";

/** What kinds of errors a program can tell apart. */
export const errorCodes = {
  "interrupted": "the signal, or Ctrl-C, ended it",
  "invalid": "a call, an option or a picture in memory is wrong",
  "preset-invalid": "a preset has faults: `faults` lists them",
  "preset-not-found": "there is no such preset",
  "picture-unreadable": "a file is no picture, or is damaged or too large",
  "film-unreadable": "a file is no film, or is damaged",
  "ffmpeg-missing":
    "neither ffmpeg, which reads and writes films, nor what takes its place is here, or it may not be run",
  "unreadable": "a file or an address cannot be read",
  "unwritable": "a file cannot be written",
  "weights-missing": "the weights of a network are not here",
  "weights-unusable": "a file holds no weights that fit, or they are damaged",
  "fetch-failed": "weights cannot be fetched",
  "engine-unavailable": "an engine does not work on this machine",
  "out-of-memory": "the memory that a run may take does not suffice",
  "session-closed": "the session was closed before the run was done",
  "stage-failed": "a stage, a loss or an optimiser threw: the message says which, and where in its code",
  "failed": "anything else that ends a run",
} as const;

/** The kind of an error: a key of {@linkcode errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

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
  /** What kind of error it is, for programs. */
  readonly code: ErrorCode;

  /**
   * An error with a hint.
   *
   * @param options `exitCode` is 1 unless given, and `code` follows from it.
   */
  constructor(
    message: string,
    options: { hint?: string; exitCode?: 1 | 2 | 130; code?: ErrorCode; cause?: unknown } = {},
  ) {
    super(withoutSecrets(message), { cause: options.cause });
    hideSecrets(options.cause);
    this.hint = options.hint && withoutSecrets(options.hint);
    this.exitCode = options.exitCode ?? 1;
    this.code = options.code ?? ({ 1: "failed", 2: "invalid", 130: "interrupted" } as const)[this.exitCode];
  }
}

/** Turns an error that a user can mend into undefined, for `catch` where there is another way; throws any other. */
export function unlessUser(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}

/** An error of the code of a stage, a loss or an optimiser; its cause is what was thrown. */
export class StageError extends Error {
  /** The name of its class. */
  override readonly name = "StageError";
  /** What kind of error it is, for programs. */
  readonly code = "stage-failed" satisfies ErrorCode;
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
