import assert from "node:assert/strict";
import { lbfgs, pairsWithin } from "../../optimisers/lbfgs.ts";
import { optimisers } from "../../optimisers/mod.ts";
import type { Iterate, Optimiser, Resumption } from "../../optimisers/optimiser.ts";
import { type Counted, quadratic, rosenbrock } from "./functions.ts";

function defaultsOf({ options }: Optimiser): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, schema]) => [name, (schema as { default: unknown }).default]),
  );
}

/** Images and values of so many steps; what an iterate holds is copied, since it is valid until the next one. */
async function walked(
  optimiser: Optimiser,
  { evaluate }: Counted,
  start: Float32Array,
  count: number,
  resumption?: Resumption,
  more: Record<string, unknown> = {},
) {
  const options = { ...defaultsOf(optimiser), learningRate: 0.02, ...more };
  const seen: Iterate[] = [];
  for await (const iterate of optimiser.minimise(evaluate, start, options, resumption)) {
    seen.push(structuredClone({ ...iterate }));
    if (seen.length === count) break;
  }
  return seen;
}

/** Options with which an optimiser keeps other things than by default. */
const unusual: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  adam: [{ averaging: 0.9 }, { lastRate: 0.1 }, {
    averaging: 0.5,
    beta1: 0.5,
    beta2: 0.9,
    epsilon: 1e-3,
    learningRate: 0.1,
  }],
  lbfgs: [{ history: 2 }, { history: 20, preconditioner: "none" }],
};

for (const [name, optimiser] of Object.entries(optimisers)) {
  Deno.test(`${name} goes on from the state of any step with the very numbers that it would have found`, async () => {
    const start = Float32Array.of(-1.2, 1);
    const told = { steps: 24 };
    for (const options of [{}, ...unusual[name]]) {
      const whole = await walked(optimiser, rosenbrock(), start, 25, told, options);
      for (const at of [0, 1, 2, 7, 16]) {
        const { state, ...from } = whole[at];
        assert(state, "an optimiser that ships keeps its state");
        const untouched = structuredClone({ ...from, state });
        const resumption = { ...told, from: { ...from, state } };
        const rest = await walked(optimiser, rosenbrock(), from.image, 24 - at, resumption, options);
        assert.deepEqual(rest, whole.slice(at + 1), JSON.stringify(options));
        assert.deepEqual({ ...from, state }, untouched, "what it goes on from is not written to");
      }
    }
  });

  Deno.test(`${name} that goes on evaluates no image again`, async () => {
    const evaluations = async (
      count: number,
      resumption?: Resumption,
      start: Float32Array = Float32Array.of(-1.2, 1),
    ) => {
      const counted = rosenbrock();
      const seen = await walked(optimiser, counted, start, count, resumption);
      return { count: counted.count(), last: seen.at(-1)! };
    };
    const [some, all] = [await evaluations(6), await evaluations(12)];
    const { state, image, ...rest } = some.last;
    const more = await evaluations(6, { from: { ...rest, image, state: state! } }, image);
    assert.equal(some.count + more.count, all.count);
  });

  Deno.test(`${name} remembers as much as it says that it does beside a pair of vectors, in whatever room`, async () => {
    const vector = 20 * Float32Array.BYTES_PER_ELEMENT;
    for (const room of [0, 7 * vector, Infinity]) {
      const seen = await walked(optimiser, quadratic(20, 100), new Float32Array(20), 30, { memory: room });
      const held = Object.values(seen.at(-1)!.state!).filter((value) => typeof value !== "number").length * vector;
      assert.equal(held - 2 * vector, optimiser.memory?.(defaultsOf(optimiser), 20, room) ?? 0);
    }
  });

  Deno.test(`${name} walks in smaller steps where it is told to be careful`, async () => {
    const firstTrial = async (stepFactor: number) => {
      const images: Float32Array[] = [];
      const { evaluate } = quadratic(8, 10);
      const noted: Counted["evaluate"] = (image) => {
        images.push(image.slice());
        return evaluate(image);
      };
      await walked(optimiser, { evaluate: noted, count: () => images.length }, new Float32Array(8), 2, { stepFactor });
      return Math.hypot(...images[1]);
    };
    const ratio = await firstTrial(0.1) / await firstTrial(1);
    assert(Math.abs(ratio - 0.1) < 1e-5, `ratio ${ratio}`);
  });
}

Deno.test("pairs of L-BFGS: as many as a memory holds, one at least, never more than asked for", () => {
  // Vectors of 1000 numbers: a pair takes 8000 bytes.
  assert.deepEqual([0, 7999, 16000, 23999, 1e9, Infinity].map((bytes) => pairsWithin(bytes, 1000, 20)), [
    1,
    1,
    2,
    2,
    20,
    20,
  ]);
  assert.equal(pairsWithin(-1, 1000, 20), 1);
});

Deno.test("L-BFGS holds no more pairs than its memory, and still finds the minimum", async () => {
  const evaluations = quadratic(20, 100);
  const seen = await walked(lbfgs, evaluations, new Float32Array(20), 60, { memory: 3 * 2 * 4 * 20 });
  assert(seen.every(({ state }) => Object.keys(state!).length <= 2 * 3));
  assert.equal(Object.keys(seen.at(-1)!.state!).length, 6);
  assert(seen.at(-1)!.value < 1e-3, `value ${seen.at(-1)!.value}`);
});
