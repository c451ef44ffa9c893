/** Options of film. */
export interface FilmOptions {
  /** The film, a URL: a file, a folder of numbered pictures, or a pattern of their names. */
  readonly content: string;
  /** Path of the painted film; `{name}` and `{preset}` stand for the names of the film and the preset. */
  readonly output: string;
  /** Where the part begins that is painted, such as `0:10`; empty for the start. */
  readonly from: string;
  /** Where it ends; empty for the end. */
  readonly to: string;
  /** The longer side of the painted film in pixels; 0 for that of the film. It is not enlarged. */
  readonly size: number;
  /** Frames in a second of numbered pictures, such as `25` or `30000/1001`. */
  readonly rate: string;
  /** Steps of the optimiser for a frame that goes on from the one before. */
  readonly steps: number;
  /** Weight of the temporal loss. */
  readonly temporalWeight: number;
  /** How many frames before it a frame is compared with. */
  readonly longTerm: readonly number[];
  /** How often the film is gone through, forwards and backwards by turns. */
  readonly passes: number;
  /** How much of the frame before is laid over each frame, where it is seen in both. */
  readonly blend: number;
  /** Whether cuts are looked for; a frame behind one begins anew. */
  readonly cuts: boolean;
  /** From 1 to 100; 0 for so much that no loss shows. */
  readonly quality: number;
  /** Bits of a sample. */
  readonly depth: "auto" | "8" | "10";
  /** Whether the sound is taken along. */
  readonly sound: boolean;
}
