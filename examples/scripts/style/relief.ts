import { type Canvas, SCALE } from "./canvas.ts";
import { encode, linearRgb } from "./colour.ts";

/** How raking light falls on the relief. */
export interface LightOptions {
  /** Where the light comes from in the plane, radians; -π/2 is above. */
  readonly angle: number;
  /** How much the slopes darken and lighten: 0 flat, 1 natural. */
  readonly strength: number;
  /** Brightness of the reflection on slopes that face the light, 0 to 1. */
  readonly gloss: number;
}

/** Lights a canvas from one side; gives sRGB bytes, three per cell. */
export function light(canvas: Canvas, options: LightOptions): Uint8Array {
  const { width, height, colour, relief } = canvas;
  const { strength, gloss } = options;
  const elevation = 0.9;
  const lx = Math.cos(options.angle) * Math.cos(elevation);
  const ly = Math.sin(options.angle) * Math.cos(elevation);
  const lz = Math.sin(elevation);
  const bytes = new Uint8Array(3 * width * height);
  for (let row = 0, i = 0; row < height; row++) {
    const up = row > 0 ? -width : 0;
    const down = row < height - 1 ? width : 0;
    for (let column = 0; column < width; column++, i++) {
      const before = column > 0 ? -1 : 0;
      const after = column < width - 1 ? 1 : 0;
      const gx = (relief[i + after] - relief[i + before]) * SCALE / 2;
      const gy = (relief[i + down] - relief[i + up]) * SCALE / 2;
      const norm = 1 / Math.sqrt(1 + strength * strength * (gx * gx + gy * gy));
      const nx = -strength * gx * norm;
      const ny = -strength * gy * norm;
      const facing = Math.max(0, nx * lx + ny * ly + norm * lz);
      const shade = 0.35 + 0.65 * facing / lz;
      const halfway = Math.max(
        0,
        (nx * lx + ny * ly + norm * (lz + 1)) / Math.sqrt(2 + 2 * lz),
      );
      const shine = gloss * (halfway ** 40 - 0.1);
      const at = 3 * i;
      const rgb = linearRgb(colour[at], colour[at + 1], colour[at + 2]);
      for (let k = 0; k < 3; k++) {
        bytes[at + k] = Math.round(encode(rgb[k] * shade + Math.max(0, shine)));
      }
    }
  }
  return bytes;
}
