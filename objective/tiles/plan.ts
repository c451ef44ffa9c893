import { sizeOf } from "../../graph/mod.ts";
import { layersUpTo, type Network, parameterShapes } from "../../networks/network.ts";
import { UserError } from "../../base/errors.ts";
import type { Size } from "../../pictures/picture.ts";
import { amountOf } from "../../base/memory.ts";
import { type Grid, gridOf, windowLength } from "./grid.ts";
import type { ReductionGrids } from "./tiled_objective.ts";
import { sizeAt } from "./planes.ts";
import { type Reach, reachOf } from "../../networks/reach.ts";

/** What an objective asks of a picture. */
export interface Demand {
  readonly size: Size;
  readonly network: Network;
  /** The reductions at which the picture is looked at. */
  readonly factors: readonly number[];
  readonly contentLayers: readonly string[];
  readonly styleLayers: readonly string[];
  /** How many masks part the picture, what they leave included; 0 without masks. */
  readonly places: number;
  /** Whether the content picture's features may lie in a file where the picture is seen in windows. */
  readonly scratch: boolean;
  /** Tensors of the picture's size that are held beside the evaluation: images, gradients, directions. */
  readonly held: number;
}

/** How an objective is evaluated, and what that takes. */
export interface Plan {
  /** Absent where the whole picture is seen at once. */
  readonly reductions?: readonly ReductionGrids[];
  /** The peak memory of the run, in bytes, without what the optimiser remembers of earlier steps. */
  readonly bytes: number;
}

/**
 * How many places the masks of some styles make: one for each different mask, and one for what they leave if some style
 * has none. A place that turns out empty counts too, as that is known only once the masks are read.
 *
 * @param masks Of each style; styles with the same mask share one value.
 * @returns 0 without masks.
 */
export function placesOf(masks: readonly unknown[]): number {
  const different = new Set(masks);
  return masks.some((mask) => mask !== undefined) ? different.size : 0;
}

/** A plan in words. */
export function describe(plan: Plan): string {
  return `${windowsIn(plan)}; about ${amountOf(plan.bytes)} of memory`;
}

/** The windows of a plan in words. */
export function windowsIn({ reductions }: Pick<Plan, "reductions">): string {
  const of = ({ tiles, window: { width, height } }: Grid) =>
    tiles.length === 1 ? `${width}×${height} at once` : `${tiles.length} windows of ${width}×${height}`;
  const windows = reductions?.map(({ sums, slopes }) => `${of(sums)} for the sums, ${of(slopes)} for the gradient`);
  return windows?.join("; ") ?? "the whole picture at once";
}

/** Deno with ONNX Runtime and sharp loaded, and what the allocator does not give back between two passes. */
const processBytes = 420e6;

/** What went into the engine and came out of it for windows, and is not collected yet: on both sides V8 lets 64 MB lie. */
const uncollectedBytes = 128e6;

/** Copies of the content picture's features in a window: two that are read in turn, and two on their way to the engine. */
const contentCopies = 4;

/** What a program keeps of the weights beside their own bytes: turned around, in blocks, and as they were sent. */
const weightCopies = 6;

/**
 * What of the memory that pictures leave an evaluation may take, as a whole and in windows: the rest is for the
 * optimiser's history. Where windows are needed a pair more would hardly fit into any rest, and larger windows overlap less.
 */
const [shareOfWhole, shareOfWindows] = [0.75, 0.8];

/**
 * How many times the bytes of its features a gradient takes, as a whole and in a window: what is alive at once, and the
 * holes that ONNX Runtime's allocator leaves, whose size changes with that of the picture. Measured with VGG-19 and
 * vgg19-mini, all paddings and poolings: 1.4 to 2.3 for sides of 512 to 2048, 1.2 to 1.8 in some thirty windows.
 */
const [spreadInWhole, spreadInWindows] = [2.2, 1.6];

