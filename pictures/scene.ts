import type { FilmFrame, Picture, Size } from "./picture.ts";
import type { Plane } from "./plane.ts";
import type { ImageTensor } from "./tensor.ts";

/** Which part of a style picture counts, and where its style applies. */
export interface StyleUse {
  /** Its share among the styles of the same place; these add up to 1. */
  readonly weight: number;
  /** How much of each pixel of the result has this style; all unless given. Styles of one place share the plane. */
  readonly where?: Plane;
  /** How much of each of its own pixels counts; all unless given. */
  readonly mask?: Plane;
  /** SHA-256 of its file in hexadecimal: painters know paintings by it. Absent if the picture is not as in the file. */
  readonly painting?: string;
}

/** A style picture with its use. */
export interface StylePicture extends StyleUse {
  /** The picture. */
  readonly picture: Picture;
}

/** The output of decode: the pictures at the size of one scale, and the sizes of the others. */
export interface Pictures {
  /** The photograph. */
  readonly content: Picture;
  /** The photograph's numbers, if nobody else needs their memory: it becomes that of the tensor. */
  readonly spare?: Float32Array;
  /** The paintings with their uses. */
  readonly styles: readonly StylePicture[];
  /** How much of each pixel of the finished picture is painted; all unless given. The rest is the content. */
  readonly painted?: Plane;
  /** Decodes the content at the last size again, so that it need not stay in memory until then. */
  photograph(): Promise<Picture>;
  /** The picture from which the optimiser starts, if not from the content. */
  readonly start?: Picture;
  /** The result of the scale before, as a tensor of its size. */
  readonly previous?: ImageTensor;
  /** The sizes of all scales, coarse to fine; the last one is that of the finished picture. */
  readonly sizes: readonly Size[];
  /** Opacity at the last size, if the content has one. */
  readonly alpha?: Float32Array;
  /** Pixels per inch of the content in print, if its file says so. */
  readonly density?: number;
  /** Name of the content picture without folder and ending. */
  readonly name: string;
  /** Set if the content is a frame of a film. */
  readonly frame?: FilmFrame;
}

/** The pictures without their pixels, which would be in memory twice once they are tensors. */
export type SceneInfo = Omit<Pictures, "content" | "spare" | "styles" | "start">;

/** The sizes and the number of masks of a run. */
export interface Outline {
  /** The sizes of all scales, coarse to fine. */
  readonly sizes: readonly Size[];
  /** The number of parts into which masks divide the picture, the rest included; 0 without masks. */
  readonly places: number;
}
