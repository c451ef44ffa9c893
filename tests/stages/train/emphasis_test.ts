import assert from "node:assert/strict";
import { adjusted, isDue } from "../../../stages/train/emphasis.ts";

Deno.test("content counts more while the painter is farther than the optimiser, within bounds", () => {
  const now = { value: 5, step: 0 };
  assert.deepEqual(adjusted(now, 100, 1.1), { value: 5.5, step: 100 });
  assert.deepEqual(adjusted(now, 100, 0.9), { value: 4.5, step: 100 });
  // By a quarter at once, and between 1 and 20.
  assert.deepEqual(adjusted(now, 100, 3), { value: 6.25, step: 100 });
  assert.deepEqual(adjusted({ value: 18, step: 0 }, 100, 3), { value: 20, step: 100 });
  assert.deepEqual(adjusted({ value: 1, step: 0 }, 100, 0.1), { value: 1, step: 100 });
  // A preset without content has no distance.
  assert.deepEqual(adjusted(now, 100), { value: 5, step: 100 });
});

Deno.test("it is adjusted once at every hundredth step, more often in a short training, and not again there", () => {
  const due = (last: number, steps: number, at: readonly number[]) =>
    at.filter((step) => isDue({ value: 5, step: last }, step, steps));
  assert.deepEqual(due(0, 1300, [0, 1, 99, 100, 150, 200]), [100, 200]);
  assert.deepEqual(due(200, 1300, [200, 300]), [300]);
  assert.deepEqual(due(0, 1e6, [77_000, 77_050]), [77_000]);
  assert.deepEqual(due(0, 2, [0, 1]), [1]);
});
