import { commands } from "./commands.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { commandFlags, presetFlags } from "./flags.ts";

/** What `--help` prints: the flags come from the stages' own declarations. */
export function help(): string {
  const own = Object.entries(commandFlags).map(([name, flag]) =>
    line(`--${name}${"value" in flag ? ` ${flag.value}` : ""}`, flag.description)
  );
  const fromPreset = presetFlags.map(({ name, schema }) => {
    const { description = "", default: byDefault } = schema;
    const shown = typeof byDefault === "object" || byDefault === "" ? "" : ` (${byDefault})`;
    return line(`--${name} ${valueName(schema)}`, `${description}${shown}`);
  });
  const usages = Object.entries(commands).slice(1).map(([name, { words, description }]) =>
    `  deno run -P cli.ts ${[name, ...words].join(" ").padEnd(24)} ${description}`
  );
  return `impasto repaints a photograph in the manner of a painting.

  deno run -P cli.ts [paint] --preset NAME --content PHOTO --style PAINTING[=WEIGHT] --output FILE
${usages.join("\n")}

Flags that set a preset's options (its own values, or the defaults here, hold unless given):
${fromPreset.join("\n")}

Flags of the command:
${own.join("\n")}`;
}

function line(flag: string, description: string): string {
  return `  ${flag.padEnd(26)} ${description}`;
}

function valueName(
  { type, location, enum: names, anyOf = [], plugin }: ValueSchema,
): string {
  if (location || type === "array") return "FILE";
  return names || plugin || type === "string" || anyOf.some(({ type }) => type === "string") ? "NAME" : "N";
}
