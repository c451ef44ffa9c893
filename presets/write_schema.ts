/**
 * Writes presets/schema.json: `deno task schema`.
 *
 * @module
 */
import { openRegistry } from "./registry.ts";
import { schemaDocument } from "./schema_document.ts";

/** The text of presets/schema.json, as `deno fmt` wants it. */
export function schemaText(): string {
  return `${JSON.stringify(schemaDocument(openRegistry().schema()), null, 2)}\n`;
}

if (import.meta.main) await Deno.writeTextFile(new URL("./schema.json", import.meta.url), schemaText());
