import assert from "node:assert/strict";
import { adam } from "../../optimisers/adam.ts";
import { counted, quadratic } from "./functions.ts";

const published = { learningRate: 2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 };

Deno.test("Adam's first steps are those of Kingma and Ba's algorithm 1", async () => {
  // f(x) = x₀² + 3 x₁; gradients (2 x₀, 3).
  const { evaluate } = counted(([x, y]) => ({ value: x * x + 3 * y, gradient: [2 * x, 3] }));
  const options = { learningRate: 0.5, beta1: 0.9, beta2: 0.99, epsilon: 0.1, averaging: 0, lastRate: 1 };
  const seen: number[][] = [];
  for await (const { image, value } of adam.minimise(evaluate, Float32Array.of(1, 10), options)) {
    seen.push([...image, value]);
    if (seen.length === 3) break;
  }
  // By hand. The constant slope: m̂ = 3 and √v̂ = 3 at every step, so each step is 0.5 · 3/(3 + 0.1).
  const y = [10, 10 - 1.5 / 3.1, 10 - 3 / 3.1];
  // The parabola: m̂₁ = 2, v̂₁ = 4: x₁ = 1 − 0.5 · 2/2.1 = 0.5238095. Then g₂ = 1.0476190,
  // m₂ = 0.9 · 0.2 + 0.1 g₂ = 0.2847619, m̂₂ = m₂/0.19 = 1.4987469,
  // v₂ = 0.99 · 0.04 + 0.01 g₂² = 0.0505751, √v̂₂ = √(v₂/0.0199) = 1.5941958:
  // x₂ = 0.5238095 − 0.5 · 1.4987469/1.6941958 = 0.0814914.
  const x = [1, 0.5238095, 0.0814914];
  seen.forEach(([x0, x1, value], step) => {
    assert(Math.abs(x0 - x[step]) < 2e-6, `x₀ after ${step} steps: ${x0}`);
    assert(Math.abs(x1 - y[step]) < 2e-6, `x₁ after ${step} steps: ${x1}`);
    assert(Math.abs(value - (x[step] ** 2 + 3 * y[step])) < 1e-5, `value after ${step} steps: ${value}`);
  });
});

Deno.test("Adam's first step is the learning rate, however steep the slope", async () => {
  const { evaluate } = counted(([x, y]) => ({ value: 1e6 * x - 1e-3 * y, gradient: [1e6, -1e-3] }));
  const images: number[][] = [];
  for await (const { image } of adam.minimise(evaluate, Float32Array.of(0, 0), published)) {
    images.push([...image]);
    if (images.length === 2) break;
  }
  assert(Math.abs(images[1][0] + 2) < 1e-4 && Math.abs(images[1][1] - 2) < 1e-4, String(images[1]));
});

Deno.test("Adam's steps fall as half a cosine to the share that is asked for, if their number is known", async () => {
  const sizes = async (resumption: object) => {
    const { evaluate } = counted(([x]) => ({ value: x, gradient: [1] }));
    const seen: number[] = [];
    const options = { ...published, lastRate: 0.1 };
    for await (const { image } of adam.minimise(evaluate, Float32Array.of(0), options, resumption)) {
      seen.push(image[0]);
      if (seen.length === 6) break;
    }
    // Of a constant slope each step is the learning rate.
    return seen.slice(1).map((x, i) => seen[i] - x);
  };
  const near = (steps: readonly number[], wanted: readonly number[]) =>
    steps.forEach((size, i) => assert(Math.abs(size - wanted[i]) < 1e-4, `step ${i + 1}: ${steps}`));
  // 0.2 + 1.8 · (1 + cos(π t / 4)) / 2
  near(await sizes({ steps: 5 }), [2, 1.736396, 1.1, 0.463604, 0.2]);
  near(await sizes({}), [2, 2, 2, 2, 2]);
  // A run that was told to take fewer steps than it takes stays at the last share.
  near(await sizes({ steps: 2 }), [2, 0.2, 0.2, 0.2, 0.2]);
});

Deno.test("Adam finds the minimum of a quadratic, with one evaluation a step", async () => {
  const { evaluate, count } = quadratic(10, 100);
  let steps = 0;
  let last = Infinity;
  for await (const { value } of adam.minimise(evaluate, new Float32Array(10), { ...published, learningRate: 0.05 })) {
    last = value;
    if (++steps === 500) break;
  }
  assert(last < 1e-3, `value ${last}`);
  assert.equal(count(), 500);
});

Deno.test("Adam does not write to the start image", async () => {
  const { evaluate } = quadratic(4, 2);
  const start = new Float32Array(4);
  let steps = 0;
  for await (const _ of adam.minimise(evaluate, start, published)) if (++steps === 3) break;
  assert.deepEqual(start, new Float32Array(4));
});
