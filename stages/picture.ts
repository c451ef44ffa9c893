import type { ImageTensor } from "./mean_subtract.ts";

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

/** What deprocess gives. */
export interface FinishedPicture extends Picture {
  /** Opacity [height, width], 0..255; absent where the content has none. */
  readonly alpha?: Float32Array;
  /** Name of the content picture without folder and ending. */
  readonly name: string;
}

/** What decode gives: the pictures at the size of one scale, and the way to the other scales. */
export interface Pictures {
  /** The photograph. */
  readonly content: Picture;
  /** Style pictures with their shares, which add up to 1. */
  readonly styles: readonly { readonly picture: Picture; readonly weight: number }[];
  /** Where the optimiser shall start, if not from the content. */
  readonly start?: Picture;
  /** The result of the scale before, as a tensor of its size. */
  readonly previous?: ImageTensor;
  /** The sizes of all scales, coarse to fine; the last one is that of the finished picture. */
  readonly sizes: readonly Size[];
  /** Opacity at the last size, where the content has one. */
  readonly alpha?: Float32Array;
  /** Name of the content picture without folder and ending. */
  readonly name: string;
}

/** Something that the runner takes through the per-scale stages, once for each scale. */
export interface Repeatable<T> {
  /** How many there are. */
  readonly scales: number;
  /** The value for one scale, coarse to fine; `previous` is the result of the scale before. */
  atScale(index: number, previous: unknown): Promise<T>;
}
