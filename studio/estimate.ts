import { linksOf } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { type OptimiseOptions, stepsAt } from "../stages/optimise.ts";
import type { Size } from "../stages/picture.ts";
import { openSession, type Session } from "../stages/stylise.ts";
import type { Progress } from "../stages/stage.ts";
import { layersUpTo, type Network, networks, parameterShapes } from "../weights/network.ts";

/** What a run will take on this machine. */
export interface Estimate {
  /** Seconds, the packages and weights being there. */
  readonly seconds: number;
  /** Bytes of memory at most. */
  readonly bytes: number;
}

/** Longer sides of the runs that are timed, and their steps. */
const [sides, steps] = [[96, 192], 6] as const;

/** One scale: its size, and how many steps are taken at it. */
export interface PlannedScale extends Size {
  /** Steps of the optimiser. */
  readonly steps: number;
}

/**
 * Estimates time and memory. The time comes from two short runs of the preset itself at small sizes: what a scale costs
 * at its beginning, and what a step costs, both grow with the number of pixels.
 *
 * @param preset Complete, its pictures and weights at hand.
 * @param layers The layers that its losses see.
 */
export async function estimate(
  preset: ResolvedPreset,
  scales: readonly PlannedScale[],
  layers: readonly string[],
): Promise<Estimate> {
  await using session = openSession();
  // The first run also loads the packages and the network.
  await timed(session, preset, sides[0], 1);
  const [small, large] = [await timed(session, preset, sides[0], steps), await timed(session, preset, sides[1], steps)];
  const beginning = lineThrough(small.pixels, small.beginning, large.pixels, large.beginning);
  const step = lineThrough(small.pixels, small.step, large.pixels, large.step);
  const seconds = scales.reduce((sum, { width, height, steps }) => {
    const pixels = width * height;
    return sum + beginning(pixels) + steps * step(pixels);
  }, 0);
  return { seconds, bytes: estimateMemory(preset, scales.at(-1)!, layers) };
}

/**
 * Estimates a run whose network is not at hand from one that ships, by the ratio of their multiplications: wide layers
 * run at a better rate than narrow ones, so it will rather be less.
 *
 * @param stand A preset like the other, with a network that ships and the layers that its losses see.
 */
export async function estimateByStand(
  preset: ResolvedPreset,
  stand: { readonly preset: ResolvedPreset; readonly layers: readonly string[] },
  scales: readonly PlannedScale[],
  layers: readonly string[],
): Promise<Estimate> {
  const { seconds } = await estimate(stand.preset, scales, stand.layers);
  const ratio = multiplicationsPerPixel(networks[preset.network], layers) /
    multiplicationsPerPixel(networks[stand.preset.network], stand.layers);
  return { seconds: seconds * ratio, bytes: estimateMemory(preset, scales.at(-1)!, layers) };
}

/** Multiplications of one pass per pixel of the picture, up to the last of some layers. */
function multiplicationsPerPixel(network: Network, layers: readonly string[]): number {
  let [sum, area, channels] = [0, 1, 3];
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") {
      area /= 4;
      continue;
    }
    sum += area * layer.channels * channels * 9;
    channels = layer.channels;
  }
  return sum;
}

/** Seconds until the first step is done, and of a step after it. */
interface Timing {
  readonly pixels: number;
  readonly beginning: number;
  readonly step: number;
}

async function timed(session: Session, preset: ResolvedPreset, side: number, steps: number): Promise<Timing> {
  const { decode, optimise } = preset.sections;
  const small = {
    ...preset,
    sections: {
      ...preset.sections,
      decode: { ...decode, size: side, scales: [] },
      optimise: { ...optimise, iterations: steps, snapshots: 0 },
    },
  };
  const began = performance.now();
  const ticks: number[] = [];
  let pixels = 1;
  const onProgress = (event: Progress) => {
    if (event.kind !== "step") return;
    pixels = event.width * event.height;
    ticks.push((performance.now() - began) / 1000);
  };
  await session.stylise(small, { onProgress });
  const [first = (performance.now() - began) / 1000] = ticks;
  const taken = ticks.length > 1 ? (ticks.at(-1)! - first) / (ticks.length - 1) : 0;
  return { pixels, beginning: first, step: taken };
}

/** The line through two points, or, where it falls, the proportion through the second. */
function lineThrough(x1: number, y1: number, x2: number, y2: number): (x: number) => number {
  const slope = (y2 - y1) / (x2 - x1);
  const level = y1 - slope * x1;
  return slope > 0 && level > 0 ? (x) => level + slope * x : (x) => y2 * x / x2;
}

/** Bytes of the program itself with its packages, and copies of each weight and each feature value at the peak. */
const [program, weightCopies, featureCopies] = [240e6, 4, 3.4] as const;

/**
 * Estimates the memory that a run takes at its largest scale: the program, the network's weights, the features of every
 * layer with what their gradient needs, and the steps that L-BFGS remembers. The factors were measured with vgg19-mini
 * at 512×384 and 1024×768 (`bench/memory.ts`).
 *
 * @param layers The layers that its losses see.
 */
export function estimateMemory(preset: ResolvedPreset, { width, height }: Size, layers: readonly string[]): number {
  const network = networks[preset.network];
  const weights = [...parameterShapes(network, layers).values()]
    .reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 4), 0);
  const image = 3 * 4 * width * height;
  const { optimiser, lbfgs } = preset.sections.optimise as unknown as OptimiseOptions & { lbfgs: { history: number } };
  const remembered = optimiser === "lbfgs" ? 2 * lbfgs.history * image : 0;
  return program + weightCopies * weights + featureCopies * 4 * width * height * featuresPerPixel(network, layers) +
    remembered;
}

/** Feature values per pixel of the picture, up to the last of some layers. */
function featuresPerPixel(network: Network, layers: readonly string[]): number {
  let [sum, area, channels] = [0, 1, 3];
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") area /= 4;
    else channels = layer.channels;
    sum += area * channels;
    if (layer.type === "conv" && layer.head && layers.includes(layer.name)) sum += area * layer.head.channels;
  }
  return sum;
}

/** The scales of a preset for a photograph of a size, each with its steps. */
export function plannedScales(preset: ResolvedPreset, sizes: readonly Size[]): PlannedScale[] {
  const { iterations } = (linksOf(preset).find(({ stage }) => stage.name === "optimise")?.options ??
    { iterations: 0 }) as Pick<OptimiseOptions, "iterations">;
  return sizes.map((size, i) => ({ ...size, steps: stepsAt({ iterations }, i) }));
}
