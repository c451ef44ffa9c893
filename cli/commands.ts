import type { Command } from "./command.ts";
import { paint } from "./commands/paint.ts";
import { presets } from "./commands/presets.ts";
import { validate } from "./commands/validate.ts";

/** Every command by its name; the first one is meant where none is named. */
export const commands: Readonly<Record<string, Command>> = Object.fromEntries(
  [paint, presets, validate].map((command) => [command.name, command]),
);
