import { HEIGHT, SCALE, WIDTH } from "./canvas.ts";
import { createNoise } from "./noise.ts";
import type { Point } from "./path.ts";

/** A place of a pen line and the line's breadth there, in picture units. */
export interface PenPoint extends Point {
  readonly width: number;
}

/** Ink on paper: how much of each cell is covered, 0 to 1, at canvas scale. */
export class InkLayer {
  /** Cells across. */
  readonly width = WIDTH * SCALE;
  /** Cells down. */
  readonly height = HEIGHT * SCALE;
  /** Covered share of each cell. */
  readonly cover = new Float32Array(this.width * this.height);

  /** Draws a line through the points, its breadth changing from one to next. */
  line(points: readonly PenPoint[]): void {
    for (let i = 1; i < points.length; i++) this.#piece(points[i - 1], points[i]);
  }

  /** Sets one round dot of a breadth in picture units. */
  dot(at: Point, width: number): void {
    this.#piece({ ...at, width }, { x: at.x + 0.01, y: at.y, width });
  }

  #piece(from: PenPoint, to: PenPoint): void {
    const reach = Math.max(from.width, to.width) / 2 + 1;
    const left = Math.max(0, Math.floor((Math.min(from.x, to.x) - reach) * SCALE));
    const top = Math.max(0, Math.floor((Math.min(from.y, to.y) - reach) * SCALE));
    const right = Math.min(
      this.width - 1,
      Math.ceil((Math.max(from.x, to.x) + reach) * SCALE),
    );
    const bottom = Math.min(
      this.height - 1,
      Math.ceil((Math.max(from.y, to.y) + reach) * SCALE),
    );
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const square = dx * dx + dy * dy;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const x = column / SCALE - from.x;
        const y = row / SCALE - from.y;
        const t = Math.min(1, Math.max(0, (x * dx + y * dy) / square));
        const distance = Math.hypot(x - t * dx, y - t * dy);
        const half = (from.width + t * (to.width - from.width)) / 2;
        const cover = Math.min(1, Math.max(0, (half - distance) * SCALE + 0.5));
        const i = row * this.width + column;
        if (cover > this.cover[i]) this.cover[i] = cover;
      }
    }
  }
}

const tremor = createNoise(41);

/** The path as a hand draws it: it trembles, and the nib's pressure swells. */
export function drawn(
  path: readonly Point[],
  width: number,
  seed: number,
): PenPoint[] {
  const last = Math.max(1, path.length - 1);
  return path.map(({ x, y }, i) => {
    const ends = Math.min(1, 0.45 + 3 * Math.min(i, last - i) / last);
    const press = 1 + 0.35 * tremor(x / 16 + seed, y / 16);
    return {
      x: x + 0.8 * tremor(x / 13 + seed, y / 13 + 5),
      y: y + 0.8 * tremor(x / 13 - seed, y / 13 + 11),
      width: Math.max(0.35, width * ends * press),
    };
  });
}
