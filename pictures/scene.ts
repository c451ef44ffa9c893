import type { Picture, Size } from "./picture.ts";
import type { Plane } from "./plane.ts";
import type { ImageTensor } from "./tensor.ts";

/** What is taken from a style picture, and where it goes. */
export interface StyleUse {
  /** Its share among the styles of the same place; these add up to 1. */
  readonly weight: number;
  /** How much of each pixel of the result it shall have; everything unless given. Styles of one place share the plane. */
  readonly where?: Plane;
  /** How much of each of its own pixels counts; all unless given. */
  readonly mask?: Plane;
}

/** A style picture with its use. */
export interface StylePicture extends StyleUse {
  /** The picture. */
  readonly picture: Picture;
}

/** What decode gives: the pictures at the size of one scale, and the way to the other scales. */
export interface Pictures {
  /** The photograph. */
  readonly content: Picture;
  /** The paintings with their uses. */
  readonly styles: readonly StylePicture[];
  /** How much of each pixel of the finished picture is painted; all unless given. The rest is the content. */
  readonly painted?: Plane;
  /** The content at the last size, decoded anew: it need not lie in memory until then. */
  photograph(): Promise<Picture>;
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

/** What is left of the pictures once they are tensors: all but their pixels, which would lie in memory twice. */
export type SceneInfo = Omit<Pictures, "content" | "styles" | "start">;

/** What a run will work on, in short. */
export interface Outline {
  /** The sizes of all scales, coarse to fine. */
  readonly sizes: readonly Size[];
  /** How many masks part the picture, what they leave included; 0 without masks. */
  readonly places: number;
}
