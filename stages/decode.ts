import { basename, extname } from "node:path";
import { decoded, readAll } from "../weights/source.ts";
import type { Painted } from "./optimise.ts";
import type { Pictures, Size } from "./picture.ts";
import { openPicture, type PictureFile } from "./sharp.ts";
import type { Fault, Stage } from "./stage.ts";

/** Options of decode. */
export interface DecodeOptions {
  /** The photograph, a URL. */
  readonly content: string;
  /** The paintings with their weights; they are shared out so as to add up to 1. */
  readonly styles: readonly { readonly picture: string; readonly weight: number }[];
  /** A picture to start from instead of the content, a URL; empty for none. */
  readonly start: string;
  /** The longer side of the result in pixels. */
  readonly size: number;
  /** The longer side of a painting beside that of the result. */
  readonly styleScale: number;
  /** The longer sides of the scales before the last, or where they begin and how they grow. */
  readonly scales: readonly number[] | { readonly start: number; readonly factor: number };
}

/** Reads the pictures, and gives them at the size of each scale. */
export const decode = {
  name: "decode",
  description: "reads the pictures: upright, sRGB, at the size of each scale",
  takes: "nothing",
  gives: "pictures",
  options: {
    content: {
      type: "string",
      default: "",
      location: "read",
      flag: "content",
      description: "the photograph to repaint",
    },
    styles: {
      type: "array",
      default: [],
      flag: "style",
      description: "the paintings, each with a weight",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["picture"],
        properties: {
          picture: { type: "string", minLength: 1, location: "read", description: "path or URL of the painting" },
          weight: {
            type: "number",
            exclusiveMinimum: 0,
            maximum: 1e6,
            default: 1,
            description: "its share beside the others",
          },
        },
      },
    },
    start: {
      type: "string",
      default: "",
      location: "read",
      flag: "start",
      description: "a picture to start from instead of the photograph",
    },
    size: {
      type: "integer",
      minimum: 16,
      maximum: 32768,
      default: 512,
      flag: "size",
      description: "the longer side of the result in pixels",
    },
    styleScale: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 16,
      default: 1,
      flag: "style-scale",
      description: "the longer side of a painting beside that of the result; it is never enlarged",
    },
    scales: {
      anyOf: [
        { type: "array", items: { type: "integer", minimum: 16, maximum: 32768 } },
        {
          type: "object",
          additionalProperties: false,
          properties: {
            start: { type: "integer", minimum: 16, maximum: 32768, default: 128 },
            factor: { type: "number", minimum: 1.1, maximum: 16, default: 2 },
          },
        },
      ],
      default: { start: 128, factor: 2 },
      description:
        "longer sides of the scales before the last, coarse to fine; or where they begin and about how they grow",
    },
  },
  faults: ({ content, styles, scales, size }) => [
    ...content === "" ? [missing("content", "--content FILE")] : [],
    ...styles.length === 0 ? [missing("styles", "--style FILE")] : [],
    ...isList(scales) && scales.some((side, i) => side >= (scales[i + 1] ?? size))
      ? [{ path: "scales", message: `must grow and stay below the size of ${size}`, hint: "for example [128, 256]" }]
      : [],
  ],
  create: (options) =>
    async function decode(_, { signal }) {
      const total = options.styles.reduce((sum, { weight }) => sum + weight, 0);
      const content = await load(options.content, signal);
      const styles: { file: PictureFile; weight: number }[] = [];
      for (const { picture, weight } of options.styles) {
        styles.push({ file: await load(picture, signal), weight: weight / total });
      }
      const start = options.start === "" ? undefined : await load(options.start, signal);
      const sizes = sizesFor(options, content.size);

      const alpha = await content.alpha(sizes.at(-1)!);

      const atScale = async (index: number, previous: unknown): Promise<Pictures> => {
        const size = sizes[index];
        const side = Math.max(size.width, size.height) * options.styleScale;
        return {
          content: await content.pixels(size),
          styles: await Promise.all(styles.map(async ({ file, weight }) => ({
            picture: await file.pixels(fitted(file.size, Math.min(side, Math.max(file.size.width, file.size.height)))),
            weight,
          }))),
          start: await start?.pixels(size),
          previous: (previous as Painted | undefined)?.image,
          sizes,
          alpha,
          name: nameOf(options.content),
        };
      };
      return { scales: sizes.length, atScale };
    },
} satisfies Stage<"nothing", "pictures", DecodeOptions>;

function missing(path: string, flag: string): Fault {
  return { path, message: "is missing", hint: `name a picture with ${flag}`, missing: true };
}

async function load(location: string, signal?: AbortSignal): Promise<PictureFile> {
  const url = new URL(location);
  return await openPicture(await readAll(url, signal), url);
}

/** The longer sides of all scales: as listed, or in equal ratios from the start to the size. */
export function scaleSides({ scales, size }: Pick<DecodeOptions, "scales" | "size">): number[] {
  if (isList(scales)) return [...scales, size];
  const count = Math.max(0, Math.round(Math.log(size / scales.start) / Math.log(scales.factor)));
  return Array.from(
    { length: count + 1 },
    (_, i) => Math.round(size * (scales.start / size) ** ((count - i) / (count || 1))),
  );
}

function isList(scales: DecodeOptions["scales"]): scales is readonly number[] {
  return Array.isArray(scales);
}

/** The sizes of all scales for a photograph. */
export function sizesFor(options: Pick<DecodeOptions, "scales" | "size">, photograph: Size): Size[] {
  return scaleSides(options).map((side) => fitted(photograph, side));
}

/** A size of the same shape with the given longer side, at least one pixel each way. */
function fitted({ width, height }: Size, side: number): Size {
  const factor = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** The name of a picture: that of its file, without the ending. */
export function nameOf(location: string): string {
  if (location.startsWith("blob:")) return "picture";
  const name = basename(decoded(new URL(location).pathname));
  return name.slice(0, name.length - extname(name).length) || "picture";
}
