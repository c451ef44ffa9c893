import assert from "node:assert/strict";
import { lbfgs } from "../../optimisers/lbfgs.ts";
import { bandsOf } from "../../optimisers/bands.ts";
import type { Iterate } from "../../optimisers/optimiser.ts";
import { randomFrom } from "../../base/random.ts";
import { type Counted, counted, quadratic, rosenbrock } from "./functions.ts";

const options = { history: 10, preconditioner: "bands" } as const;

/** Runs until the optimiser gives up, a value is reached, or evaluations are spent. */
async function minimised(
  { evaluate, count }: Counted,
  start: readonly number[],
  until: number,
  patience: number,
  history = 10,
) {
  const values: number[] = [];
  let image: number[] = [];
  for await (const iterate of lbfgs.minimise(evaluate, Float32Array.from(start), { ...options, history })) {
    values.push(iterate.value);
    image = [...iterate.image];
    if (iterate.value <= until || count() >= patience) break;
  }
  return { values, image, evaluations: count() };
}

// Evaluations that L-BFGS-B of SciPy 1.17 took in float64 to the same value.
for (const [size, condition, history, scipy] of [[50, 1e4, 20, 354], [20, 1e4, 20, 201], [50, 1e3, 10, 133]] as const) {
  Deno.test(`L-BFGS finds the minimum of ${size} curvatures from 1 to ${condition} about as fast as SciPy's`, async () => {
    const bound = Math.round(1.1 * scipy);
    const start = Array(size).fill(0);
    const { values, image, evaluations } = await minimised(quadratic(size, condition), start, 1e-5, bound, history);
    assert(values.at(-1)! <= 1e-5, `value ${values.at(-1)} after ${evaluations}`);
    // ½ c (x − 1)² ≤ 1e-5 with c ≥ 1 holds every coordinate within √(2e-5) of the minimum.
    for (const x of image) assert(Math.abs(x - 1) < 0.0045, String(x));
  });
}

Deno.test("L-BFGS walks through Rosenbrock's valley within 80 evaluations", async () => {
  const { values, image, evaluations } = await minimised(rosenbrock(), [-1.2, 1], 1e-8, 80);
  assert(values.at(-1)! <= 1e-8, `value ${values.at(-1)} after ${evaluations}`);
  assert(Math.abs(image[0] - 1) < 1e-3 && Math.abs(image[1] - 1) < 1e-3, String(image));
});

for (
  const [name, make, start] of [
    ["a quadratic", () => quadratic(30, 1e3), Array(30).fill(4)],
    ["Rosenbrock's valley", rosenbrock, [-1.2, 1]],
    ["a wavy bowl", wavyBowl, [7, -5, 3]],
  ] as const
) {
  Deno.test(`no step of L-BFGS raises the value on ${name}`, async () => {
    const { values } = await minimised(make(), start, 0, 200);
    assert(values.length > 5, `${values.length} steps`);
    values.slice(1).forEach((value, i) => assert(value <= values[i], `step ${i + 1}: ${values[i]} to ${value}`));
  });
}

Deno.test("L-BFGS ends by itself at a minimum, and where there is no slope at all", async () => {
  const { values } = await minimised(quadratic(5, 10), Array(5).fill(1), -1, 100);
  assert.deepEqual(values, [0]);
  const { values: more, evaluations } = await minimised(quadratic(5, 10), Array(5).fill(0), -1, 1000);
  assert(evaluations < 1000 && more.at(-1)! < 1e-9, `${evaluations} evaluations to ${more.at(-1)}`);
});

Deno.test("the value of each step of L-BFGS is that of its image", async () => {
  const { evaluate } = rosenbrock();
  let steps = 0;
  for await (const { image, value } of lbfgs.minimise(evaluate, Float32Array.of(-1.2, 1), { ...options, history: 3 })) {
    assert.equal(value, (await evaluate(image)).value);
    if (++steps === 15) break;
  }
  assert.equal(steps, 15);
});

