/**
 * The one door to sharp (libvips), and to its version.
 *
 * @module
 */
import type { default as SharpModuleFunction, Sharp } from "npm:sharp@0.35.5";

export type { Sharp };

/** What the package exports. */
export type SharpModule = typeof SharpModuleFunction;

/** Loads sharp when it is first needed: many commands touch no picture. */
export async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import("npm:sharp@0.35.5");
  // It would remember files by their paths, and answer with what stood there before.
  sharp.cache(false);
  return sharp;
}

/** What is needed of a sharp pipeline, whichever version it is of. */
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
