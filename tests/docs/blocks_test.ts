/**
 * Every code block of the pages does what it says: presets load, commands are known, TypeScript is checked and run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseCall } from "../../cli/flags.ts";
import { commands } from "../../cli/commands.ts";
import { loadPreset } from "../../presets/load.ts";
import { presetOptions } from "../../presets/schema.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";

const pages = [
  "README.md",
  "docs/presets.md",
  "docs/stages.md",
  "docs/programs.md",
  "docs/painters.md",
  "docs/flow.md",
  "docs/machines.md",
];

/** The code blocks of a page in a language. */
async function blocksIn(page: string, language: string): Promise<string[]> {
  const text = await Deno.readTextFile(inRoot(page));
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, code]) => code);
}

/** The code of docs/stages.md under the names that docs/presets.md gives it. */
async function modules(): Promise<Record<string, string>> {
  const code = await blocksIn("docs/stages.md", "ts");
  const named = (name: string) =>
    code.find((text) => text.includes(`name: "${name}"`))!
      .replaceAll(/from "\.\.\/([^"]+)"/g, (_, path) => `from "${new URL(`../../${path}`, import.meta.url).href}"`);
  return { "film_grain.ts": named("film-grain"), "dark.ts": named("dark"), "descent.ts": named("descent") };
}

for (const page of pages) {
  Deno.test(`every preset of ${page} loads, alone or as a part of one`, async () => {
    await using folder = await temporaryFolder();
    for (const [name, code] of Object.entries(await modules())) await folder.write(name, code);
    for (const block of await blocksIn(page, "json")) {
      // A part of a preset stands without its braces.
      const part = `{ "extends": "painting", "decode": { ${block} } }`;
      const file = await folder.write("block.json", block.startsWith("{") ? block : part);
      const preset = await loadPreset(file, [], { incomplete: true });
      assert(preset.chain.length > 0, block);
    }
  });

  Deno.test(`every command of ${page} is one that there is`, async () => {
    for (const block of await blocksIn(page, "sh")) {
      for (const line of block.split("\n")) {
        const [, rest] = /cli\.ts ?(.*)$/.exec(line.replace(/ {2,}# .*| # .*/, "")) ?? [];
        if (rest === undefined) continue;
        const args = (rest.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
        const { words, overrides } = parseCall(args);
        const [command = "paint"] = words;
        assert(Object.hasOwn(commands, command), line);
        assert(words.length - 1 <= commands[command as keyof typeof commands].words.length, line);
        const keys = overrides.flatMap(({ json }) => Object.keys(json));
        assert.deepEqual(keys.filter((key) => !Object.hasOwn(presetOptions, key)), [], line);
      }
    }
  });
}

Deno.test("the page on stages has a block for each thing that it tells how to write, and all are run by some test", async () => {
  const code = await blocksIn("docs/stages.md", "ts");
  const names = code.map((text) => /name: "([^"]+)"/.exec(text)?.[1]);
  assert.deepEqual(names, ["film-grain", "mirror", "dark", "descent", "negative"]);
});