Deno.test("L-BFGS's very first step changes a pixel by two levels on average", async () => {
  const { evaluate } = counted((x) => ({
    value: x.reduce((sum, xi) => sum + 5e4 * xi, 0),
    gradient: x.map(() => 5e4),
  }));
  const images: number[][] = [];
  const tried: number[] = [];
  const watching = (image: Float32Array) => {
    tried.push(image[0]);
    return evaluate(image);
  };
  for await (const { image } of lbfgs.minimise(watching, new Float32Array(16), { ...options, history: 3 })) {
    images.push([...image]);
    if (images.length === 2) break;
  }
  // The first trial; a plane falls on for ever, so the search then goes farther.
  assert(Math.abs(tried[1] + 2) < 1e-5, String(tried));
});

Deno.test("L-BFGS does not write to the start image", async () => {
  const start = new Float32Array(2);
  let steps = 0;
  for await (const _ of lbfgs.minimise(rosenbrock().evaluate, start, { ...options, history: 3 })) {
    if (++steps === 5) break;
  }
  assert.deepEqual(start, new Float32Array(2));
});

/** Σ x² + 3 (1 − cos 3x): many hollows in a bowl. */
function wavyBowl(): Counted {
  return counted((x) => ({
    value: x.reduce((sum, xi) => sum + xi * xi + 3 * (1 - Math.cos(3 * xi)), 0),
    gradient: x.map((xi) => 2 * xi + 9 * Math.sin(3 * xi)),
  }));
}

Deno.test("knowing the size of an image, L-BFGS tells coarse structures from fine ones", async () => {
  // ½ Σ (B e)² + ½ Σ (e / 10)² of the error e, B e its mean over 5 × 5 neighbours; the ends meet.
  const size = { width: 16, height: 12 };
  const random = randomFrom(5);
  const wanted = Array.from({ length: 3 * size.width * size.height }, () => 100 * random());
  const near = [-2, -1, 0, 1, 2];
  const blurred = (error: Float64Array) =>
    error.map((_, i) => {
      const [plane, y, x] = [Math.floor(i / 192), Math.floor(i / 16) % 12, i % 16];
      const at = (dy: number, dx: number) => error[plane * 192 + (y + dy + 12) % 12 * 16 + (x + dx + 16) % 16];
      return near.reduce((sum, dy) => near.reduce((sum, dx) => sum + at(dy, dx) / 25, sum), 0);
    });
  const evaluations = async (known: typeof size | undefined) => {
    const { evaluate, count } = counted((image) => {
      const error = Float64Array.from(image, (level, i) => level - wanted[i]);
      const twice = blurred(blurred(error));
      const gradient = Array.from(error, (each, i) => twice[i] + 0.01 * each);
      return { value: gradient.reduce((sum, slope, i) => sum + slope * error[i] / 2, 0), gradient };
    });
    const start = new Float32Array(wanted.length);
    for await (const { value } of lbfgs.minimise(evaluate, start, { ...options, history: 2 }, { size: known })) {
      if (value < 1e-2 || count() > 500) break;
    }
    return count();
  };
  const [plain, told] = [await evaluations(undefined), await evaluations(size)];
  assert(told < 0.8 * plain, `${told} evaluations with the size, ${plain} without`);
});

Deno.test("L-BFGS learns nothing from a step along which the slope grows", async () => {
  // A hill without end: no point meets the curvature condition.
  const hill = counted((x) => ({ value: -x.reduce((sum, xi) => sum + xi * xi / 2, 0), gradient: x.map((xi) => -xi) }));
  const seen = [];
  for await (const { value, state } of lbfgs.minimise(hill.evaluate, Float32Array.of(1, 2, 3), options)) {
    seen.push({ value, pairs: Object.keys(state!).length / 2 });
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen.map(({ pairs }) => pairs), [0, 0, 0]);
  assert(seen[2].value < seen[1].value && seen[1].value < seen[0].value);
});

