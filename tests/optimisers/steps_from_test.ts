import assert from "node:assert/strict";
import { stepsFrom } from "../../optimisers/steps_from.ts";
import type { Resumption } from "../../optimisers/optimiser.ts";
import { stepOf } from "./handlers/toy.ts";

const best = { image: Float32Array.of(9, 9), value: 1, terms: {} };

/** What an optimiser is given by a descent each time its steps are begun. */
async function given(descent: Parameters<typeof stepsFrom<Float32Array>>[0], change: () => void = () => {}) {
  const seen: { start: Float32Array; resumption: Resumption }[] = [];
  const steps = stepsFrom(descent, async function* (start, resumption) {
    seen.push({ start, resumption });
    yield stepOf(1);
  });
  for await (const _ of steps) change();
  for await (const _ of steps);
  return seen;
}

Deno.test("steps begin at the best image, or at the last step, whose state lets them go on as if nothing had happened", async () => {
  const state = { moment: 3 };
  const last = stepOf(4, { state });
  assert.deepEqual((await given({ step: 0, setbacks: 0, best }))[0], {
    start: best.image,
    resumption: { from: undefined, stepFactor: 1 },
  });
  assert.deepEqual((await given({ step: 3, setbacks: 0, best, last }))[0], {
    start: last.image,
    resumption: { from: last, stepFactor: 1 },
  });
  const { state: _, ...bare } = last;
  assert.deepEqual((await given({ step: 3, setbacks: 0, best, last: bare }))[0], {
    start: last.image,
    resumption: { from: undefined, stepFactor: 1 },
  });
});

Deno.test("each time they begin where the descent stands by then, with shorter steps after setbacks", async () => {
  const descent = { step: 3, setbacks: 0, best, last: stepOf(4) as ReturnType<typeof stepOf> | undefined };
  const [first, second] = await given(descent, () => {
    descent.last = undefined;
    descent.setbacks = 2;
  });
  assert.deepEqual([...first.start], [4, 4]);
  assert.equal(second.start, best.image);
  assert(Math.abs(second.resumption.stepFactor! - 0.01) < 1e-15);
});
