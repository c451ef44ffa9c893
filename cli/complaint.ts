import { lineOf, PresetError } from "../presets/layers.ts";
import { moduleRoot } from "../base/root.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { inFlags } from "./in_flags.ts";
import { printReport, tell } from "./output.ts";
import { type Refusal, refusal } from "../base/permissions.ts";

/**
 * Prints what is wrong: `error: …`, and in the next line what would be right; with `--json` a record as well.
 *
 * @param about What the errors are about, if they do not say so.
 * @returns The exit code.
 */
export function complain(error: unknown, about?: string): number {
  const faults = error instanceof PresetError
    ? error.faults.map((fault) => {
      const { source, path, hint } = fault;
      return { message: lineOf(fault), hint, place: { source, path } };
    })
    : [{ message: messageOf(error), hint: error instanceof UserError ? error.hint : undefined, place: {} }];
  const denied = refusal(error);
  const all = moduleRoot.protocol === "file:" ? "; -P grants all that deno.json declares" : "";
  for (const { message: whole, hint: ownHint, place } of faults) {
    const hint = denied && denied.kind !== "import" ? `add ${denied.flag} after \`deno run\`${all}` : ownHint;
    const message = denied ? pithOf(whole, denied) : whole;
    const [line, way] = [inFlags(message), hint && inFlags(hint)];
    tell(`error: ${about && !line.includes(about) ? `${about}: ` : ""}${line}`);
    if (way) tell(`  ${way}`);
    if (Deno.args.includes("--json")) {
      printReport(
        JSON.stringify({ kind: "error", code: codeOf(error), file: about, message: line, hint: way, ...place }),
      );
    }
  }
  return error instanceof UserError ? error.exitCode : 1;
}

/** The kind of an error, for programs: its own, or one that follows from its exit code. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (!(error instanceof UserError)) return "failed";
  if (typeof code === "string") return code;
  if (error instanceof PresetError) return "preset-invalid";
  return { 1: "failed", 2: "invalid", 130: "interrupted" }[error.exitCode];
}

/** A message without what a package says about its installation if Deno refused it something. */
function pithOf(message: string, { words }: Refusal): string {
  const at = message.indexOf(words);
  return at < 0 ? message : `${message.slice(0, at).replace(/[^:]*; $/, " ")}${words}`;
}
