import { extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { presetInXmp } from "../pictures/xmp.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { checkWritable, replaceAtomically } from "../base/files.ts";
import { rescue, rescued } from "../base/rescue.ts";
import { readXmp } from "../pictures/read_picture.ts";
import { type TiffLayout, tiffLayouts } from "../pictures/tiff_layout.ts";
import { deepEndings, endings, longestSides, lossyEndings, writePicture } from "../pictures/write_picture.ts";
import { didYouMean } from "../base/nearest.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import type { Subject } from "../chain/recipe.ts";
import type { Stage } from "../chain/stage.ts";

/** Options of encode. */
interface EncodeOptions {
  /** Path of the finished picture; `{name}` (or `{content}`) and `{preset}` stand for the names of the photograph and the preset. */
  readonly output: string;
  /** Bits per sample. */
  readonly depth: 8 | 16;
  /** How a TIFF is laid out. */
  readonly tiff: TiffLayout;
  /** What a lossy format keeps, 1..100; 0 for so much that no loss shows. */
  readonly quality: number;
  /** Whether the preset that made the picture stands in the file. */
  readonly metadata: boolean;
}

/** The names that an output may hold in braces. */
const placeholders: readonly string[] = ["name", "content", "preset"];
const known = new RegExp(`\\{(${placeholders.join("|")})\\}`, "g");

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
    depth: {
      type: "integer",
      enum: [8, 16],
      default: 8,
      flag: "depth",
      description: `bits per sample; 16 for ${deepEndings.join(", ")}`,
    },
    tiff: {
      type: "string",
      enum: tiffLayouts,
      default: "auto",
      description:
        "the inside of a TIFF: strips, tiles, or tiles in a BigTIFF for more than 4 GB; auto goes by the size",
    },
    quality: {
      type: "integer",
      minimum: 0,
      maximum: 100,
      default: 0,
      flag: "quality",
      description: `from 1 to 100, for ${lossyEndings.join(", ")}: lower is smaller; 0 hides all loss`,
    },
    metadata: {
      type: "boolean",
      default: true,
      flag: "no-metadata",
      description:
        "if false, the preset stays out of the file: it can neither repeat itself nor be skipped or replaced by " +
        "a later run",
    },
  },
  faults: ({ output, depth, quality }, _, { size = 0 }) => {
    const ending = extname(output).toLowerCase();
    const strange = /\{[^{}]*\}/.exec(output.replaceAll(known, ""))?.[0];
    if (strange) {
      const guess = didYouMean(strange.slice(1, -1), placeholders, (name) => `{${name}}`);
      const message = `nothing takes the place of ${strange} in "${output}"`;
      const all = placeholders.map((name) => `{${name}}`).join(", ");
      return [{ path: "output", message, hint: `${guess}known are ${all}` }];
    }
    if (!endings.includes(ending)) {
      const message = `"${output}" does not end in a format that can be written`;
      return [{ path: "output", message, hint: `one of ${endings.join(", ")}` }];
    }
    if (size > longestSides[ending]) {
      const message = `a ${ending} has sides of at most ${longestSides[ending]} pixels: decode.size is ${size}`;
      return [{ path: "output", message, hint: "take .tif or .png" }];
    }
    if (depth === 16 && !deepEndings.includes(ending)) {
      return [{ path: "depth", message: `16 bits do not fit into ${ending}`, hint: `take ${deepEndings.join(", ")}` }];
    }
    if (quality > 0 && !lossyEndings.includes(ending)) {
      const message = `a ${ending} has no quality: it loses nothing`;
      return [{ path: "quality", message, hint: `take ${lossyEndings.join(", ")}, or leave the quality out` }];
    }
    return [];
  },
  prepare: async (options, { inputs, subject }) => {
    const path = placeOf(options, subject);
    await keepInputs(path, inputs);
    await checkWritable(path);
    await keepOthers(path);
  },
  output: placeOf,
  create: ({ output, depth, tiff, quality, metadata }) =>
    async function encode(picture, context) {
      const { snapshot, signal, writing, keeping: { checkpoints, failed } } = context;
      const named = outputPath(output, picture.name, writing.subject.preset);
      const ending = extname(named);
      const path = snapshot?.label ? `${named.slice(0, -ending.length)}-${snapshot.label}${ending}` : named;
      await keepInputs(path, writing.inputs);
      const write = async (path: string) => {
        const xmp = metadata ? writing.packet(path) : "";
        const way = { ending: ending.toLowerCase(), depth, tiff, quality: quality || undefined, xmp };
        await replaceAtomically(path, (temporary) => writePicture(temporary, picture, way));
      };
      const interrupted = signal?.aborted;
      const resumable = async () => await checkpoints?.resumable() ?? false;
      try {
        await write(path);
      } catch (error) {
        // A snapshot that cannot be written does not end the run.
        if (!snapshot) {
          const place = await rescue(path, error, write);
          throw rescued(error, place, { exitCode: interrupted ? 130 : 1, resumable: await resumable() });
        }
        context.report({ kind: "warning", message: messageOf(error) });
        context.report({ kind: "snapshot", picture, terms: snapshot.terms });
        return pathToFileURL(path);
      }
      if (snapshot) context.report({ kind: "snapshot", picture, file: path, terms: snapshot.terms });
      else if (!interrupted && !failed) context.report({ kind: "picture", file: path });
      else context.report({ kind: "picture", file: path, unfinished: { resumable: await resumable() } });
      return pathToFileURL(path);
    },
} satisfies Stage<FinishedPicture, URL, EncodeOptions>;

/** Path of the picture of a run. */
function placeOf({ output }: EncodeOptions, { name, preset }: Subject): string {
  return outputPath(output, name, preset);
}

/**
 * Refuses to write over a picture that the run reads, be it by a symbolic link.
 *
 * @throws {UserError} if the path is that of one.
 */
export async function keepInputs(path: string, inputs: ReadonlySet<string>): Promise<void> {
  const target = await realPathOf(path);
  const files = [...inputs].filter((input) => input.startsWith("file:")).map((input) => fileURLToPath(input));
  const kept = inputs.has(pathToFileURL(path).href) ||
    (await Promise.all(files.map(realPathOf))).some((file) => file !== undefined && file === target);
  if (!kept) return;
  throw new UserError(`Cannot write ${path}: it is one of the pictures that this run reads`, {
    code: "unwritable",
    hint: "name another file with `encode.output`",
    exitCode: 2,
  });
}

/** The path of a file without symbolic links; undefined if there is none. */
async function realPathOf(path: string): Promise<string | undefined> {
  return await Deno.realPath(path).catch(() => undefined);
}

/**
 * Refuses to write over a file that this program did not paint, unless it is empty.
 *
 * @throws {UserError} if there is one.
 */
export async function keepOthers(path: string): Promise<void> {
  const { size } = await Deno.stat(path).catch(() => ({ size: 0 }));
  if (size === 0 || presetInXmp(await xmpOf(path))) return;
  throw new UserError(`Cannot write ${path}: there is a file that this program did not paint`, {
    code: "unwritable",
    hint: "name another file with `encode.output`, or move it away",
  });
}

/** The XMP packet of a file; empty if it has none, is no picture, or does not exist. */
export async function xmpOf(path: string): Promise<string> {
  return await readXmp(path).catch(() => undefined) ?? "";
}

/** Path of the picture of a photograph, its placeholders filled in. */
export function outputPath(output: string, content: string, preset: string): string {
  const names: Readonly<Record<string, string>> = { content, name: content, preset };
  return resolve(output.replaceAll(known, (_, key) => names[key]));
}
