import { loadPreset } from "../presets/load.ts";
import { presetJson } from "../presets/preset_json.ts";
import { presetOptions } from "../presets/schema.ts";
import { shipped } from "../presets/shipped.ts";
import { objectSchema } from "../chain/schema.ts";
import { schemaAt } from "../chain/walk.ts";

/** The options that a first preset is most likely to change, in the order of the chain. */
const first: readonly string[] = [
  "decode.size",
  "decode.styleScale",
  "loss-build.contentWeight",
  "loss-build.styleWeight",
  "optimise.iterations",
  "optimise.seed",
  "encode.output",
];

/**
 * A preset to start from, as JSON with comments. Its options have the values of the preset that it extends.
 *
 * @param base The preset that it extends.
 * @throws {UserError} if that one is not found or not sound.
 */
export async function starterPreset(base = "painting"): Promise<string> {
  const resolved = await loadPreset(base, [], { incomplete: true });
  const json: unknown = presetJson(resolved);
  const valueOf = (path: readonly string[]) => path.reduce(inside, json);
  const sections = Map.groupBy(first.map((path) => path.split(".")), ([section]) => section);
  const used = new Set(resolved.chain.map(({ stage }) => stage.name));
  const pictures = [
    "// the photograph to repaint, seen from this file's folder; impasto: means what ships",
    '"content": "impasto:examples/harbour.jpg",',
    "// the paintings; several mix by their weights",
    '"styles": [{ "picture": "impasto:examples/monet.jpg", "weight": 1 }],',
  ];
  const text = [...sections].filter(([section]) => used.has(section)).map(([section, paths]) => {
    const lines = paths.flatMap((path, i) => [
      `// ${describe(path)}`,
      `"${path[1]}": ${JSON.stringify(valueOf(path))}${i < paths.length - 1 ? "," : ""}`,
    ]);
    return `  "${section}": {\n${
      [...section === "decode" ? pictures : [], ...lines].map((line) => `    ${line}`).join("\n")
    }\n  }`;
  });
  return `// A preset of Impasto. Check it with \`validate\`, look at what it will do with \`explain\`, and paint with
// \`--preset\`. What is left out is taken from the preset that it extends; docs/presets.md tells every key.
{
  // Lets an editor complete and check this file.
  "$schema": "${new URL("../presets/schema.json", import.meta.url).href}",
  // ${shipped.join(", ")}, or the path or URL of another preset
  "extends": ${JSON.stringify(base)},
  // one line: what the pictures look like
  "description": "my own",
${text.join(",\n")}
}
`;
}

function inside(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

function describe(path: readonly string[]): string {
  return schemaAt(objectSchema(presetOptions), path).description ?? "";
}
