import type { Handler } from "../descend.ts";
import { eachStep } from "./each_step.ts";

/** How the value has developed. */
export interface Trend {
  /** The value of the first step. */
  first: number;
  /** The lowest value until each of the last steps. */
  recent: readonly number[];
}

/** The steps that progress is measured over. */
const span = 10;

/** Ends the steps if the last ten lowered the value by less than a share of it. */
export function stopWhenStalled(trend: Trend, tolerance: number): Handler {
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
