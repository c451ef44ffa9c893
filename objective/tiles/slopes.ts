import type { Engine } from "../../engines/engine.ts";
import { add, constant, gradient, input, multiply, type Node, type Shape, total } from "../../graph/mod.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import { look } from "../look.ts";
import type { ObjectiveParts } from "../parts.ts";
import type { Size } from "../../pictures/picture.ts";
import { namedSums } from "../statistics.ts";
import type { Contents } from "./contents.ts";
import type { Grid, Tile } from "./grid.ts";
import type { Weighed } from "./judgement.ts";
import { addAt, windowOf } from "./planes.ts";
import { viewOf } from "./view.ts";
import { overWindows } from "./windows.ts";

/**
 * Propagates the gradient of the objective back to a picture, window by window: adds it to `into`, and returns the values
 * of the terms of content and image. `slopes` are d objective / d sum by the name of the sum.
 */
export type SlopePass = (
  image: ImageTensor,
  slopes: ReadonlyMap<string, Float32Array>,
  into: Float32Array,
) => Promise<Weighed[]>;

/**
 * The second pass over the windows of a picture.
 *
 * @param size The picture before it was reduced by `factor`.
 * @param sums The names of the sums for which slopes are given.
 * @param contents The content picture's features.
 */
export async function slopePass(
  parts: ObjectiveParts,
  size: Size,
  factor: number,
  grid: Grid,
  sums: ReadonlySet<string>,
  contents: Contents,
  engine: Engine,
): Promise<SlopePass> {
  const { view, values, outputs } = await slopeGraph(parts, size, factor, grid, sums);

  return async (image, slopes, into) => {
    // Compiled for this pass alone: a program holds memory that the next pass needs.
    await using program = await engine.compile({ outputs });
    const found = new Map(values.map(({ name }) => [name, 0]));
    const feeds = async (tile: Tile, index: number) => ({
      ...view.feeds(tile, image),
      ...named("content", factor === 1 ? Object.entries(await contents.in(index)) : []),
      ...named("slope", slopes),
    });
    await overWindows(program, grid.tiles, feeds, (results, tile) => {
      for (const [name, value] of found) found.set(name, value + results[`term ${name}`][0]);
      addAt(results.slope, windowOf(tile, grid, 1), into, image);
    });
    return values.map(({ name, weight }) => ({ name, weight, value: found.get(name)! }));
  };
}

/**
 * The graph of the second pass over a window: the slope of the image, and the terms. Its inputs beside those of the view
 * are `content LAYER` and `slope SUM`.
 */
export async function slopeGraph(
  parts: ObjectiveParts,
  { width, height }: Size,
  factor: number,
  grid: Grid,
  sums: ReadonlySet<string>,
) {
  const view = viewOf(grid);
  const targets = new Map<string, Node>();
  const content = (layer: string, shape: Shape) => {
    const target = targets.get(layer) ?? input(`content ${layer}`, shape);
    targets.set(layer, target);
    return target;
  };
  const { values, statistics } = await look(view.image, factor, parts, {
    pixels: width * height,
    owned: view.owned,
    guide: view.guide,
    content,
  });
  const seen = [...namedSums(statistics)].filter(([name]) => sums.has(name));
  // Σ slope · sum has the gradient of the style terms: the chain rule.
  const scalar = [
    ...values.map(({ node, weight }) => multiply(node, weight)),
    ...seen.map(([name, sum]) => total(multiply(sum, input(`slope ${name}`, sum.shape)))),
  ].reduce(add, constant(0));
  const [slope] = gradient(scalar, [view.image]);
  return {
    view,
    values,
    outputs: { slope, ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])) },
  };
}

function named(sort: string, values: Iterable<readonly [string, Float32Array]>): Record<string, Float32Array> {
  return Object.fromEntries([...values].map(([name, value]) => [`${sort} ${name}`, value]));
}
