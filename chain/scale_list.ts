/** A number for all scales, or a list of them, coarse to fine, whose last one serves the rest. */
export type ScaleList = number | readonly number[];

/** The number at a scale, counted from 0. */
export function atScale(list: ScaleList, scale: number): number {
  return typeof list === "number" ? list : list[Math.min(scale, list.length - 1)];
}
