import type { Engine } from "../../engines/engine.ts";
import { sizeOf } from "../../graph/mod.ts";
import type { Network } from "../../networks/network.ts";
import type { Features, Targets } from "../features.ts";
import type { Scratch } from "../../base/scratch.ts";
import { sumOfSquares } from "../losses/loss.ts";
import type { Grid } from "./grid.ts";
import { cut, ownedOf, sizeAt, windowOf } from "./planes.ts";
import { reachOf } from "../../networks/reach.ts";
import { viewOf } from "./view.ts";
import { overWindows } from "./windows.ts";

/** The content picture's features, window by window of a grid. */
export interface Contents extends AsyncDisposable {
  /** Σ P² over the whole picture, by layer. */
  readonly energies: ReadonlyMap<string, number>;
  /** The features of each layer in the window of a tile; valid until the second call after this one. */
  in(tile: number): Promise<Readonly<Record<string, Float32Array>>>;
}

/** Features in memory, from which a window is cut when it is asked for. */
export function contentsInMemory(content: Targets["content"], grid: Grid, network: Network): Contents {
  return {
    energies: new Map([...content].map(([layer, { data }]) => [layer, sumOfSquares(data)])),
    in: async (tile) =>
      Object.fromEntries([...content].map(([layer, { data }]) => {
        const { stride } = reachOf(network, [layer]);
        return [layer, cut(data, sizeAt(grid.size, stride), windowOf(grid.tiles[tile], grid, stride))];
      })),
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * Features in a file, window after window of the grid: those of a large picture would take more memory than all that its
 * gradient needs. They are computed in these very windows: at positions that a window does not own they differ from those
 * of the picture, and count for nothing.
 *
 * @param scratch The file; it is disposed of with the features, or if this function throws.
 */
export async function contentsInFile(
  features: Pick<Features, "graph" | "tensors">,
  layers: readonly string[],
  grid: Grid,
  network: Network,
  engine: Engine,
  scratch: Scratch,
): Promise<Contents> {
  await using failing = new AsyncDisposableStack();
  failing.use(scratch);
  const { lengths, sums } = await written(features, layers, grid, network, engine, scratch);
  failing.move();
  const startOf = startIn(lengths);
  // The engine may use the features of one window while those of the next are read.
  const rooms = [0, 1].map(() => lengths.map((length) => new Float32Array(length)));
  return {
    energies: new Map(layers.map((layer, i) => [layer, sums[i]])),
    async in(tile) {
      const room = rooms.reverse()[0];
      for (const [i, into] of room.entries()) await scratch.read(startOf(tile, i), into);
      return Object.fromEntries(layers.map((layer, i) => [layer, room[i]]));
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

/** The index at which the numbers of a layer in a window begin in the file: layer after layer, window after window. */
function startIn(lengths: readonly number[]): (tile: number, layer: number) => number {
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return (tile, layer) => tile * sum(lengths) + sum(lengths.slice(0, layer));
}

/**
 * Computes the content picture's features in windows and writes them to the file. A function of its own, so that the
 * contents do not keep the pictures alive.
 *
 * @returns How many numbers each layer has in a window, and its Σ P² over the picture.
 */
async function written(
  { graph, tensors: { content } }: Pick<Features, "graph" | "tensors">,
  layers: readonly string[],
  grid: Grid,
  network: Network,
  engine: Engine,
  scratch: Scratch,
) {
  const view = viewOf(grid);
  const features = await graph(view.image, layers, "the photograph");
  const lengths = layers.map((layer) => sizeOf(features.get(layer)!.shape));
  const startOf = startIn(lengths);
  const sums = layers.map(() => 0);
  await using program = await engine.compile({ outputs: Object.fromEntries(features) });
  await overWindows(program, grid.tiles, (tile) => view.feeds(tile, content), async (values, tile, index) => {
    for (const [i, layer] of layers.entries()) {
      await scratch.write(startOf(index, i), values[layer]);
      const { stride } = reachOf(network, [layer]);
      const window = windowOf(tile, grid, stride);
      const owned = ownedOf(tile, stride);
      sums[i] += sumOfSquares(cut(values[layer], window, { ...owned, x: owned.x - window.x, y: owned.y - window.y }));
    }
  });
  return { lengths, sums };
}
