import type { Engine } from "../../engines/engine.ts";
import type { Node } from "../../graph/mod.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import { statisticsAt } from "../look.ts";
import type { ObjectiveParts } from "../parts.ts";
import { namedSums } from "../statistics.ts";
import { layersOf } from "../terms.ts";
import type { Grid } from "./grid.ts";
import { type View, viewOf } from "./view.ts";
import { overWindows } from "./windows.ts";

/** Adds up the outputs of a graph over the windows of a picture. */
export type Summation = (image: ImageTensor) => Promise<Map<string, Float32Array>>;

/**
 * Makes the pass that sums the outputs of a graph over the windows of a picture, by name.
 *
 * @param see Builds the graph over the inputs of a window; positions that it does not own must count for nothing.
 */
export async function summation(
  grid: Grid,
  see: (view: View) => Promise<ReadonlyMap<string, Node>>,
  engine: Engine,
): Promise<Summation> {
  const view = viewOf(grid);
  const outputs = Object.fromEntries(await see(view));
  return async (image) => {
    // Compiled for this pass alone: a program holds memory that the next pass needs.
    await using program = await engine.compile({ outputs });
    // A float32 sum over millions of positions would lose precision.
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

/** The sums over the positions that a window owns, those that the terms use. */
export async function sumsIn(
  { image, guide }: View,
  factor: number,
  parts: ObjectiveParts,
  names: ReadonlySet<string>,
): Promise<Map<string, Node>> {
  const features = await parts.graph(image, layersOf(parts.terms, "style"), "a window");
  return new Map([...namedSums(statisticsAt(features, factor, parts, guide))].filter(([name]) => names.has(name)));
}
