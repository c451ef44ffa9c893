import type { Random } from "./random.ts";
import { HEIGHT, WIDTH } from "./canvas.ts";

/** A place in picture units, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How a path is followed. */
export interface TraceOptions {
  /** Direction of travel at a place, in radians; 0 points right, π/2 down. */
  readonly angle: (x: number, y: number) => number;
  /** Length of the path in picture units. */
  readonly length: number;
  /** Where the path must end; it goes anywhere when absent. */
  readonly within?: (x: number, y: number) => boolean;
  /** Distance between points of the path, in picture units. */
  readonly step?: number;
}

/** Follows a field of directions from `start`; the first point is `start`. */
export function trace(start: Point, options: TraceOptions): Point[] {
  const { angle, length, within, step = 4 } = options;
  const path = [start];
  let { x, y } = start;
  let heading = angle(x, y);
  for (let run = 0; run < length; run += step) {
    const middle = angle(
      x + step / 2 * Math.cos(heading),
      y + step / 2 * Math.sin(heading),
    );
    heading = nearer(middle, heading);
    x += step * Math.cos(heading);
    y += step * Math.sin(heading);
    if (within && !within(x, y)) break;
    path.push({ x, y });
  }
  return path;
}

/** Places on a jittered grid over the picture and a margin, in random order. */
export function scatter(random: Random, spacing: number): Point[] {
  const points: Point[] = [];
  for (let y = -spacing; y < HEIGHT + spacing; y += spacing) {
    for (let x = -spacing; x < WIDTH + spacing; x += spacing) {
      points.push({
        x: x + random.next() * spacing,
        y: y + random.next() * spacing,
      });
    }
  }
  return random.shuffle(points);
}

/** A smooth curve y(x) through knots sorted by x (monotone cosine pieces). */
export function profile(
  knots: readonly (readonly [number, number])[],
): (x: number) => number {
  return function heightAt(x) {
    if (x <= knots[0][0]) return knots[0][1];
    for (let i = 1; i < knots.length; i++) {
      const [x0, y0] = knots[i - 1];
      const [x1, y1] = knots[i];
      if (x <= x1) {
        const t = (1 - Math.cos(Math.PI * (x - x0) / (x1 - x0))) / 2;
        return y0 + (y1 - y0) * t;
      }
    }
    return knots[knots.length - 1][1];
  };
}

/** Of an angle and its opposite, the one nearer to `heading`. */
function nearer(angle: number, heading: number): number {
  return Math.cos(angle - heading) < 0 ? angle + Math.PI : angle;
}
