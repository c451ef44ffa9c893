import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { optimise } from "../stages/optimise.ts";
import { stepsAt } from "../stages/optimise/pace.ts";
import type { Size } from "../pictures/picture.ts";
import { openSession, type Session } from "../session/session.ts";
import type { Progress } from "../chain/progress.ts";

/** The expected cost of a run on this machine. */
export interface Estimate {
  /** Seconds, downloads left out. */
  readonly seconds: number;
  /** How often the objective and its gradient are computed. */
  readonly evaluations: number;
}

/** Longer sides of the timed runs in pixels, and their steps. */
const [sides, shortRun] = [[96, 192], 6] as const;

/** One scale: its size, and how many steps are taken at it. */
export interface PlannedScale extends Size {
  /** Steps of the optimiser. */
  readonly steps: number;
}

/** What a run costs on this machine, for pictures of any size. */
export interface Costs {
  /** Seconds until the first step of a scale of so many pixels is done. */
  beginning(pixels: number): number;
  /** Seconds of each step after it. */
  step(pixels: number): number;
  /** How often the objective is computed for a step. */
  readonly evaluationsPerStep: number;
}

/**
 * Times two short runs of a preset at small sizes: what a scale costs at its beginning, and what a step costs, both grow
 * with the number of pixels. The number of evaluations is rather high, as the first steps may take a few more than those
 * after them.
 *
 * @param preset Complete, its pictures and weights at hand.
 */
export async function costsOf(preset: ResolvedPreset): Promise<Costs> {
  await using session = openSession();
  // The first run also loads the packages and the network.
  await timed(session, preset, sides[0], 1);
  const small = await timed(session, preset, sides[0], shortRun);
  const large = await timed(session, preset, sides[1], shortRun);
  return {
    beginning: lineThrough(small.pixels, small.beginning, large.pixels, large.beginning),
    step: lineThrough(small.pixels, small.step, large.pixels, large.step),
    evaluationsPerStep: large.evaluationsPerStep,
  };
}

/** The cost of scales. */
export function estimateOf(costs: Costs, scales: readonly PlannedScale[]): Estimate {
  const seconds = scales.reduce((sum, { width, height, steps }) => {
    const pixels = width * height;
    return sum + costs.beginning(pixels) + steps * costs.step(pixels);
  }, 0);
  const steps = scales.reduce((sum, { steps }) => sum + steps, 0);
  return { seconds, evaluations: Math.round(steps * costs.evaluationsPerStep) };
}

/**
 * Seconds in which a painter paints.
 *
 * @param preset One without a descent, complete, its pictures and weights at hand.
 * @throws {UserError} if the painter cannot be read, or has not learnt the paintings.
 */
export async function secondsOfPass(preset: ResolvedPreset, { width, height }: Size): Promise<number> {
  await using session = openSession();
  const passed = async (side: number) => {
    const small = withOptions(preset, decode, { size: side, scales: [], enlarge: true });
    const began = performance.now();
    const { picture } = await session.stylise(small, {});
    return { pixels: picture.width * picture.height, seconds: (performance.now() - began) / 1000 };
  };
  // The first one also loads the packages and the painter.
  await passed(sides[0]);
  const [small, large] = [await passed(sides[0]), await passed(sides[1])];
  return lineThrough(small.pixels, small.seconds, large.pixels, large.seconds)(width * height);
}

/** Seconds until the first step is done, and of a step after it. */
interface Timing {
  readonly pixels: number;
  readonly beginning: number;
  readonly step: number;
  readonly evaluationsPerStep: number;
}

async function timed(session: Session, preset: ResolvedPreset, side: number, steps: number): Promise<Timing> {
  const sized = withOptions(preset, decode, { size: side, scales: [], enlarge: true });
  const small = withOptions(sized, optimise, { iterations: steps, snapshots: 0 });
  const began = performance.now();
  const ticks: number[] = [];
  let pixels = 1;
  const onProgress = (event: Progress) => {
    if (event.kind !== "step") return;
    pixels = event.width * event.height;
    ticks.push((performance.now() - began) / 1000);
  };
  const { report } = await session.stylise(small, { onProgress });
  const [first = (performance.now() - began) / 1000] = ticks;
  const taken = ticks.length > 1 ? (ticks.at(-1)! - first) / (ticks.length - 1) : 0;
  return { pixels, beginning: first, step: taken, evaluationsPerStep: report.evaluations / Math.max(1, ticks.length) };
}

/** The line through two points; if its slope or its value at 0 is not positive, the proportion through the second. */
function lineThrough(x1: number, y1: number, x2: number, y2: number): (x: number) => number {
  const slope = (y2 - y1) / (x2 - x1);
  const level = y1 - slope * x1;
  return slope > 0 && level > 0 ? (x) => level + slope * x : (x) => y2 * x / x2;
}

/** The scales of a preset for a photograph of a size, each with its steps. */
export function plannedScales(preset: ResolvedPreset, sizes: readonly Size[]): PlannedScale[] {
  const options = optionsOf(preset, optimise);
  return sizes.map((size, i) => ({ ...size, steps: options ? stepsAt(options, i) : 0 }));
}
