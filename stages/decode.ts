import { pixelsOver } from "../pictures/opacity.ts";
import { isStream } from "../base/pipes.ts";
import { basename, extname } from "node:path";
import { decoded, display } from "../base/read.ts";
import { previousIn } from "./optimise/descent.ts";
import type { Painted } from "./optimise.ts";
import { type FilmFrame, fitted, longerSide, type Size } from "../pictures/picture.ts";
import type { Outline, Pictures } from "../pictures/scene.ts";
import { loadPicture, type PictureFile, usualPixelLimit } from "../pictures/read_picture.ts";
import type { Sequence } from "../chain/sequence.ts";
import type { Fault, Stage } from "../chain/stage.ts";
import { openStyles, type StyleFiles, type StyleOptions, stylesSchema } from "./decode/styles.ts";

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
  /** Whether a photograph that is smaller is enlarged to that size. */
  readonly enlarge: boolean;
  /** The longer side of a painting as a multiple of that of the result. */
  readonly styleScale: number;
  /** The longer sides of the scales before the last, or the first of them and the ratio of each to the one before. */
  readonly scales: readonly number[] | { readonly start: number; readonly factor: number };
  /** The most megapixels that a picture file may have. */
  readonly pixelLimit: number;
}

/** A frame of a film, which takes the place of the photograph. */
export interface GivenFrame {
  /** Its pixels. */
  readonly picture: PictureFile;
  /** The film around it. */
  readonly frame: FilmFrame;
}

/** Reads the pictures; gives them at the size of each scale. */
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
    styles: stylesSchema,
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
      description: "the longer side of the result in pixels; a smaller photograph keeps its own, unless enlarge is set",
    },
    enlarge: {
      type: "boolean",
      default: false,
      flag: "enlarge",
      description: "paint at the full size also where the photograph is smaller",
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
    pixelLimit: {
      type: "number",
      exclusiveMinimum: 0,
      default: usualPixelLimit / 1e6,
      flag: "pixel-limit",
      description: "megapixels that a picture file may have; raise it for larger ones that you trust",
    },
  },
  faults: ({ content, styles, scales, size }, { method }) => [
    ...content === "" ? [missing("content")] : [],
    // A painter knows its styles by itself.
    ...styles.length === 0 && method !== "painter" ? [missing("styles")] : [],
    ...isList(scales) && scales.some((side, i) => side >= (scales[i + 1] ?? size))
      ? [{
        path: "scales",
        message: `must grow and stay below the size of ${size}`,
        hint: "for example [128, 256]",
        by: ["size"],
      }]
      : [],
  ],
  subject: ({ content, size }) => ({ name: content === "" ? "picture" : nameOf(content), size }),
  create: (own) => {
    const styleFiles = memory<StyleFiles>();
    const stylePictures = memory<Pictures["styles"]>();
    return async function decode(given, { signal, report, keeping: { checkpoints } }) {
      // Frames come at the size at which they are painted.
      const options = given ? { ...own, size: largest, enlarge: false } : own;
      const load = (location: string, how?: { readonly amounts: boolean }) =>
        loadPicture(location, {
          ...how,
          pixelLimit: 1e6 * options.pixelLimit,
          signal,
          remark: (message) => report({ kind: "warning", message: `${display(new URL(location))}: ${message}` }),
        });
      const content = given?.picture ?? await load(options.content);
      const start = options.start === "" ? undefined : await load(options.start);
      const sizes = sizesFor(options, content.size);
      const finest = sizes.at(-1)!;
      if (!given && isSmall(options, content.size)) {
        const { width, height } = content.size;
        const message = `${display(new URL(options.content))} has ${width}×${height} pixels: it is painted at ` +
          `${finest.width}×${finest.height} and not enlarged to ${options.size}, unless \`decode.enlarge\` is set`;
        report({ kind: "note", message });
      }
      const styles = await styleFiles(finest, async () => {
        const styles = await openStyles(options, finest, load);
        for (const picture of styles.unplaced) {
          report({ kind: "warning", message: `the masks leave no place for ${picture}` });
        }
        return styles;
      });
      const alpha = await content.alpha(finest);

      // A function made where the picture is known would hold it for as long as itself.
      const again = () => content.pixels(finest);
      const at: Sequence<Pictures>["at"] = async (index, previous) => {
        const size = sizes[index];
        const photograph = await content.pixels(size);
        return {
          content: photograph,
          // A frame is needed again.
          spare: given ? undefined : photograph.data,
          // With the photograph's colours they are others for each frame.
          styles: options.styleColours === "painting"
            ? await stylePictures(size, () => styles.beside(photograph))
            : await styles.beside(photograph),
          painted: styles.painted,
          photograph: again,
          start: start && await pixelsOver(start, photograph),
          previous: (previous as Painted | undefined)?.image ??
            (index > 0 ? await previousIn(checkpoints?.restored) : undefined),
          sizes,
          alpha,
          density: content.density,
          name: nameOf(options.content),
          frame: given?.frame,
        };
      };
      const outline: Outline = { sizes, places: styles.places };
      // What goes on from a finished frame needs no coarse scales.
      const first = given?.frame.continues ? sizes.length - 1 : 0;
      return { of: "scale", count: sizes.length, first, outline, at };
    };
  },
} satisfies Stage<GivenFrame | undefined, Pictures, DecodeOptions>;

/** The greatest size that may be asked for. */
const largest = 32768;

/** Memoises the last few results by size: the frames of a film share them. */
function memory<T>(): (size: Size, make: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return ({ width, height }, make) => {
    const key = `${width}×${height}`;
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  };
}

function missing(path: string): Fault {
  return { path, message: "is missing", hint: `name a picture with \`decode.${path}\``, missing: true };
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

/** What decides the sizes of a run. */
type Sizing = Pick<DecodeOptions, "scales" | "size" | "enlarge">;

/** The least longer side of a result: that of the option `size`. */
const least = 16;

/** The sizes of all scales for a photograph. */
export function sizesFor(options: Sizing, photograph: Size): Size[] {
  const { scales } = options;
  const size = isSmall(options, photograph) ? Math.max(least, longerSide(photograph)) : options.size;
  const before = isList(scales) ? scales.filter((side) => side < size) : scales;
  return scaleSides({ scales: before, size }).map((side) => fitted(photograph, side));
}

/** Whether a photograph is smaller than the size that is asked for, and keeps its own. */
export function isSmall({ size, enlarge }: Sizing, photograph: Size): boolean {
  return !enlarge && longerSide(photograph) < size;
}

/** The name of a picture: that of its file without the ending. */
export function nameOf(location: string): string {
  if (/^(blob|data):/.test(location) || isStream(location)) return "picture";
  const name = basename(decoded(new URL(location).pathname));
  return name.slice(0, name.length - extname(name).length) || "picture";
}
