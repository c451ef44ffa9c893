/**
 * Takes from the pictures what the losses compare the result with, window by window if a picture does not fit into the
 * memory.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { amountOf } from "../base/memory.ts";
import type { Engine } from "../engines/engine.ts";
import { input, type Node, sizeOf } from "../graph/mod.ts";
import type { Network } from "../networks/network.ts";
import { reachOf } from "../networks/reach.ts";
import type { Size } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import type { AskedOfStyles, Features, FeatureValues } from "./features.ts";
import { guidingOf } from "./guides.ts";
import { reduced, shrunk } from "./pyramid.ts";
import { namedSums, type Statistics, statisticsByLayer, withSums } from "./statistics.ts";
import type { StyleTensor, Tensors } from "./tensors.ts";
import type { Grid } from "./tiles/grid.ts";
import { forwardGrid } from "./tiles/plan.ts";
import { ownedOf, paste, sizeAt, windowOf } from "./tiles/planes.ts";
import { summation } from "./tiles/sums.ts";
import { type View, viewOf } from "./tiles/view.ts";
import { explainTooSmall } from "./too_small.ts";

/** The engine, and the memory that it may take. */
export interface Machine {
  /** The engine, opened at its first use. */
  engine(): Promise<Engine>;
  /** Bytes that the run may take. */
  readonly memory?: number;
}

/** Share of the memory for a forward pass over a picture: pictures and features hold most of the rest. */
const lookingShare = 1 / 4;

/**
 * Bytes within which a forward pass is faster: the system takes longer to hand out more than windows take to overlap, if
 * they overlap by no more than so much.
 */
const [quickBytes, quickOverlap] = [60e6, 1.2];

/** The windows in which the features of a picture are computed. */
function windowsFor(
  size: Size,
  layers: readonly string[],
  network: Network,
  memory = Infinity,
): Grid {
  const room = memory * lookingShare;
  const quick = forwardGrid(size, network, layers, Math.min(quickBytes, room));
  if (quick && workOf(quick) <= quickOverlap * size.width * size.height) return quick;
  const grid = forwardGrid(size, network, layers, room);
  if (grid) return grid;
  throw new UserError(`${amountOf(memory)} of memory do not suffice to look at ${size.width}×${size.height} pixels`, {
    code: "out-of-memory",
    hint: "grant more with `memory`, or take a smaller `decode.size`",
  });
}

/** The pixels of all windows. */
function workOf({ tiles, window: { width, height } }: Grid): number {
  return tiles.length * width * height;
}

/** The features of the content picture, window by window if need be. */
export async function contentFeatures(
  { content: image, network }: Tensors,
  layers: readonly string[],
  build: Features["graph"],
  { engine, memory }: Machine,
) {
  const whole = await build(imageNode(image), layers, "the photograph");
  const features = new Map(layers.map((layer): [string, FeatureValues] => {
    const { shape } = whole.get(layer)!;
    return [layer, { shape, data: new Float32Array(sizeOf(shape)) }];
  }));
  if (layers.length === 0) return features;
  const grid = windowsFor(image, layers, network, memory);
  const view = viewOf(grid);
  const outputs = Object.fromEntries(await build(view.image, layers, "the photograph"));
  await using program = await (await engine()).compile({ outputs });
  for (const tile of grid.tiles) {
    const values = await program.run(view.feeds(tile, image));
    for (const [layer, { data }] of features) {
      const { stride } = reachOf(network, [layer]);
      const whole = sizeAt(image, stride);
      paste(values[layer], windowOf(tile, grid, stride), data, whole, ownedOf(tile, stride));
    }
  }
  return features;
}

/** The statistics of a style picture at each of its reductions, window by window if need be. */
export async function styleStatistics(
  { image, mask }: StyleTensor,
  { styleLayers: layers, factors, margin }: AskedOfStyles,
  network: Network,
  build: Features["graph"],
  { engine, memory }: Machine,
) {
  const node = imageNode(image);
  const reductions = new Map<number, Map<string, Statistics<Float32Array>>>();
  for (const factor of factors) {
    const what = factor === 1 ? "a painting" : `a painting reduced by ${factor}`;
    const features = await build(explainTooSmall(node, what, () => reduced(node, factor)), layers, what);
    const level = shrunk(image, factor);
    const statistics = statisticsByLayer(features, layers, network, (reach) => guidingOf(level)(reach, margin, mask));
    const see = async ({ image, guide }: View) =>
      namedSums(
        statisticsByLayer(await build(image, layers, what), layers, network, (reach) => guide(reach, margin, mask)),
      );
    const grid = windowsFor(level, layers, network, memory);
    const pass = await summation(grid, see, await engine());
    const sums = await pass(level);
    reductions.set(factor, withSums(statistics, (name) => sums.get(name)!));
  }
  return reductions;
}

function imageNode({ width, height }: ImageTensor): Node {
  return input("image", [1, 3, height, width]);
}
