import { PresetError } from "../presets/layers.ts";
import { messageOf, UserError } from "../stages/errors.ts";
import { refusal } from "../stages/permissions.ts";

/**
 * Prints what is wrong: `error: …`, and in the next line what would be right.
 *
 * @param about What the errors are about, where they do not say so.
 * @returns The exit code.
 */
export function complain(error: unknown, about?: string): number {
  const faults = error instanceof PresetError
    ? error.faults
    : [{ message: messageOf(error), hint: error instanceof UserError ? error.hint : undefined }];
  const denied = refusal(error);
  for (const { message, hint: ownHint } of faults) {
    const hint = denied && denied.kind !== "import"
      ? `add ${denied.flag} after \`deno run\`; -P grants all that deno.json declares`
      : ownHint;
    console.error(`error: ${about && !message.includes(about) ? `${about}: ` : ""}${message}`);
    if (hint) console.error(`  ${hint}`);
  }
  return error instanceof UserError ? error.exitCode : 1;
}
