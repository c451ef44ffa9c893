import type { Engine } from "../../engines/engine.ts";
import { add, constant, gradient, input, multiply, type Node, type Shape, total } from "../../graph/mod.ts";
import type { ImageTensor } from "../mean_subtract.ts";
import { look, type Setting } from "../objective.ts";
import type { Size } from "../picture.ts";
import { namedSums } from "../statistics.ts";
import type { Grid } from "./grid.ts";
import type { Weighed } from "./judgement.ts";
import { addAt, cut, sizeAt, windowOf } from "./planes.ts";
import { reachOf } from "./reach.ts";
import { viewOf } from "./view.ts";

/** Brings the gradient of the objective back to a picture, window by window. */
export interface SlopePass extends AsyncDisposable {
  /**
   * Adds the gradient to `into`, and gives the values of the terms that are no functions of sums.
   *
   * @param slopes d objective / d sum by the name of the sum.
   */
  run(image: ImageTensor, slopes: ReadonlyMap<string, Float32Array>, into: Float32Array): Promise<Weighed[]>;
}

/**
 * The second pass over the windows of a picture.
 *
 * @param size The picture before it was reduced by `factor`.
 * @param sums The names of the sums that slopes come for.
 */
export async function slopePass(
  setting: Setting,
  size: Size,
  factor: number,
  grid: Grid,
  sums: ReadonlySet<string>,
  engine: Engine,
): Promise<SlopePass> {
  const view = viewOf(grid);
  const contents = new Map<string, Node>();
  const content = (layer: string, shape: Shape) => {
    const target = contents.get(layer) ?? input(`content ${layer}`, shape);
    contents.set(layer, target);
    return target;
  };
  const { width, height } = size;
  const { values, statistics } = await look(view.image, factor, setting, {
    pixels: width * height,
    owned: view.owned,
    content,
  });
  const seen = [...namedSums(statistics)].filter(([name]) => sums.has(name));
  // The gradient of Σ slope · sum with respect to the image is that of the judgement.
  const scalar = [
    ...values.map(({ node, weight }) => multiply(node, weight)),
    ...seen.map(([name, sum]) => total(multiply(sum, input(`slope ${name}`, sum.shape)))),
  ].reduce(add, constant(0));
  const [slope] = gradient(scalar, [view.image]);
  const outputs = { slope, ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])) };
  const program = await engine.compile({ outputs }, { lean: grid.tiles.length > 1 });

  return {
    async run(image, slopes, into) {
      const found = new Map(values.map(({ name }) => [name, 0]));
      for (const tile of grid.tiles) {
        const targets = [...contents.keys()].map((layer) => {
          const { stride } = reachOf(setting.network, [layer]);
          const whole = setting.targets.content.get(layer)!.data;
          return [`content ${layer}`, cut(whole, sizeAt(image, stride), windowOf(tile, grid, stride))] as const;
        });
        const results = await program.run({
          ...view.feeds(tile, image),
          ...Object.fromEntries(targets),
          ...Object.fromEntries([...slopes].map(([name, slope]) => [`slope ${name}`, slope])),
        });
        for (const [name, value] of found) found.set(name, value + results[`term ${name}`][0]);
        addAt(results.slope, windowOf(tile, grid, 1), into, image);
      }
      return values.map(({ name, weight }) => ({ name, weight, value: found.get(name)! }));
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
