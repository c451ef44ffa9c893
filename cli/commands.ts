import type { Command } from "./command.ts";
import { explain } from "./commands/explain.ts";
import { init } from "./commands/init.ts";
import { paint } from "./commands/paint.ts";
import { presets } from "./commands/presets.ts";
import { validate } from "./commands/validate.ts";
import { variations } from "./commands/variations.ts";

/** Every command by its name; the first one is meant where none is named. */
export const commands: Readonly<Record<string, Command>> = Object.fromEntries(
  [paint, presets, validate, explain, init, variations].map((command) => [command.name, command]),
);