/** Bytes of constants that a graph may hold: an ONNX model ends at 2 GiB, and what styles are compared with is in it too. */
const constantBytes = 1.9e9;

/** Bytes of a pixel in float32. */
const imageBytes = 12;

/** Bytes per pixel of a mask: as it was read, as it applies, and at the strides of both passes. */
const placeBytes = 12;

/** Rows or columns of windows that are worth a try. */
const mostTiles = 64;

/** The windows for which a picture is only looked at, or `undefined` where the memory suffices for none. */
export function forwardGrid(
  size: Size,
  network: Network,
  layers: readonly string[],
  memory: number,
): Grid | undefined {
  return gridWithin(size, reachOf(network, layers), memory / forwardBytes(network, layers));
}

/** Plans the evaluation of an objective; `undefined` where the memory suffices for no plan. */
export function planEvaluation(demand: Demand, memory: number): Plan | undefined {
  const { size, network, factors, styleLayers, scratch } = demand;
  const contents = contentBytes(demand);
  const costs = factors.map((factor) => {
    const layers = factor === 1 ? [...demand.contentLayers, ...styleLayers] : styleLayers;
    const level = sizeAt(size, factor);
    const guided = guidedBytes(demand);
    return {
      factor,
      level,
      layers,
      bytes: spreadInWindows * slopeBytes(network, layers) + guided + (factor === 1 ? contentCopies * contents : 0),
      wholeBytes: spreadInWhole * slopeBytes(network, layers) + guided,
    };
  });
  const whole = sum(costs.map(({ level, wholeBytes }) => areaOf(level) * wholeBytes));
  const fixedOfWhole = fixedBytes(demand) + contents * areaOf(size);
  const fits = whole <= (memory - fixedOfWhole) * shareOfWhole && constantsOfWhole(demand) <= constantBytes;
  if (fits) return { bytes: Math.ceil(fixedOfWhole + whole) };

  const uncollected = Math.min(uncollectedBytes, contentCopies * (imageBytes + contents) * areaOf(size));
  const fixed = fixedBytes(demand) + uncollected + (scratch ? 0 : contents * areaOf(size));
  const room = (memory - fixed) * shareOfWindows;
  let largest = 0;
  const reductions: ReductionGrids[] = [];
  for (const { factor, level, layers, bytes } of costs) {
    const forward = forwardBytes(network, styleLayers) + guidedBytes(demand);
    const sums = gridWithin(level, reachOf(network, styleLayers), room / forward);
    const slopes = gridWithin(level, reachOf(network, layers), room / bytes);
    if (!sums || !slopes) return undefined;
    reductions.push({ factor, sums, slopes });
    largest = Math.max(largest, areaOf(sums.window) * forward, areaOf(slopes.window) * bytes);
  }
  return { reductions, bytes: Math.ceil(fixed + largest) };
}

/**
 * Plans the evaluation of an objective.
 *
 * @param memory Bytes that the run may take.
 * @throws {UserError} where they suffice for no plan; it says what would.
 */
export function planFor(demand: Demand, memory = Infinity): Plan {
  const plan = planEvaluation(demand, memory);
  if (plan) return plan;
  const { width, height } = demand.size;
  // No memory at all would never grow.
  let enough = Math.max(memory, processBytes);
  while (!planEvaluation(demand, enough)) enough *= 1.02;
  let share = 1;
  while (share > 0.01 && !planEvaluation({ ...demand, size: scaled(demand.size, share) }, memory)) share -= 0.01;
  const side = Math.floor(share * Math.max(width, height));
  const smaller = share > 0.01 ? `, or take --size ${side} or less` : "";
  throw new UserError(`${amountOf(memory)} of memory do not suffice for ${width}×${height} pixels`, {
    hint: `grant ${amountOf(enough)} with --memory${smaller}`,
  });
}

function scaled({ width, height }: Size, share: number): Size {
  return { width: Math.max(1, Math.floor(width * share)), height: Math.max(1, Math.floor(height * share)) };
}

