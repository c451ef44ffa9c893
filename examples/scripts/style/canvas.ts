import type { Lab } from "./colour.ts";

/** Width of every picture, in picture units; strokes are measured in these. */
export const WIDTH = 1024;

/** Height of every picture, in picture units. */
export const HEIGHT = 768;

/** Cells per picture unit: the pictures are made at this scale, then reduced. */
export const SCALE = 2;

/** A surface of wet paint: a colour and a relief height per cell. */
export class Canvas {
  /** Cells across. */
  readonly width = WIDTH * SCALE;
  /** Cells down. */
  readonly height = HEIGHT * SCALE;
  /** Oklab colours, three numbers per cell. */
  readonly colour = new Float32Array(3 * this.width * this.height);
  /** Height of the paint above the ground, in picture units. */
  readonly relief = new Float32Array(this.width * this.height);

  /** Calls `colourAt` for each cell with its place in picture units. */
  fill(colourAt: (x: number, y: number) => Lab): void {
    for (let row = 0, i = 0; row < this.height; row++) {
      for (let column = 0; column < this.width; column++, i += 3) {
        this.colour.set(colourAt(column / SCALE, row / SCALE), i);
      }
    }
  }
}
