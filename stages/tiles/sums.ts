import type { Engine } from "../../engines/engine.ts";
import type { Node } from "../../graph/mod.ts";
import type { ImageTensor } from "../mean_subtract.ts";
import type { Grid } from "./grid.ts";
import { type View, viewOf } from "./view.ts";

/** Adds up over the windows of a picture what a graph gives for each. */
export interface Summation extends AsyncDisposable {
  run(image: ImageTensor): Promise<Map<string, Float32Array>>;
}

/**
 * The sums over a picture of what a graph sees in its windows, under the names that it gives.
 *
 * @param see Builds the graph over the inputs of a window; what a window does not own must count for nothing.
 */
export async function summation(
  grid: Grid,
  see: (view: View) => Promise<ReadonlyMap<string, Node>>,
  engine: Engine,
): Promise<Summation> {
  const view = viewOf(grid);
  const program = await engine.compile({ outputs: Object.fromEntries(await see(view)) }, {
    lean: grid.tiles.length > 1,
  });
  return {
    async run(image) {
      // Millions of positions would drown in float32.
      const sums = new Map<string, Float64Array>();
      for (const tile of grid.tiles) {
        for (const [name, part] of Object.entries(await program.run(view.feeds(tile, image)))) {
          const sum = sums.get(name);
          if (sum) part.forEach((value, i) => sum[i] += value);
          else sums.set(name, Float64Array.from(part));
        }
      }
      return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum)]));
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
