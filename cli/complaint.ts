import { lineOf, PresetError } from "../presets/layers.ts";
import { moduleRoot } from "../base/root.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { inFlags } from "./in_flags.ts";
import { tell } from "./output.ts";
import { type Refusal, refusal } from "../base/permissions.ts";

/**
 * Prints what is wrong: `error: …`, and in the next line what would be right.
 *
 * @param about What the errors are about, if they do not say so.
 * @returns The exit code.
 */
export function complain(error: unknown, about?: string): number {
  const faults = error instanceof PresetError
    ? error.faults.map((fault) => ({ message: lineOf(fault), hint: fault.hint }))
    : [{ message: messageOf(error), hint: error instanceof UserError ? error.hint : undefined }];
  const denied = refusal(error);
  const all = moduleRoot.protocol === "file:" ? "; -P grants all that deno.json declares" : "";
  for (const { message: whole, hint: ownHint } of faults) {
    const hint = denied && denied.kind !== "import" ? `add ${denied.flag} after \`deno run\`${all}` : ownHint;
    const message = denied ? pithOf(whole, denied) : whole;
    tell(`error: ${about && !message.includes(about) ? `${about}: ` : ""}${inFlags(message)}`);
    if (hint) tell(`  ${inFlags(hint)}`);
  }
  return error instanceof UserError ? error.exitCode : 1;
}

/** A message without what a package says about its installation if Deno refused it something. */
function pithOf(message: string, { words }: Refusal): string {
  const at = message.indexOf(words);
  return at < 0 ? message : `${message.slice(0, at).replace(/[^:]*; $/, " ")}${words}`;
}
