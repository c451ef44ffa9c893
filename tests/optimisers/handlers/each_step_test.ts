import assert from "node:assert/strict";
import { eachStep } from "../../../optimisers/handlers/each_step.ts";
import { descent, passed, valued } from "./toy.ts";

Deno.test("every step is passed on as it came, once the work on it is done", async () => {
  const notes: number[] = [];
  const noted = eachStep(async ({ value }) => {
    await new Promise((resolve) => setTimeout(resolve));
    notes.push(value);
  });
  for await (const { value } of noted(valued([3, 1, 2]))) assert.equal(notes.at(-1), value);
  assert.deepEqual(notes, [3, 1, 2]);
});

Deno.test("a step that ends the steps is not passed on, and the optimiser hears of it", async () => {
  const notes: string[] = [];
  const values = await passed(eachStep(({ value }) => value < 3 ? "stop" : undefined), descent(notes));
  // By hand: ½ (4² + 9) = 12.5, then (3.6, 0.1), (3.24, 0.01), (2.916, 0.001), … at whose next steps x is 0.9 times as large.
  assert.deepEqual(values.map((value) => value.toFixed(3)), ["12.500", "6.525", "5.249", "4.252", "3.444"]);
  assert.deepEqual(notes, ["ended"]);
});

Deno.test("who leaves the steps early ends the optimiser", async () => {
  const notes: string[] = [];
  await passed(eachStep(() => {}), descent(notes), 2);
  assert.deepEqual(notes, ["ended"]);
});

Deno.test("what the work throws ends the optimiser, whose own complaint does not take its place", async () => {
  const notes: string[] = [];
  const failing = eachStep<Float32Array>(() => Promise.reject(new Error("the disk is full")));
  await assert.rejects(passed(failing, descent(notes)), /the disk is full/);
  assert.deepEqual(notes, ["ended"]);
  async function* sore() {
    try {
      yield* valued([1, 2]);
    } finally {
      // deno-lint-ignore no-unsafe-finally -- what this is about.
      throw new Error("not yet");
    }
  }
  await assert.rejects(passed(failing, sore()), /the disk is full/);
  await assert.rejects(passed(eachStep(() => "stop"), sore()), /not yet/);
});

Deno.test("what the optimiser throws passes", async () => {
  async function* broken() {
    yield* valued([2]);
    throw new Error("the engine is gone");
  }
  await assert.rejects(passed(eachStep(() => {}), broken()), /the engine is gone/);
});