/** The grid with the least work whose windows have no more pixels than that. */
function gridWithin(size: Size, reach: Reach, pixels: number): Grid | undefined {
  // An image term compares neighbours.
  const neighbours = { ...reach, radius: Math.max(1, reach.radius) };
  const lengths = (length: number) =>
    Array.from({ length: mostTiles }, (_, i) => windowLength(length, neighbours, i + 1) ?? Infinity);
  const [heights, widths] = [lengths(size.height), lengths(size.width)];
  let best = { work: Infinity, rows: 0, columns: 0 };
  heights.forEach((height, row) =>
    widths.forEach((width, column) => {
      const [rows, columns] = [row + 1, column + 1];
      const work = rows * columns * height * width;
      if (height * width <= pixels && work < best.work) best = { work, rows, columns };
    })
  );
  return best.rows > 0 ? gridOf(size, neighbours, best.rows, best.columns) : undefined;
}

function areaOf({ width, height }: Size): number {
  return width * height;
}

/** Bytes per pixel of the content picture's features. */
function contentBytes({ network, contentLayers }: Demand): number {
  return sum(contentLayers.map((layer) => 4 * componentsOf(network, layer) / reachOf(network, [layer]).stride ** 2));
}

/** What a run holds whatever the windows: the process, weights, images. */
function fixedBytes(demand: Demand): number {
  const { size, places, held } = demand;
  return processBytes + weightCopies * weightBytes(demand) + (held * imageBytes + places * placeBytes) * areaOf(size);
}

/** Bytes of the weights. */
function weightBytes({ network, contentLayers, styleLayers }: Demand): number {
  return 4 * sum([...parameterShapes(network, [...contentLayers, ...styleLayers]).values()].map(sizeOf));
}

/** Bytes of the constants in the graph of the whole picture: features of the content; for each size weights, and masks. */
function constantsOfWhole(demand: Demand): number {
  const { size, network, factors, styleLayers, places } = demand;
  const masks = places * sum(styleLayers.map((layer) => 4 / reachOf(network, [layer]).stride ** 2));
  const perSize = factors.map((factor) => weightBytes(demand) + masks * areaOf(sizeAt(size, factor)));
  return contentBytes(demand) * areaOf(size) + sum(perSize);
}

/** The widths of a network's layers in bytes per pixel of the picture, those of heads apart. */
function widths(
  network: Network,
  layers: readonly string[],
): { readonly convolutions: number[]; readonly heads: number[] } {
  const convolutions: number[] = [];
  const heads: number[] = [];
  let area = 1;
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") {
      area *= 4;
      continue;
    }
    // ONNX Runtime computes in blocks of 16 channels.
    convolutions.push(4 * 16 * Math.ceil(layer.channels / 16) / area);
    if (layer.head && layers.includes(layer.name)) heads.push(4 * layer.head.channels / area);
  }
  return { convolutions, heads };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Bytes per pixel of a window while its features are computed. */
function forwardBytes(network: Network, layers: readonly string[]): number {
  const { convolutions } = widths(network, layers);
  return imageBytes * 2 + Math.max(0, ...convolutions) * 4.2;
}

/** Bytes per pixel of all the features that a gradient needs, and of its images. */
function slopeBytes(network: Network, layers: readonly string[]): number {
  const { convolutions, heads } = widths(network, layers);
  return imageBytes * 4 + sum(convolutions) + sum(heads);
}

/** Bytes per pixel of a window for the features that styles see, once for each place: as they count there. */
function guidedBytes({ network, styleLayers, places }: Demand): number {
  if (places === 0) return 0;
  const seen = styleLayers.map((layer) => 4 * componentsOf(network, layer) / reachOf(network, [layer]).stride ** 2);
  return 2 * places * sum(seen);
}

function componentsOf(network: Network, name: string): number {
  const layer = network.layers.find((layer) => layer.name === name);
  return layer?.type === "conv" ? layer.head?.channels ?? layer.channels : 0;
}
