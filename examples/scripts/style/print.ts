import type { Point } from "./path.ts";

/** A print in flat inks: shapes are laid one over the other, in order. */
export class Print {
  readonly #shapes: string[] = [];

  /** A filled area within a closed line. */
  area(points: readonly Point[], fill: string): void {
    this.#shapes.push(`<path d="${outline(points)}Z" fill="${fill}"/>`);
  }

  /** A line whose breadth, in picture units, changes with `t` from 0 to 1. */
  line(
    points: readonly Point[],
    width: (t: number) => number,
    fill: string,
  ): void {
    this.area(ribbon(points, width), fill);
  }

  /** A round spot; lengths are in picture units. */
  spot({ x, y }: Point, radius: number, fill: string): void {
    this.#shapes.push(
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(2)}" fill="${fill}"/>`,
    );
  }

  /** The print as SVG text of a size in pixels. */
  svg(width: number, height: number, scale: number): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" ` +
      `height="${height * scale}" viewBox="0 0 ${width} ${height}">` +
      this.#shapes.join("") + "</svg>";
  }
}

/** The outline of a line of changing breadth, in picture units. */
export function ribbon(
  points: readonly Point[],
  width: (t: number) => number,
): Point[] {
  const left: Point[] = [];
  const right: Point[] = [];
  const last = points.length - 1;
  for (const [i, point] of points.entries()) {
    const a = points[Math.max(0, i - 1)];
    const b = points[Math.min(last, i + 1)];
    const norm = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const half = width(i / last) / 2;
    const x = -(b.y - a.y) / norm * half;
    const y = (b.x - a.x) / norm * half;
    left.push({ x: point.x + x, y: point.y + y });
    right.push({ x: point.x - x, y: point.y - y });
  }
  return [...left, ...right.reverse()];
}

function outline(points: readonly Point[]): string {
  return "M" + points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("L");
}
