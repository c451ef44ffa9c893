import { isObject, type Json } from "../base/json.ts";
import type { Registry } from "./registry.ts";
import { isPlugin } from "./plugin.ts";
import { encodeRaw, type RawPicture } from "../pictures/raw_picture.ts";
import type { PicturePipeline } from "../pictures/sharp.ts";
import type { DecodeOptions } from "../stages/decode.ts";
import type { DeprocessOptions } from "../stages/deprocess.ts";
import type { Term } from "../objective/terms.ts";
import type { LossBuildOptions } from "../stages/loss_build.ts";
import type { Loss } from "../objective/losses/loss.ts";
import type { MeanSubtractOptions } from "../stages/mean_subtract.ts";
import type { NetworkOptions } from "../networks/describing.ts";
import type { OptimiseOptions } from "../stages/optimise.ts";
import type { AdamOptions } from "../optimisers/adam_options.ts";
import type { LbfgsOptions } from "../optimisers/lbfgs_options.ts";
import type { Optimiser } from "../optimisers/optimiser.ts";
import type { PainterChoice } from "../painters/painted_tensor.ts";
import type { FilmOptions } from "../stages/film/options.ts";
import type { TrainOptions } from "../stages/train/options.ts";
import type { Stage } from "../chain/stage.ts";
import type { StartOptions } from "../stages/optimise/start_image.ts";
import type { RunSettings } from "../chain/recipe.ts";

/**
 * A picture that a preset names in code: a path or URL, the bytes of a picture file, red, green and blue in memory, or
 * a pipeline of sharp.
 */
export type PictureSource = string | Uint8Array | RawPicture | PicturePipeline;

/** A painting of a preset in code. */
export interface StyleSource {
  /** The painting. */
  readonly picture: PictureSource;
  /** Its share beside the others of the same place; 1 unless given. */
  readonly weight?: number;
  /** A greyscale picture laid over the photograph: the style applies where it is white. */
  readonly mask?: PictureSource;
  /** A greyscale picture laid over the painting: the style is taken from where it is white. */
  readonly pictureMask?: PictureSource;
}

/**
 * A preset as an object of code: the same keys as in a file, which docs/presets.md lists, and beside them things that
 * only memory holds. Paths start from the current folder.
 */
export interface Preset extends Partial<RunSettings> {
  /** The JSON Schema of presets, for an editor. */
  readonly $schema?: string;
  /** A preset to build on: a shipped one's name, a path or a URL. */
  readonly extends?: string;
  /** The preset's own name. */
  readonly name?: string;
  /** One line: what the pictures look like. */
  readonly description?: string;
  /** Where the numbers come from. */
  readonly reference?: string;
  /** The stages, in order: names, or stages of your own with their options. */
  readonly pipeline?:
    readonly (string | Stage | { readonly stage: string | Stage; readonly [option: string]: unknown })[];
  /** The pictures and their sizes. */
  readonly decode?: Partial<Pick<DecodeOptions, "styleColours" | "size" | "enlarge" | "styleScale" | "pixelLimit">> & {
    /** The photograph. */
    readonly content?: PictureSource;
    /** The paintings. */
    readonly styles?: readonly StyleSource[];
    /** A picture to start from instead of the photograph. */
    readonly start?: PictureSource;
    /** The longer sides of the scales before the last, or the first of them and the factor from each to the next. */
    readonly scales?: readonly number[] | { readonly start?: number; readonly factor?: number };
  };
  /** What is done to a picture before the network sees it. */
  readonly "mean-subtract"?: Partial<MeanSubtractOptions>;
  /** The painter, and which of its styles. */
  readonly repaint?: Partial<PainterChoice>;
  /** How a painter is trained. */
  readonly train?: Partial<TrainOptions>;
  /** How a film is painted. */
  readonly film?: Partial<FilmOptions>;
  /** How the network looks at pictures. */
  readonly "feature-extract"?: Partial<NetworkOptions>;
  /** The objective. */
  readonly "loss-build"?: Partial<Omit<LossBuildOptions, "terms">> & {
    /** Its terms by names of your choice; further keys are the options of the loss. */
    readonly terms?: Readonly<
      Record<
        string,
        Partial<Pick<Term, "weight" | "layers">> & {
          /** Name of the loss, or one of your own. */
          readonly loss?: string | Loss;
          readonly [option: string]: unknown;
        }
      >
    >;
  };
  /** The optimiser and its steps. */
  readonly optimise?:
    & Partial<Pick<OptimiseOptions, "iterations" | "tolerance" | "seed" | "snapshots" | "checkpoint">>
    & {
      /** Its name, or one of your own with its options. */
      readonly optimiser?:
        | string
        | Optimiser
        | { readonly optimiser: string | Optimiser; readonly [option: string]: unknown };
      /** The start image of the first scale. */
      readonly start?: Partial<StartOptions>;
      /** Options of L-BFGS. */
      readonly lbfgs?: Partial<LbfgsOptions>;
      /** Options of Adam. */
      readonly adam?: Partial<AdamOptions>;
    };
  /** How the tensor becomes a picture. */
  readonly deprocess?: Partial<DeprocessOptions>;
  /** The file that is written. */
  readonly encode?: {
    /** Its path. */
    readonly output?: string;
    /** Bits per sample. */
    readonly depth?: 8 | 16;
    /** How a TIFF is laid out. */
    readonly tiff?: "auto" | "strips" | "tiles" | "bigtiff";
    /** What a lossy format keeps, 1..100; 0 for so much that no loss shows. */
    readonly quality?: number;
    /** Whether the preset stands in the file; true unless given. */
    readonly metadata?: boolean;
  };
}

/** A preset whose pictures and code in memory have names until it is disposed of. */
export interface HeldPreset extends Disposable {
  /** The preset as a file could hold it. */
  readonly json: Json;
}

/**
 * Names what a preset holds in memory: pictures by `blob:` URLs with their path in the preset as fragment, plug-ins by
 * the names that a registry gives them.
 */
export async function hold(preset: Preset, registry: Registry): Promise<HeldPreset> {
  using stack = new DisposableStack();
  const name = async (value: unknown, path: readonly string[]): Promise<unknown> => {
    const bytes = await bytesOf(value, path);
    if (bytes) {
      const url = URL.createObjectURL(new Blob([bytes]));
      stack.defer(() => URL.revokeObjectURL(url));
      return `${url}#${path.join(".")}`;
    }
    if (isPlugin(value)) return stack.use(registry.enter(value)).name;
    if (Array.isArray(value)) return await Promise.all(value.map((inner, i) => name(inner, [...path, String(i)])));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await name(inner, [...path, key])]);
    return Object.fromEntries(await Promise.all(entries));
  };
  const json = await name(preset, []) as Json;
  const held = stack.move();
  return { json, [Symbol.dispose]: () => held.dispose() };
}

async function bytesOf(value: unknown, path: readonly string[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  if (!isObject(value)) return undefined;
  if (isPipeline(value)) return await value.clone().keepMetadata().png().toBuffer() as Uint8Array<ArrayBuffer>;
  return isRaw(value) ? await encodeRaw(value, path.join(".")) : undefined;
}

function isPipeline(value: object): value is PicturePipeline {
  return "toBuffer" in value && "keepMetadata" in value;
}

function isRaw(value: object): value is RawPicture {
  return "width" in value && "height" in value && "data" in value && ArrayBuffer.isView(value.data);
}
