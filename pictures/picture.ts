/** A picture in memory: upright, sRGB. */
export interface Picture {
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
  /** Red, green, blue in planes [3, height, width], 0..255. */
  readonly data: Float32Array;
}

/** Width and height in pixels. */
export interface Size {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** A part of a picture. */
export interface Region extends Size {
  /** Pixels to the left of it. */
  readonly left: number;
  /** Pixels above it. */
  readonly top: number;
}

/** A finished picture. */
export interface FinishedPicture extends Picture {
  /** Opacity [height, width], 0..255; absent if the content has none. */
  readonly alpha?: Float32Array;
  /** Pixels per inch in print, those of the content; 72 unless given. */
  readonly density?: number;
  /** Name of the content picture without folder and ending. */
  readonly name: string;
  /** Set if it is a frame of a film. */
  readonly frame?: FilmFrame;
}

/** The longer side of a size. */
export function longerSide({ width, height }: Size): number {
  return Math.max(width, height);
}

/** A size of the same shape with the given longer side, at least one pixel each way. */
export function fitted({ width, height }: Size, side: number): Size {
  const factor = side / longerSide({ width, height });
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** The planes of a finished picture: red, green, blue, and opacity if it has one. */
export function planesOf({ width, height, data, alpha }: FinishedPicture): Float32Array[] {
  const area = width * height;
  const colours = [0, 1, 2].map((plane) => data.subarray(plane * area, (plane + 1) * area));
  return alpha ? [...colours, alpha] : colours;
}

/** A frame of a film on its way through the stages, and what they may ask of the film around it. */
export interface FilmFrame {
  /** Which one, from 0. */
  readonly index: number;
  /** Whether the frame before it belongs to the same shot and is painted: then it goes on from there. */
  readonly continues: boolean;
  /** The steps that an optimiser takes for a frame that goes on. */
  readonly steps: number;
  /** Weight of the temporal loss: how much a frame that goes on is held to the one before. */
  readonly temporalWeight: number;
  /** How much of the frame before is laid over it where that is seen in both, 0..1. */
  readonly blend: number;
  /**
   * The painted frames before it, moved to where it has them now.
   *
   * @param way How exactly the motion is sought.
   * @returns undefined if it goes on from none.
   */
  follow(way: Motion): Promise<Following | undefined>;
  /**
   * Memoises `make` for the shot; what it made is disposed of when the shot is over.
   *
   * @param make Is given the first frame of the shot, as it was filmed.
   */
  forShot<T extends AsyncDisposable>(make: (beginning: Picture) => Promise<T>): Promise<T>;
  /** Keeps the painted frame. */
  keep(painted: Picture & { readonly alpha?: Float32Array }): Promise<void>;
  /**
   * Writes the film of all frames that are kept.
   *
   * @returns Path of the film; undefined if there is no frame yet.
   */
  finish(): Promise<string | undefined>;
}

/** How motion is sought: `rough` is several times as fast, `exact` knows borders of motion. */
export type Motion = "rough" | "exact";

/** What is known of a frame from the painted ones before it. */
export interface Following {
  /** The painted frames before, moved; where nothing is known the frame as it was filmed. */
  readonly picture: Picture;
  /** How far each pixel can be trusted [height, width], 0..1. */
  readonly confidence: Float32Array;
}
