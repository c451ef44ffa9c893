import { sizeOf } from "../../graph/mod.ts";
import { layersUpTo, type Network, parameterShapes } from "../../networks/network.ts";
import { UserError } from "../../base/errors.ts";
import type { Size } from "../../pictures/picture.ts";
import { amountOf } from "../../base/memory.ts";
import { type Grid, gridOf, windowLength } from "./grid.ts";
import type { ReductionGrids } from "./tiled_objective.ts";
import { sizeAt } from "./planes.ts";
import { type Reach, reachOf } from "../../networks/reach.ts";

/** What determines the memory that an objective takes. */
export interface Demand {
  readonly size: Size;
  readonly network: Network;
  /** The factors by which the picture is reduced. */
  readonly factors: readonly number[];
  readonly contentLayers: readonly string[];
  readonly styleLayers: readonly string[];
  /** How many places the masks make, see {@linkcode placesOf}. */
  readonly places: number;
  /** Whether the content picture's features may lie in a file if the picture is evaluated in windows. */
  readonly scratch: boolean;
  /** The name of a loss that needs the picture as a whole; absent if none does. */
  readonly whole?: string;
  /** Number of tensors of the picture's size that are held beside the evaluation: images, gradients, directions. */
  readonly held: number;
}

/** How an objective is evaluated, and the memory that this takes. */
export interface Plan {
  /** The windows at each reduction; absent if the whole picture is evaluated at once. */
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

/** Bytes of Deno with ONNX Runtime and sharp loaded, and of what the allocator does not return between two passes. */
const processBytes = 420e6;

/** Bytes of windows' inputs and outputs that are not collected yet: V8 leaves 64 MB of each. */
const uncollectedBytes = 128e6;

/** Copies of the content picture's features in a window: two that are read in turn, and two on their way to the engine. */
const contentCopies = 4;

/** Copies of the weights that a program keeps: transposed, in blocks, and as they were sent. */
const weightCopies = 6;

/**
 * Share of the memory beside the pictures that an evaluation may take, as a whole and in windows: the rest is for the
 * optimiser's history. If windows are needed, another pair would hardly fit into any rest, and larger windows overlap less.
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

/** Bytes that no machine has: what does not fit into them is refused for another reason. */
const mostMemory = 1e13;

/** Bytes of a pixel in float32. */
const imageBytes = 12;

/** Bytes per pixel of a mask: as it was read, as it applies, and at the strides of both passes. */
const placeBytes = 12;

/** The most rows or columns of windows that are tried. */
const mostTiles = 64;

/** The windows for a forward pass over a picture; undefined if the memory suffices for none. */
export function forwardGrid(
  size: Size,
  network: Network,
  layers: readonly string[],
  memory: number,
): Grid | undefined {
  return gridWithin(size, reachOf(network, layers), memory / forwardBytes(network, layers));
}

/** Plans the evaluation of an objective; undefined if the memory does not suffice for any plan. */
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
  if (demand.whole) return undefined;

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
 * @throws {UserError} if they do not suffice for any plan; it says what would.
 */
export function planFor(demand: Demand, memory = Infinity): Plan {
  const plan = planEvaluation(demand, memory);
  if (plan) return plan;
  const { size: { width, height }, whole } = demand;
  // From 0 bytes the loop would never end.
  let enough = Math.max(memory, processBytes);
  while (enough < mostMemory && !planEvaluation(demand, enough)) enough *= 1.02;
  let share = 1;
  while (share > 0.01 && !planEvaluation({ ...demand, size: scaled(demand.size, share) }, memory)) share -= 0.01;
  const side = Math.floor(share * Math.max(width, height));
  const ways = [
    ...enough < mostMemory ? [`grant ${amountOf(enough)} with \`memory\``] : [],
    ...share > 0.01 ? [`take \`decode.size\` ${side} or less`] : [],
  ];
  const lack = enough < mostMemory
    ? `${amountOf(memory)} of memory do not suffice`
    : "A model of 2 GB does not suffice";
  const asWhole = whole ? ` as a whole, as the loss ${whole} needs them` : "";
  throw new UserError(`${lack} for ${width}×${height} pixels${asWhole}`, {
    code: "out-of-memory",
    hint: ways.join(", or ") || undefined,
  });
}

/** Tensors of the picture's size that L-BFGS remembers in tiles, whatever the memory: its result depends on them. */
const remembered = 12;

/**
 * Plans the evaluation of an objective in tiles that lie with workers, or all with this machine.
 *
 * @param grids The windows at each reduction.
 * @throws {UserError} if the memory does not suffice for what is held here, or a loss needs the picture as a whole.
 */
export function planTiles(demand: Demand, grids: readonly Grid[], local: boolean, memory = Infinity): Plan {
  const { size, network, factors, contentLayers, styleLayers, whole } = demand;
  if (whole) {
    throw new UserError(`The loss ${whole} needs a picture as a whole, and this one goes in tiles`, {
      hint: "leave `tiles` out, or leave out the loss",
    });
  }
  const windows = grids.map(({ window }, i) => {
    const layers = factors[i] === 1 ? [...contentLayers, ...styleLayers] : styleLayers;
    return areaOf(window) * (spreadInWindows * slopeBytes(network, layers) + guidedBytes(demand));
  });
  const contents = contentBytes(demand) * areaOf(size);
  const held = (demand.held + remembered) * imageBytes * areaOf(size);
  const bytes = Math.ceil(
    fixedBytes({ ...demand, held: 2 }) + (local ? Math.max(...windows) + held + (demand.scratch ? 0 : contents) : 0),
  );
  if (bytes > memory) {
    throw new UserError(
      `${amountOf(memory)} of memory do not suffice for ${size.width}×${size.height} pixels in tiles`,
      {
        code: "out-of-memory",
        hint: `grant ${amountOf(bytes)} with \`memory\`, or take workers`,
      },
    );
  }
  return { reductions: grids.map((grid, i) => ({ factor: factors[i], sums: grid, slopes: grid })), bytes };
}

function scaled({ width, height }: Size, share: number): Size {
  return { width: Math.max(1, Math.floor(width * share)), height: Math.max(1, Math.floor(height * share)) };
}

/** The grid with the least work whose windows have at most so many pixels. */
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

/** Bytes that a run holds whatever the windows: the process, weights, images, masks. */
function fixedBytes(demand: Demand): number {
  const { size, places, held } = demand;
  return processBytes + weightCopies * weightBytes(demand) + (held * imageBytes + places * placeBytes) * areaOf(size);
}

/** Bytes of the weights. */
function weightBytes({ network, contentLayers, styleLayers }: Demand): number {
  return 4 * sum([...parameterShapes(network, [...contentLayers, ...styleLayers]).values()].map(sizeOf));
}

/** Bytes of the constants in the graph of the whole picture: content features; weights and masks for each reduction. */
function constantsOfWhole(demand: Demand): number {
  const { size, network, factors, styleLayers, places } = demand;
  const masks = places * sum(styleLayers.map((layer) => 4 / reachOf(network, [layer]).stride ** 2));
  const perSize = factors.map((factor) => weightBytes(demand) + masks * areaOf(sizeAt(size, factor)));
  return contentBytes(demand) * areaOf(size) + sum(perSize);
}

/** Bytes per pixel of the picture of the features of each convolution, and of each head that is used. */
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

/** Bytes per pixel of a window for the features that styles see, weighted for each place. */
function guidedBytes({ network, styleLayers, places }: Demand): number {
  if (places === 0) return 0;
  const seen = styleLayers.map((layer) => 4 * componentsOf(network, layer) / reachOf(network, [layer]).stride ** 2);
  return 2 * places * sum(seen);
}

function componentsOf(network: Network, name: string): number {
  const layer = network.layers.find((layer) => layer.name === name);
  return layer?.type === "conv" ? layer.head?.channels ?? layer.channels : 0;
}
