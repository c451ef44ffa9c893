import type { Engine } from "../../engines/engine.ts";
import type { Node } from "../../graph/mod.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { Grid } from "./grid.ts";
import { type View, viewOf } from "./view.ts";
import { overWindows } from "./windows.ts";

/** Adds up over the windows of a picture what a graph gives for each. */
export type Summation = (image: ImageTensor) => Promise<Map<string, Float32Array>>;

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
  const outputs = Object.fromEntries(await see(view));
  return async (image) => {
    // Compiled for this pass alone: a program keeps its memory, which the next pass needs.
    await using program = await engine.compile({ outputs });
    // Millions of positions would drown in float32.
    const sums = new Map<string, Float64Array>();
    await overWindows(program, grid.tiles, (tile) => view.feeds(tile, image), (parts) => {
      for (const [name, part] of Object.entries(parts)) {
        const sum = sums.get(name);
        if (sum) part.forEach((value, i) => sum[i] += value);
        else sums.set(name, Float64Array.from(part));
      }
    });
    return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum)]));
  };
}
