import assert from "node:assert/strict";
import { cache } from "./cache.ts";
import { inRoot } from "./shared.ts";

/** What a run of the command left. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines of the error stream, without what Deno itself says about permissions. */
  readonly complaints: readonly string[];
}

/** Options of a run. */
interface CommandOptions {
  /** The current folder. */
  readonly cwd?: string;
  /** Variables of the environment beside the test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Deno instead of `-P`, which grants what deno.json declares. */
  readonly permissions?: readonly string[];
}

/** What Deno is told to run the command as a user does. */
export function commandArguments(args: readonly string[], permissions: readonly string[] = ["-P"]): string[] {
  return ["run", "--no-prompt", "--config", inRoot("deno.json"), ...permissions, inRoot("cli.ts"), ...args];
}

/** The command as a user runs it, not yet started. */
export function command(
  args: readonly string[],
  { cwd, env, permissions }: CommandOptions = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: commandArguments(args, permissions),
    cwd,
    env: { NO_COLOR: "1", IMPASTO_CACHE: cache, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs the command to its end. */
export async function impasto(args: readonly string[], options?: CommandOptions): Promise<Outcome> {
  const { code, stdout, stderr } = await command(args, options).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err, complaints: complaintsIn(err) };
}

/** Lines of the command's own, without those of Deno. */
export function complaintsIn(err: string): string[] {
  return err.split("\n").filter((line) => line !== "" && !/Permissions in the config file|^Download /.test(line));
}

/**
 * The one complaint of a run that failed: `error: …` and its hint, with nothing else on either stream but its record, if
 * records were asked for.
 */
export function complaint({ out, complaints }: Outcome): readonly [string, string] {
  assert.match(out, /^(\{"kind":"error",[^\n]*\n)?$/);
  assert.equal(complaints.length, 2, complaints.join("\n"));
  const [line, hint] = complaints;
  assert.match(line, /^error: /);
  assert.match(hint, /^ {2}\S/);
  return [line, hint];
}
