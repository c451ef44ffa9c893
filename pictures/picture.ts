import type { FilmFrame } from "./film_frame.ts";

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
