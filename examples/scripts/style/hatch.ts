import { HEIGHT, WIDTH } from "./canvas.ts";
import { drawn, type InkLayer } from "./pen.ts";
import { type Point, scatter, trace } from "./path.ts";
import type { Random } from "./random.ts";

/** One family of hatching lines. */
export interface HatchOptions {
  /** Direction of the lines at a place, in radians. */
  readonly angle: (x: number, y: number) => number;
  /** Darkness wanted at a place, 0 paper to 1 black. */
  readonly darkness: (x: number, y: number) => number;
  /** Part of the scene at a place: lines do not run from one into another. */
  readonly part: (x: number, y: number) => number;
  /** Lines are drawn where darkness is above this. */
  readonly above: number;
  /** Distance between lines, in picture units. */
  readonly spacing: number;
  /** Longest line, in picture units. */
  readonly length: number;
  /** Breadth of lines at darkness 1, in picture units. */
  readonly width: number;
}

/** Side of the squares in which neighbours are sought, in picture units. */
const CELL = 8;
const COLUMNS = Math.ceil(WIDTH / CELL) + 2;

/** Evenly spaced lines along a field of directions (Jobard and Lefer, 1997). */
export function hatch(
  ink: InkLayer,
  random: Random,
  options: HatchOptions,
): void {
  const { angle, darkness, part, above, spacing, length, width } = options;
  const taken = new Map<number, (Point & { line: number })[]>();
  let line = 0;

  function isFree(x: number, y: number, gap: number): boolean {
    const column = Math.floor(x / CELL);
    const row = Math.floor(y / CELL);
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = column - 1; c <= column + 1; c++) {
        for (const point of taken.get(r * COLUMNS + c) ?? []) {
          if (
            point.line !== line &&
            (point.x - x) ** 2 + (point.y - y) ** 2 < gap * gap
          ) return false;
        }
      }
    }
    return true;
  }

  for (const start of scatter(random, spacing * 0.7)) {
    if (start.x < 0 || start.y < 0 || start.x > WIDTH || start.y > HEIGHT) {
      continue;
    }
    line++;
    const home = part(start.x, start.y);
    const ragged = above + 0.05 * random.normal();
    const within = (x: number, y: number) =>
      x > -4 && y > -4 && x < WIDTH + 4 && y < HEIGHT + 4 &&
      part(x, y) === home && darkness(x, y) > ragged &&
      isFree(x, y, 0.62 * spacing);
    if (
      darkness(start.x, start.y) <= ragged ||
      !isFree(start.x, start.y, spacing)
    ) continue;
    const run = length * random.range(0.35, 0.65);
    const ahead = trace(start, { angle, length: run, within, step: 2.5 });
    const back = trace(start, {
      angle: (x, y) => angle(x, y) + Math.PI,
      length: run,
      within,
      step: 2.5,
    });
    const path = [...back.reverse(), ...ahead.slice(1)];
    if (path.length < 4) continue;
    for (const point of path) {
      const key = Math.floor(point.y / CELL) * COLUMNS +
        Math.floor(point.x / CELL);
      const held = taken.get(key);
      if (held) held.push({ ...point, line });
      else taken.set(key, [{ ...point, line }]);
    }
    const seed = random.range(0, 100);
    ink.line(
      drawn(path, width, seed).map((point) => ({
        ...point,
        width: point.width *
          (0.5 + 0.5 * Math.min(1, darkness(point.x, point.y))),
      })),
    );
  }
}
