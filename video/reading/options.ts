import type { FindCoder } from "../coding/find.ts";

/** How a film is read. */
export interface ReadingOptions {
  /** Frames in a second of a folder of pictures, as a fraction. */
  readonly rate: readonly [frames: number, seconds: number];
  /** The most pixels that a frame may have. */
  readonly pixelLimit: number;
  /** What decodes a container; looked for unless given. */
  readonly coder?: FindCoder;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}
