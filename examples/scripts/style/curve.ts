import type { Point } from "./path.ts";

/** A place on a curve for each `t` from 0, its start, to 1, its end. */
export type Curve = (t: number) => Point;

/** A smooth curve through knots given as x, y, x, y, ... (Catmull and Rom). */
export function curve(...numbers: number[]): Curve {
  const knots: Point[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    knots.push({ x: numbers[i], y: numbers[i + 1] });
  }
  const last = knots.length - 1;
  return function at(t) {
    const along = Math.min(1, Math.max(0, t)) * last;
    const i = Math.min(last - 1, Math.floor(along));
    const p0 = knots[Math.max(0, i - 1)];
    const p1 = knots[i];
    const p2 = knots[i + 1];
    const p3 = knots[Math.min(last, i + 2)];
    const u = along - i;
    return {
      x: blend(p0.x, p1.x, p2.x, p3.x, u),
      y: blend(p0.y, p1.y, p2.y, p3.y, u),
    };
  };
}

/** The curve that lies a share `f` of the way from one curve to another. */
export function between(from: Curve, to: Curve, f: number): Curve {
  return function at(t) {
    const a = from(t);
    const b = to(t);
    return { x: a.x + (b.x - a.x) * f, y: a.y + (b.y - a.y) * f };
  };
}

/** Points of a curve from `start` to `end`, `count` pieces long. */
export function sampled(
  along: Curve,
  start = 0,
  end = 1,
  count = 60,
): Point[] {
  return Array.from(
    { length: count + 1 },
    (_, i) => along(start + (end - start) * i / count),
  );
}

/** Direction of a curve at `t`, in radians. */
export function heading(along: Curve, t: number): number {
  const a = along(t - 0.01);
  const b = along(t + 0.01);
  return Math.atan2(b.y - a.y, b.x - a.x);
}

function blend(
  p0: number,
  p1: number,
  p2: number,
  p3: number,
  u: number,
): number {
  return p1 +
    u / 2 * (p2 - p0 +
        u * (2 * p0 - 5 * p1 + 4 * p2 - p3 +
            u * (3 * (p1 - p2) + p3 - p0)));
}
