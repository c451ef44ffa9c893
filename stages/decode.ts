import { basename, extname } from "node:path";
import { decoded, display, readAll } from "../weights/source.ts";
import { matched } from "./colours.ts";
import { coverage, readMask } from "./masks.ts";
import type { Painted } from "./optimise.ts";
import type { Pictures, Size } from "./picture.ts";
import { averaged, meanOf, type Plane } from "./plane.ts";
import { openPicture, type PictureFile } from "./sharp.ts";
import type { Fault, Stage } from "./stage.ts";

/** Options of decode. */
export interface DecodeOptions {
  /** The photograph, a URL. */
  readonly content: string;
  /** The paintings with their weights; those of one place are shared out so as to add up to 1. */
  readonly styles: readonly StyleOptions[];
  /** Whose colours the paintings teach: their own, or the photograph's. */
  readonly styleColours: "painting" | "photograph";
  /** A picture to start from instead of the content, a URL; empty for none. */
  readonly start: string;
  /** The longer side of the result in pixels. */
  readonly size: number;
  /** The longer side of a painting beside that of the result. */
  readonly styleScale: number;
  /** The longer sides of the scales before the last, or where they begin and how they grow. */
  readonly scales: readonly number[] | { readonly start: number; readonly factor: number };
}

/** A painting, what is taken from it, and where it goes. */
export interface StyleOptions {
  /** A URL. */
  readonly picture: string;
  readonly weight: number;
  /** A greyscale picture laid over the photograph, a URL: the style applies where it is white. */
  readonly mask?: string;
  /** A greyscale picture laid over the painting, a URL: the style is taken from where it is white. */
  readonly pictureMask?: string;
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
            description: "its share beside the others of the same place",
          },
          mask: {
            type: "string",
            minLength: 1,
            location: "read",
            description: "a greyscale picture laid over the photograph: the style applies where it is white, by half " +
              "where it is grey; styles without a mask take what masks leave; where no style applies the photograph stays",
          },
          pictureMask: {
            type: "string",
            minLength: 1,
            location: "read",
            description: "a greyscale picture laid over the painting: the style is taken from where it is white",
          },
        },
      },
    },
    styleColours: {
      type: "string",
      enum: ["painting", "photograph"],
      default: "painting",
      flag: "style-colours",
      description: "with photograph, each painting is first given the mean and covariance of the photograph's colours",
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
            start: {
              type: "integer",
              minimum: 16,
              maximum: 32768,
              default: 128,
              description: "the longer side of the first scale in pixels",
            },
            factor: {
              type: "number",
              minimum: 1.1,
              maximum: 16,
              default: 2,
              description: "about how much each scale is larger than the one before",
            },
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
    async function decode(_, { signal, report }) {
      const content = await load(options.content, signal);
      const start = options.start === "" ? undefined : await load(options.start, signal);
      const sizes = scaleSides(options).map((side) => fitted(content.size, side));
      const finest = sizes.at(-1)!;
      const styles = await loadStyles(options, finest, signal);
      const alpha = await content.alpha(finest);
      for (const [i, where] of coverage(styles.map(({ where }) => where)).entries()) {
        if (where && meanOf(where) === 0) {
          report({ kind: "warning", message: `the masks leave no place for ${shown(options.styles[i].picture)}` });
        }
      }

      const atScale = async (index: number, previous: unknown): Promise<Pictures> => {
        const size = sizes[index];
        const masks = new Map(styles.map(({ where }) => [where, where && averaged(where, size)]));
        const places = coverage(styles.map(({ where }) => masks.get(where)));
        const photograph = await content.pixels(size);
        return {
          content: photograph,
          styles: await Promise.all(styles.map(async ({ file, weight, mask: finest }, i) => {
            const own = styleSize(file, size, options);
            const mask = finest && averaged(finest, own);
            const where = places[i];
            const plain = await file.pixels(own);
            const picture = options.styleColours === "painting"
              ? plain
              : matched({ picture: plain, mask }, { picture: photograph, mask: where });
            return { picture, weight, where, mask };
          })),
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

interface StyleFile {
  readonly file: PictureFile;
  readonly weight: number;
  /** Its masks at the finest scale; styles with the same mask share the plane. */
  readonly where?: Plane;
  readonly mask?: Plane;
}

async function loadStyles(options: DecodeOptions, finest: Size, signal?: AbortSignal): Promise<StyleFile[]> {
  const planes = new Map<string, Plane>();
  const files: StyleFile[] = [];
  for (const { picture, weight, mask, pictureMask } of options.styles) {
    const total = options.styles.reduce((sum, other) => other.mask === mask ? sum + other.weight : sum, 0);
    const file = await load(picture, signal);
    if (mask && !planes.has(mask)) planes.set(mask, await readMask(await load(mask, signal), finest, shown(mask)));
    files.push({
      file,
      weight: weight / total,
      where: mask === undefined ? undefined : planes.get(mask),
      mask: pictureMask === undefined ? undefined : await readMask(
        await load(pictureMask, signal),
        styleSize(file, finest, options),
        shown(pictureMask),
      ),
    });
  }
  return files;
}

/** A painting is never enlarged. */
function styleSize({ size }: PictureFile, result: Size, { styleScale }: DecodeOptions): Size {
  const side = Math.max(result.width, result.height) * styleScale;
  return fitted(size, Math.min(side, Math.max(size.width, size.height)));
}

function shown(location: string): string {
  return display(new URL(location));
}

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

/** A size of the same shape with the given longer side, at least one pixel each way. */
function fitted({ width, height }: Size, side: number): Size {
  const factor = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function nameOf(location: string): string {
  const name = basename(decoded(new URL(location).pathname));
  return name.slice(0, name.length - extname(name).length) || "picture";
}
