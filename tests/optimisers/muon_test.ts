import assert from "node:assert/strict";
import { adam } from "../../optimisers/adam.ts";
import { type Matrices, muon } from "../../optimisers/muon.ts";
import type { Iterate, Resumption } from "../../optimisers/optimiser.ts";
import { quadratic } from "./functions.ts";

/** Two rows of three, behind two numbers that are in no matrix, and one more. */
const places = [{ name: "kernel", from: 2, rows: 2, columns: 3 }];
const start = Float32Array.of(1, -2, 3, 1, 2, -1, 2, 4, 5);
const options = { learningRate: 0.01, matrixRate: 0.1, averaging: 0 };

/** Gram and Schmidt's: of any rows some that are at right angles. */
const atRightAngles: Matrices["orthogonalise"] = (given) => {
  const [a, b] = [[...given.kernel.subarray(0, 3)], [...given.kernel.subarray(3)]];
  const along = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const unit = (x: number[]) => x.map((value) => value / Math.sqrt(along(x, x)));
  const first = unit(a);
  const second = unit(b.map((value, i) => value - along(b, first) * first[i]));
  return Promise.resolve({ kernel: Float32Array.of(...first, ...second) });
};

const matrices: Matrices = { matrices: places, orthogonalise: atRightAngles };

async function walked(count: number, resumption?: Resumption, from: Float32Array = start): Promise<Iterate[]> {
  const seen: Iterate[] = [];
  const { evaluate } = quadratic(9, 10);
  for await (const iterate of muon(evaluate, from, options, matrices, resumption)) {
    seen.push(structuredClone({ ...iterate }));
    if (seen.length === count) return seen;
  }
  return seen;
}

Deno.test("a matrix moves by its momentum made orthogonal, and all else as by Adam", async () => {
  const [, before, after] = await walked(3);
  const step = [...after.image].map((value, i) => before.image[i] - value);
  const [a, b] = [step.slice(2, 5), step.slice(5, 8)];
  // 0.2 · √3 · 0.1 along each of two rows at right angles.
  for (const row of [a, b]) assert(Math.abs(Math.hypot(...row) - 0.02 * Math.sqrt(3)) < 1e-6, `${Math.hypot(...row)}`);
  assert(Math.abs(a.reduce((sum, value, i) => sum + value * b[i], 0)) < 1e-7);
  // The momentum after two gradients g and h, looked ahead: 0.95 (0.95 · 0.05 g + 0.05 h) + 0.05 h.
  const [{ gradient: g }, { gradient: h }] = await walked(2);
  const ahead = [2, 3, 4].map((i) => 0.95 * (0.95 * 0.05 * g[i] + 0.05 * h[i]) + 0.05 * h[i]);
  const length = Math.hypot(...ahead);
  a.forEach((value, i) => assert(Math.abs(value - 0.02 * Math.sqrt(3) * ahead[i] / length) < 1e-6));

  const alone: Float32Array[] = [];
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 };
  for await (const { image } of adam.minimise(quadratic(9, 10).evaluate, start, settings)) {
    alone.push(image.slice());
    if (alone.length === 3) break;
  }
  for (const i of [0, 1, 8]) assert.equal(after.image[i], alone[2][i]);
});

Deno.test("muon goes on from the state of a step with the very numbers that it would have found", async () => {
  const pace = (step: number) => 1 / step;
  const whole = await walked(8, { pace });
  const { state, ...from } = whole[3];
  const rest = await walked(4, { pace, from: { ...from, state: state! } }, from.image);
  assert.deepEqual(rest, whole.slice(4));
  const halved = await walked(2, { stepFactor: 0.5 });
  const [first, second] = await walked(2);
  assert(Math.abs((first.image[4] - halved[1].image[4]) / (first.image[4] - second.image[4]) - 0.5) < 1e-4);
});
