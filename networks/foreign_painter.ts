import type { PictureModel } from "../engines/engine.ts";

/** A network of someone else's that repaints a picture, run as it is. */
export interface ForeignPainter {
  /** The name of its one style. */
  readonly name: string;
  readonly model: PictureModel;
  /** What its levels go up to, going in and coming out; undefined if its results are to tell. */
  readonly levels?: 1 | 255;
  /** The only width and height that it takes; undefined for an axis of any size. */
  readonly width?: number;
  readonly height?: number;
}
