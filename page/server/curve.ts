import type { CurvePoint } from "../protocol.ts";

/** The most points of a curve: with twice as many every other one is left out. */
const most = 400;

/** The curve of a run. */
export interface Curve {
  /** Grows with each run, and whenever points were left out: then all are to be sent anew. */
  readonly run: number;
  readonly points: readonly CurvePoint[];
  begin(): void;
  add(point: CurvePoint): void;
}

/** Opens an empty curve. */
export function openCurve(): Curve {
  let run = 0;
  let points: CurvePoint[] = [];
  let [every, seen] = [1, 0];
  return {
    get run() {
      return run;
    },
    get points() {
      return points;
    },
    begin() {
      run++;
      [points, every, seen] = [[], 1, 0];
    },
    add(point) {
      if (seen++ % every === 0) points.push(point);
      if (points.length < 2 * most) return;
      points = points.filter((_, i) => i % 2 === 0);
      every *= 2;
      run++;
    },
  };
}
