import { enter, type Plugin } from "./modules.ts";
import { isObject, type Json } from "./merge.ts";
import { encodeRaw, type PicturePipeline, type RawPicture } from "../stages/sharp.ts";
import type { Loss } from "../stages/losses/loss.ts";
import type { Optimiser } from "../stages/optimisers/optimiser.ts";
import type { Stage } from "../stages/stage.ts";

/**
 * A picture that a preset names in code: a path or URL, the bytes of a picture file, red, green and blue in memory, or
 * a pipeline of sharp.
 */
export type PictureSource = string | Uint8Array | RawPicture | PicturePipeline;

/**
 * A preset as an object of code: the same keys as in a file, and beside them things that only memory holds. Paths start
 * from the current folder.
 */
export interface Preset {
  /** A preset to build on: a shipped one's name, a path or a URL. */
  readonly extends?: string;
  /** The preset's own name. */
  readonly name?: string;
  /** The pictures and their sizes. */
  readonly decode?: {
    /** The photograph. */
    readonly content?: PictureSource;
    /** The paintings with their weights. */
    readonly styles?: readonly { readonly picture: PictureSource; readonly weight?: number }[];
    /** Where to start instead of at the photograph. */
    readonly start?: PictureSource;
    /** Its other options, which docs/presets.md lists. */
    readonly [option: string]: unknown;
  };
  /** The stages, in order: names, or stages of your own with their options. */
  readonly pipeline?:
    readonly (string | Stage | { readonly stage: string | Stage; readonly [option: string]: unknown })[];
  /** The objective. */
  readonly "loss-build"?: {
    /** Its terms by names of your choice. */
    readonly terms?: Readonly<Record<string, { readonly loss?: string | Loss; readonly [option: string]: unknown }>>;
    /** Its other options. */
    readonly [option: string]: unknown;
  };
  /** The optimiser and its steps. */
  readonly optimise?: {
    /** Its name, or one of your own with its options. */
    readonly optimiser?:
      | string
      | Optimiser
      | { readonly optimiser: string | Optimiser; readonly [option: string]: unknown };
    /** Its other options. */
    readonly [option: string]: unknown;
  };
  /** Every other key of a preset. */
  readonly [key: string]: unknown;
}

/** A preset in which all that memory holds has a name, until it is disposed of. */
export interface HeldPreset extends Disposable {
  /** The preset as a file could hold it. */
  readonly json: Json;
}

/** Names what a preset of code holds: pictures by `blob:` URLs, code by the names of its tables. */
export async function hold(preset: Preset): Promise<HeldPreset> {
  const urls: string[] = [];
  const name = async (value: unknown): Promise<unknown> => {
    const bytes = await bytesOf(value);
    if (bytes) {
      urls.push(URL.createObjectURL(new Blob([bytes])));
      return urls.at(-1);
    }
    if (isPlugin(value)) return enter(kindOf(value), value);
    if (Array.isArray(value)) return await Promise.all(value.map(name));
    if (!isObject(value)) return value;
    const entries = await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await name(inner)]));
    return Object.fromEntries(entries);
  };
  return {
    json: await name(preset) as Json,
    [Symbol.dispose]: () => urls.forEach((url) => URL.revokeObjectURL(url)),
  };
}

async function bytesOf(value: unknown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  if (!isObject(value)) return undefined;
  if (isPipeline(value)) return await value.clone().keepMetadata().png().toBuffer() as Uint8Array<ArrayBuffer>;
  return isRaw(value) ? await encodeRaw(value) : undefined;
}

function isPipeline(value: object): value is PicturePipeline {
  return "toBuffer" in value && "keepMetadata" in value;
}

function isRaw(value: object): value is RawPicture {
  return "width" in value && "height" in value && "data" in value && ArrayBuffer.isView(value.data);
}

function isPlugin(value: unknown): value is Plugin {
  return isObject(value) && ["create", "build", "minimise"].some((member) => typeof value[member] === "function");
}

function kindOf(plugin: Plugin): "stage" | "loss" | "optimiser" {
  return "create" in plugin ? "stage" : "build" in plugin ? "loss" : "optimiser";
}
