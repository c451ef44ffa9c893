import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleRoot } from "../base/root.ts";
import { locatePreset } from "../presets/layers.ts";
import { loadPreset } from "../presets/load.ts";
import { currentFolder, isUrl, ownScheme } from "../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { presetJson } from "../presets/preset_json.ts";
import { presetOptions } from "../presets/schema.ts";
import { shipped, shippedPreset } from "../presets/shipped.ts";
import { objectSchema } from "../chain/schema.ts";
import { schemaAt } from "../chain/walk.ts";
import { decode } from "../stages/decode.ts";

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

/** Pictures to begin with where the preset that is built on names none. */
const beginning = {
  content: "impasto:examples/harbour.jpg",
  styles: [{ picture: "impasto:examples/monet.jpg", weight: 1 }],
} as const;

/**
 * A preset to start from, as JSON with comments. Its pictures, masks and options are those of the preset that it
 * extends.
 *
 * @param base The preset that it extends.
 * @param file Path of the file that it is to be, from whose folder its paths start; one in the current folder unless
 *   given.
 * @throws {UserError} if that preset is not found or not sound.
 */
export async function starterPreset(base = "painting", file = "preset.jsonc"): Promise<string> {
  const here = fileURLToPath(new URL(dirname(file) === "." ? "./" : `${dirname(file)}/`, currentFolder()));
  const resolved = await loadPreset(base, [], { incomplete: true });
  const json: unknown = presetJson(resolved);
  const valueOf = (path: readonly string[]) => path.reduce(inside, json);
  const sections = Map.groupBy(first.map((path) => path.split(".")), ([section]) => section);
  const used = new Set(resolved.chain.map(({ stage }) => stage.name));
  const text = [...sections].filter(([section]) => used.has(section)).map(([section, paths]) => {
    const lines = paths.flatMap((path, i) => [
      `// ${describe(path)}`,
      `"${path[1]}": ${JSON.stringify(valueOf(path))}${i < paths.length - 1 ? "," : ""}`,
    ]);
    return `  "${section}": {\n${
      [...section === "decode" ? picturesIn(resolved, here) : [], ...lines].map((line) => `    ${line}`).join("\n")
    }\n  }`;
  });
  return `// A preset of Impasto. Check it with \`validate\`, look at what it will do with \`explain\`, and paint with
// \`--preset\`. What is left out is taken from the preset that it extends; docs/presets.md tells every key.
{
  // Lets an editor complete and check this file.
  "$schema": "${new URL("../presets/schema.json", import.meta.url).href}",
  // ${shipped.join(", ")}, or the path or URL of another preset
  "extends": ${JSON.stringify(await nameOf(base, here))},
  // one line: what the pictures look like
  "description": "my own",
${text.join(",\n")}
}
`;
}

/** The lines of the pictures, each style with its mask. */
function picturesIn(preset: ResolvedPreset, folder: string): string[] {
  const own = optionsOf(preset, decode);
  const content = own?.content ? placeIn(folder, own.content) : beginning.content;
  const styles = own && own.styles.length > 0
    ? own.styles.map(({ picture, weight, mask, pictureMask }) => ({
      picture: placeIn(folder, picture),
      weight,
      ...mask === undefined ? {} : { mask: placeIn(folder, mask) },
      ...pictureMask === undefined ? {} : { pictureMask: placeIn(folder, pictureMask) },
    }))
    : beginning.styles;
  return [
    "// the photograph to repaint, seen from this file's folder; impasto: means what ships",
    `"content": ${JSON.stringify(content)},`,
    "// the paintings; several mix by their weights, or by masks that are laid over the photograph",
    '"styles": [',
    ...styles.map((style, i) => `  ${onOneLine(style)}${i < styles.length - 1 ? "," : ""}`),
    "],",
  ];
}

/** How a preset in a folder names the one that it builds on. */
async function nameOf(base: string, folder: string): Promise<string> {
  const location = await locatePreset(base, currentFolder());
  const ships = shipped.find((name) => shippedPreset(name).href === location.href);
  return ships ?? placeIn(folder, location.href);
}

/** How a preset in a folder names a file or an address. */
function placeIn(folder: string, location: string): string {
  if (location.startsWith(moduleRoot.href)) return `${ownScheme}${location.slice(moduleRoot.href.length)}`;
  if (!location.startsWith("file:")) return location;
  const path = relative(folder, fileURLToPath(location)).replaceAll(sep, "/");
  return isUrl(path) || !path.includes("/") && !path.includes(".") ? `./${path}` : path;
}

function onOneLine(value: object): string {
  return JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
}

function inside(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

function describe(path: readonly string[]): string {
  return schemaAt(objectSchema(presetOptions), path).description ?? "";
}
