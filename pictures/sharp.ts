/**
 * Loads sharp (libvips).
 *
 * @module
 */
import type { default as SharpModuleFunction, Metadata, Sharp } from "./sharp_package.ts";

export type { Metadata, Sharp };

/** The package's default export. */
export type SharpModule = typeof SharpModuleFunction;

/** Loads sharp when it is first needed: many commands touch no picture. */
export async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import("./sharp_package.ts");
  // It would cache files by their paths, and return the old content of a changed one.
  sharp.cache(false);
  return sharp;
}

/** The part of a sharp pipeline that is used, of whichever version. */
export interface PicturePipeline {
  /** A copy that may be used apart from the original. */
  clone(): PicturePipeline;
  /** Keeps the orientation and the colour profile. */
  keepMetadata(): PicturePipeline;
  /** Chooses the format. */
  png(): PicturePipeline;
  /** Runs it. */
  toBuffer(): Promise<Uint8Array>;
}
