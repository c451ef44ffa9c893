import { randomFrom } from "../../base/random.ts";
import { sizeOf } from "../../graph/mod.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { kernelShapes, type Painter, type PainterRow } from "../../networks/painter.ts";
import type { Crops } from "./crops.ts";
import { type Batch, type TrainingProgram, weightsLayout } from "./program.ts";

/** The kernels of a painter and one row, in the layout of {@linkcode weightsLayout}. */
export function weightsOf({ architecture, kernels }: Painter, row: Float32Array): Float32Array {
  const layout = [...weightsLayout(architecture)];
  const weights = new Float32Array(layout.reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0));
  for (const [name, { from }] of layout) weights.set(name === "row" ? row : kernels.get(name)!.data, from);
  return weights;
}

/** The painter that has such weights, with their row alone. */
export function painterOf(
  { architecture }: Painter,
  weights: Float32Array,
  note: Omit<PainterRow, "values">,
): Painter {
  const layout = weightsLayout(architecture);
  const kernels = new Map<string, Tensor>();
  for (const [name, shape] of kernelShapes(architecture)) {
    const { from } = layout.get(name)!;
    kernels.set(name, { shape, data: weights.slice(from, from + sizeOf(shape)) });
  }
  return { architecture, kernels, rows: [{ ...note, values: weights.slice(layout.get("row")!.from) }] };
}

/** Of a painter's rows the one that is nearest to an objective, by the same few crops; of those until a signal comes. */
export async function bestRow(
  base: Painter,
  program: TrainingProgram,
  crops: Crops,
  batch: Batch,
  seed: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const photographs = crops.batch(batch, randomFrom(seed));
  let best = { value: Infinity, row: base.rows[0].values };
  for (const { values: row } of base.rows) {
    if (signal?.aborted) break;
    const { value } = await program.judge(weightsOf(base, row), photographs, 1);
    if (value < best.value) best = { value, row };
  }
  return best.row;
}
