import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";

/** The UserError that some work must throw. */
export async function userError(work: () => unknown): Promise<UserError> {
  try {
    await work();
  } catch (error) {
    assert(error instanceof UserError, `a UserError was due: ${error}`);
    return error;
  }
  assert.fail("a UserError was due, but the work succeeded");
}

/** The UserError that some work must throw, on one line and with a hint. */
export async function clearError(work: () => unknown): Promise<UserError> {
  const error = await userError(work);
  assert.doesNotMatch(error.message, /\n/);
  assert(error.hint, `a hint was due: ${error.message}`);
  return error;
}
