import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { descend, type Handler } from "../../optimisers/descend.ts";
import { adam } from "../../optimisers/adam.ts";
import { keepBest } from "../../optimisers/handlers/keep_best.ts";
import { keepPlace } from "../../optimisers/handlers/keep_place.ts";
import { stopAfter } from "../../optimisers/handlers/stop_after.ts";
import { bowl, valued } from "./handlers/toy.ts";

Deno.test("the first handler sees a step first, and hears last that the next one is wanted", async () => {
  const notes: string[] = [];
  const noting = (name: string): Handler => (steps) =>
    async function* () {
      for await (const step of steps) {
        notes.push(`${name} sees ${step.value}`);
        yield step;
        notes.push(`${name} goes on`);
      }
    }();
  await descend(valued([2, 1]), [noting("a"), noting("b")]);
  assert.deepEqual(notes, [
    ...["a sees 2", "b sees 2", "b goes on", "a goes on"],
    ...["a sees 1", "b sees 1", "b goes on", "a goes on"],
  ]);
});

Deno.test("without handlers the steps are taken to their end, and what they throw is thrown", async () => {
  let count = 0;
  async function* steps() {
    for await (const step of valued([3, 2, 1])) {
      count++;
      yield step;
    }
  }
  await descend(steps(), []);
  assert.equal(count, 3);
  async function* broken() {
    yield* valued([3]);
    throw new Error("the engine is gone");
  }
  await assert.rejects(descend(broken(), []), /the engine is gone/);
});

Deno.test("a few handlers make a whole descent of something that is no picture", async () => {
  const descent = { step: 0, best: { image: new Float32Array(2) as Float32Array, value: Infinity, terms: {} } };
  const options = { learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 };
  const steps = adam.minimise(async (image) => bowl(image), Float32Array.of(4, 1), options);
  await descend(steps, [keepPlace(descent), keepBest(descent, () => ({})), stopAfter(100, descent)]);
  assert.equal(descent.step, 100);
  assert(descent.best.value < 1e-3, `value ${descent.best.value}`);
  assert.equal(descent.best.value, bowl(descent.best.image).value);
});

Deno.test("no step is held by a descent or its handlers but the last and the best", async () => {
  const script = fileURLToPath(new URL("./handlers/held.ts", import.meta.url));
  const args = ["run", "--v8-flags=--expose-gc", "--allow-all", script];
  const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  const held = JSON.parse(new TextDecoder().decode(stdout));
  assert(success);
  // Values 5, 3, 4, then a blow-up, whose retry begins without a last step, then 2, 6, 1.
  assert.deepEqual(held, {
    "when the next step is made": [[], [5], [3], [3, 4], [3], [2], [2, 6]],
    "when a snapshot is sent": [[5], [3], [3, 4], [2], [2, 6], [1]],
  });
});
