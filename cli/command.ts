import type { Call } from "./flags.ts";

/** A word of the command line and what it does: one file in `cli/commands/`, and its line in `cli/commands.ts`. */
export interface Command {
  readonly name: string;
  /** What may follow the name, for the help, such as `FILE`; as many words are taken as there are here. */
  readonly words: readonly string[];
  /** One line for the help. */
  readonly description: string;
  /** What to do where a word is too many or missing. */
  readonly hint: string;
  /**
   * Does it.
   *
   * @param call The command line; its words are those after the command's own name.
   * @returns The exit code.
   */
  run(call: Call): Promise<number>;
}
