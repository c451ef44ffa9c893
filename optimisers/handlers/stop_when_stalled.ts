import type { Handler } from "../descend.ts";
import { eachStep } from "./each_step.ts";

/** The values of a descent. */
export interface Trend {
  /** The value of the first step. */
  first: number;
  /** The lowest value so far at each of the last steps. */
  recent: readonly number[];
}

/** Number of steps over which progress is measured. */
const span = 10;

/** Ends the steps if the last ten lowered the value by less than a share of it. */
export function stopWhenStalled<Vector>(trend: Trend, tolerance: number): Handler<Vector> {
  return eachStep(({ value }) => {
    if (trend.recent.length === 0) trend.first = value;
    const lowest = Math.min(value, trend.recent.at(-1) ?? Infinity);
    trend.recent = [...trend.recent, lowest].slice(-span - 1);
    const { recent } = trend;
    if (recent.length > span && recent[0] - recent[span] < tolerance * recent[span]) return "stop";
  });
}

/** Whether no step was better than the first. */
export function neverFell({ first, recent }: Trend): boolean {
  return (recent.at(-1) ?? Infinity) >= first;
}
