import { layersUpTo, type Network } from "../../weights/network.ts";
import { UserError } from "../errors.ts";
import type { NetworkOptions } from "../network_graph.ts";
import type { Size } from "../picture.ts";
import { amountOf } from "./budget.ts";
import { type Grid, gridOf } from "./grid.ts";
import type { LevelGrids } from "./objective.ts";
import { sizeAt } from "./planes.ts";
import { type Reach, reachOf } from "./reach.ts";

/** What an objective asks of a picture. */
export interface Demand {
  readonly size: Size;
  readonly network: Network;
  readonly padding: NetworkOptions["padding"];
  /** The reductions at which the picture is looked at. */
  readonly factors: readonly number[];
  readonly contentLayers: readonly string[];
  readonly styleLayers: readonly string[];
  /** Tensors of the picture's size that are held beside the evaluation: images, gradients, directions. */
  readonly held: number;
}

/** How an objective is evaluated, and what that takes. */
export interface Plan {
  /** Absent where the whole picture is seen at once. */
  readonly levels?: readonly LevelGrids[];
  /** The peak memory of the run, in bytes, without what the optimiser remembers of earlier steps. */
  readonly bytes: number;
}

/** A plan in words. */
export function describe({ levels, bytes }: Plan): string {
  const of = ({ tiles, window: { width, height } }: Grid) =>
    tiles.length === 1 ? `${width}×${height} at once` : `${tiles.length} windows of ${width}×${height}`;
  const windows = levels?.map(({ sums, slopes }) => `${of(sums)} for the sums, ${of(slopes)} for the gradient`);
  return `${windows?.join("; ") ?? "the whole picture at once"}; about ${amountOf(bytes)} of memory`;
}

/** Deno with ONNX Runtime and sharp loaded, and a session or two; bench/tiles.ts prints it. */
const processBytes = 250e6;

/** Rows or columns of windows that are worth a try. */
const mostTiles = 64;

/** The windows for which a picture is only looked at, or `undefined` where the memory suffices for none. */
export function forwardGrid(
  size: Size,
  network: Network,
  layers: readonly string[],
  padding: Demand["padding"],
  memory: number,
): Grid | undefined {
  return gridWithin(size, reachOf(network, layers), memory / forwardBytes(network, layers, padding));
}

/** Plans the evaluation of an objective; `undefined` where the memory suffices for no plan. */
export function planEvaluation(demand: Demand, memory: number): Plan | undefined {
  const { size, network, padding, factors } = demand;
  const fixed = fixedBytes(demand);
  const layersAt = (factor: number) =>
    factor === 1 ? [...demand.contentLayers, ...demand.styleLayers] : demand.styleLayers;
  const pixelsAt = (factor: number) => sizeAt(size, factor).width * sizeAt(size, factor).height;
  const whole = factors.reduce(
    (sum, factor) => sum + pixelsAt(factor) * slopeBytes(network, layersAt(factor), padding),
    0,
  );
  if (fixed + whole <= memory) return { bytes: fixed + whole };

  let largest = 0;
  const levels: LevelGrids[] = [];
  for (const factor of factors) {
    const level = sizeAt(size, factor);
    const layers = layersAt(factor);
    const slopeCost = slopeBytes(network, layers, padding);
    const sums = forwardGrid(level, network, demand.styleLayers, padding, memory - fixed);
    const slopes = gridWithin(level, reachOf(network, layers), (memory - fixed) / slopeCost);
    if (!sums || !slopes) return undefined;
    levels.push({ factor, sums, slopes });
    largest = Math.max(
      largest,
      areaOf(slopes.window) * slopeCost,
      areaOf(sums.window) * forwardBytes(network, demand.styleLayers, padding),
    );
  }
  return { levels, bytes: fixed + largest };
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
  let enough = memory;
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
  let best: Grid | undefined;
  for (let rows = 1; rows <= mostTiles; rows++) {
    for (let columns = 1; columns <= mostTiles; columns++) {
      const grid = gridOf(size, neighbours, rows, columns);
      if (grid && areaOf(grid.window) <= pixels && (!best || workOf(grid) < workOf(best))) best = grid;
    }
  }
  return best;
}

function workOf({ window, tiles }: Grid): number {
  return areaOf(window) * tiles.length;
}

function areaOf({ width, height }: Size): number {
  return width * height;
}

/** What a run holds whatever the windows: the process, weights, images, the content picture's features. */
function fixedBytes({ size, network, contentLayers, held }: Demand): number {
  const features = contentLayers.reduce((sum, layer) => {
    const { stride } = reachOf(network, [layer]);
    return sum + 4 * componentsOf(network, layer) * areaOf(sizeAt(size, stride));
  }, 0);
  return processBytes + held * 12 * areaOf(size) + features;
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
function forwardBytes(network: Network, layers: readonly string[], padding: Demand["padding"]): number {
  const { convolutions } = widths(network, layers);
  return 4 * 3 * 2 + Math.max(0, ...convolutions) * (padding === "zero" ? 2.5 : 3.5);
}

/** Bytes per pixel of a window while its gradient is computed: all features, and a few more of the widest layer. */
function slopeBytes(network: Network, layers: readonly string[], padding: Demand["padding"]): number {
  const { convolutions, heads } = widths(network, layers);
  const widest = Math.max(0, ...convolutions);
  return 4 * 3 * 4 + sum(convolutions) + sum(heads) + widest * (padding === "zero" ? 3.5 : 6);
}

function componentsOf(network: Network, name: string): number {
  const layer = network.layers.find((layer) => layer.name === name);
  return layer?.type === "conv" ? layer.head?.channels ?? layer.channels : 0;
}
