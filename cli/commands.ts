import type { Command } from "./command.ts";
import { engines } from "./commands/engines.ts";
import { explain } from "./commands/explain.ts";
import { init } from "./commands/init.ts";
import { paint } from "./commands/paint.ts";
import { presets } from "./commands/presets.ts";
import { validate } from "./commands/validate.ts";
import { variations } from "./commands/variations.ts";
import { weights } from "./commands/weights.ts";

/** Every command by its name; the first one is meant where none is named. */
export const commands: Readonly<Record<string, Command>> = Object.fromEntries(
  [paint, presets, validate, explain, init, variations, weights, engines].map((command) => [command.name, command]),
);