Deno.test("the direction of L-BFGS is that of the two-loop recursion around the curvature of its two latest pairs", async () => {
  const size = { width: 16, height: 12 };
  const bands = bandsOf(size);
  const random = randomFrom(9);
  const curvatures = Array.from({ length: 3 * 16 * 12 }, () => 10 ** (2 * random()));
  const { evaluate } = counted((x) => ({
    value: x.reduce((sum, xi, i) => sum + curvatures[i] * xi * xi / 2 + xi ** 4 / 4, 0),
    gradient: x.map((xi, i) => curvatures[i] * xi + xi ** 3),
  }));
  const start = Float32Array.from(curvatures, () => 8 * random() - 4);
  let last: Iterate | undefined;
  let count = 0;
  for await (const iterate of lbfgs.minimise(evaluate, start, { ...options, history: 5 }, { size })) {
    last = structuredClone(iterate);
    if (++count === 7) break;
  }
  const { image, gradient, state } = last!;
  let trial: Float32Array | undefined;
  const watching = (image: Float32Array) => {
    trial ??= image.slice();
    return evaluate(image);
  };
  const from = { ...last!, state: state! };
  await lbfgs.minimise(watching, image, { ...options, history: 5 }, { size, from }).next();

  // Nocedal and Wright 2006, algorithm 7.4, as it stands there.
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const pairs = Array.from({ length: 5 }, (_, i) => {
    const [s, y] = [state![`step ${i}`], state![`change ${i}`]] as Float32Array[];
    return { s, y, rho: 1 / dot(s, y) };
  });
  const q = bands.split(gradient).slice();
  const alphas = pairs.map(() => 0);
  for (let i = 4; i >= 0; i--) {
    alphas[i] = pairs[i].rho * dot(pairs[i].s, q);
    q.forEach((_, k) => q[k] -= alphas[i] * pairs[i].y[k]);
  }
  const latest = pairs.slice(3);
  const summed = (vector: "s" | "y") => {
    const [a, b] = latest.map((pair) => bands.moments(pair[vector]).map((moment) => pair.rho * moment));
    return a.map((moment, i) => moment + b[i]);
  };
  const conversions = bands.conversions(summed("s"), summed("y"));
  const { y, rho } = pairs[4];
  bands.convert(q, conversions, 1 / (rho * bands.converted(conversions, bands.moments(y))));
  for (let i = 0; i < 5; i++) {
    const beta = pairs[i].rho * dot(pairs[i].y, q);
    q.forEach((_, k) => q[k] += pairs[i].s[k] * (alphas[i] - beta));
  }
  const due = bands.joined(q);
  const away = Math.hypot(...trial!.map((level, i) => level - (image[i] - due[i]))) / Math.hypot(...due);
  assert(away < 1e-4, `relative distance ${away}`);
});

Deno.test("where what was learnt misleads, L-BFGS forgets it and descends by the gradient alone", async () => {
  const { evaluate } = quadratic(20, 100);
  const start = new Float32Array(20);
  let misleading = false;
  const tried: Float32Array[] = [];
  const fooled: typeof evaluate = async (image) => {
    tried.push(image.slice());
    const found = await evaluate(image);
    return misleading ? { ...found, value: 1e9 } : found;
  };
  const walk = lbfgs.minimise(fooled, start, options);
  let last: Iterate | undefined;
  for (let i = 0; i < 4; i++) last = structuredClone((await walk.next()).value!);
  assert(Object.keys(last!.state!).length >= 4);
  misleading = true;
  tried.length = 0;
  const coming = walk.next();
  // A search gives up after twelve evaluations.
  while (tried.length < 12) await Promise.resolve();
  misleading = false;
  const next = (await coming).value!;
  assert(next.value < last!.value, `${next.value} after ${last!.value}`);
  assert.equal(Object.keys(next.state!).length, 2);
  const [step, slope] = [tried[12].map((x, i) => x - last!.image[i]), last!.gradient];
  const product = step.reduce((sum, x, i) => sum + x * slope[i], 0);
  assert(Math.abs(product + Math.hypot(...step) * Math.hypot(...slope)) < 1e-3 * Math.abs(product), String(product));
});
