import { atScale, type ScaleList } from "../../chain/scale_list.ts";
import type { Size } from "../../pictures/picture.ts";

/** The option that says how many steps are taken at each scale. */
export interface Steps {
  /** Steps at each scale, coarse to fine: one number for all, or a list whose last one serves the rest. */
  readonly iterations: ScaleList;
}

/** The number of steps at a scale. */
export function stepsAt({ iterations }: Steps, scale: number): number {
  return atScale(iterations, scale);
}

/** The steps of all scales finer than one, in units of its own steps: time is taken as proportional to area. */
export function laterSteps(sizes: readonly Size[], steps: Steps, scale: number): number {
  const area = ({ width, height }: Size) => width * height;
  return sizes.slice(scale + 1).reduce(
    (total, size, i) => total + stepsAt(steps, scale + 1 + i) * area(size) / area(sizes[scale]),
    0,
  );
}
