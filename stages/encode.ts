import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { presetXmp } from "../presets/metadata.ts";
import { UserError } from "./errors.ts";
import { checkWritable, writeAtomically } from "./files.ts";
import { encodePicture, endings } from "./sharp.ts";
import type { Stage } from "./stage.ts";

/** Options of encode. */
export interface EncodeOptions {
  /** Path of the finished picture; `{name}` (or `{content}`) and `{preset}` stand for the names of the photograph and the preset. */
  readonly output: string;
}

/** Writes the picture, with the preset that made it inside its metadata. */
export const encode = {
  name: "encode",
  description: "writes the file, with the preset that made it in its metadata",
  takes: "picture",
  gives: "file",
  options: {
    output: {
      type: "string",
      minLength: 1,
      default: "{name}-{preset}.png",
      location: "write",
      flag: "output",
      description: `the finished picture (${
        endings.join(", ")
      }); {name} and {preset} are the photograph's and the preset's`,
    },
  },
  faults: ({ output }) =>
    endings.includes(extname(output).toLowerCase()) ? [] : [{
      path: "output",
      message: `"${output}" does not end in a format that can be written`,
      hint: `one of ${endings.join(", ")}`,
    }],
  prepare: async ({ output }, inputs) => {
    keepInputs(resolve(output), inputs);
    // A name is filled in later; only a folder that depends on one has to wait.
    if (!dirname(output).includes("{")) await checkWritable(resolve(output.replaceAll(/[{}]/g, "")));
  },
  create: ({ output }) =>
    async function encode(picture, context) {
      const named = outputPath(output, picture.name, context.preset.name);
      const ending = extname(named);
      const { snapshot } = context;
      const path = snapshot ? `${named.slice(0, -ending.length)}-${snapshot.label}${ending}` : named;
      keepInputs(path, context.inputs);
      const bytes = await encodePicture(
        picture,
        ending.toLowerCase(),
        presetXmp(context.preset, path, context.signal?.aborted),
      );
      await writeAtomically(path, bytes);
      context.report(
        snapshot ? { kind: "snapshot", file: path, terms: snapshot.terms } : { kind: "picture", file: path },
      );
      return pathToFileURL(path);
    },
} satisfies Stage<"picture", "file", EncodeOptions>;

/** Refuses to write over a picture that the run reads. */
function keepInputs(path: string, inputs: ReadonlySet<string>): void {
  if (!inputs.has(pathToFileURL(path).href)) return;
  throw new UserError(`Cannot write ${path}: it is one of the pictures that this run reads`, {
    hint: "name another file with --output",
    exitCode: 2,
  });
}

/** Where the picture of a content goes. */
export function outputPath(output: string, content: string, preset: string): string {
  const names: Readonly<Record<string, string>> = { content, name: content, preset };
  return resolve(output.replaceAll(/\{(content|name|preset)\}/g, (_, key) => names[key]));
}
