import { errorCodes, messageOf, UserError } from "../base/errors.ts";
import { BlobLost } from "./blobs.ts";

/**
 * An error as it travels: three lines, of which the first one is what lists of jobs show, the second one the hint, and
 * the third one the code and the exit code.
 */
export function failureText(error: unknown): string {
  const { hint = "", code = "failed", exitCode = 1 } = error instanceof UserError ? error : {};
  return [messageOf(error), hint, `${error instanceof BlobLost ? blobLost : code} ${exitCode}`].join("\n");
}

/** The code of a failure that a coordinator mends: a blob is not there. */
const blobLost = "blob-lost";

/** Whether a failure is that of a blob that is not there. */
export function isBlobLost(text: string): boolean {
  return text.split("\n").at(-1)?.startsWith(`${blobLost} `) ?? false;
}

/** Whether another try would fail as well: the call, the preset or its pictures are wrong. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof UserError)) return false;
  const passing: readonly string[] = ["unwritable", "unreadable", "failed", "out-of-memory", "fetch-failed"];
  return error.exitCode === 2 || !passing.includes(error.code);
}

/**
 * The error of a job.
 *
 * @param told Puts the names that the user knows in the place of those of blobs.
 */
export function failureFrom(text: string, told: (text: string) => string = (text) => text): UserError {
  const [message, hint, codes = ""] = text.split("\n");
  const [code, exitCode] = codes.split(" ");
  if (/stalled more than/.test(message)) {
    return new UserError("Its worker was lost each time that it was tried", {
      hint: "perhaps it takes more memory than the workers have: `memory` or `decode.size` limit it",
    });
  }
  return new UserError(told(message), {
    hint: hint ? told(hint) : undefined,
    exitCode: exitCode === "2" ? 2 : 1,
    code: Object.hasOwn(errorCodes, code) ? code as keyof typeof errorCodes : "failed",
  });
}
