import type { Call } from "./call.ts";

/** Every command by its name. */
export type Commands = Readonly<Record<string, Command>>;

/** Does what a word of the command line says; its words are those after the command's own name. Returns the exit code. */
export type Run = (call: Call, commands: Commands) => Promise<number>;

/** A call as an example. */
export type Example = readonly [call: string, effect: string];

/** A word of the command line: its line in `cli/commands.ts`, and what it does, one file in `cli/commands/`. */
export interface Command {
  /** What may follow the name, for the help, such as `FILE`; as many words are taken as there are here. */
  readonly words: readonly string[];
  /** One line for the help. */
  readonly description: string;
  /** Two calls, without the program's name, each with what it does. */
  readonly examples: readonly [Example, Example];
  /** What to do if a word is too many or missing. */
  readonly hint: string;
  /** Loads what it does: a command costs no start-up time but its own. */
  load(): Promise<Run>;
}
