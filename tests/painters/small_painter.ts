import { randomFrom } from "../../base/random.ts";
import { sizeOf } from "../../graph/mod.ts";
import { kernelShapes, type Painter, type PainterArchitecture, rowLength } from "../../networks/painter.ts";

/** An architecture with all that steps can do, but few channels. */
export const small: PainterArchitecture = {
  name: "small",
  description: "for tests",
  range: 128,
  epsilon: 1e-3,
  grain: true,
  doubling: "linear",
  steps: [
    { name: "full", kernel: 5, channels: 4 },
    { name: "half", kernel: 3, channels: 6, first: "halve" },
    { name: "quarter", kernel: 3, channels: 8, first: "halve" },
    { name: "deepa", kernel: 3, channels: 8 },
    { name: "deepb", kernel: 3, channels: 8, plus: "quarter", linear: true },
    { name: "wide", kernel: 3, channels: 6, then: "double", plus: "half", linear: true },
    { name: "full2", kernel: 3, channels: 4, first: "double", plus: "full" },
  ],
  last: { name: "colours", kernel: 5 },
};

/** A painter of that architecture with random numbers, as float16 holds them. */
export function smallPainter(names: readonly string[]): Painter {
  const random = randomFrom(7);
  const numbers = (count: number, spread: number, mean = 0) =>
    Float32Array.from(new Float16Array(Float32Array.from({ length: count }, () => mean + spread * (random() - 0.5))));
  const kernels = new Map(
    [...kernelShapes(small)].map(([name, shape]) => [name, { shape, data: numbers(sizeOf(shape), 0.5) }]),
  );
  const row = () => {
    const values = numbers(rowLength(small), 1);
    let at = 0;
    for (const { channels } of small.steps) {
      for (let i = 0; i < channels; i++) values[at + i] += 1;
      at += 2 * channels;
    }
    return Float32Array.from(new Float16Array(values));
  };
  return {
    architecture: small,
    kernels,
    rows: names.map((name) => ({ name, learnt: [], styleScale: 1, values: row() })),
  };
}
