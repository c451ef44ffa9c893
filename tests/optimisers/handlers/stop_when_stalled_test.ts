import assert from "node:assert/strict";
import { neverFell, stopWhenStalled, type Trend } from "../../../optimisers/handlers/stop_when_stalled.ts";
import { passed, valued } from "./toy.ts";

const fresh = (): Trend => ({ first: Infinity, recent: [] });

/** How many steps are passed on before it ends: the one that ends it is one more. */
async function length(values: readonly number[], tolerance: number, trend = fresh()): Promise<number> {
  return (await passed(stopWhenStalled(trend, tolerance), valued(values))).length;
}

const halving = Array.from({ length: 30 }, (_, i) => 1 + 0.5 ** i);

Deno.test("it ends once ten steps gain less than a share of the value", async () => {
  // From step k to k + 10 it falls by nearly 0.5 ** (k − 1), to hardly more than 1.
  const lengths = await Promise.all([0.9, 0.1, 0.001, 0].map((tolerance) => length(halving, tolerance)));
  assert.deepEqual(lengths, [11, 14, 20, 30]);
});

Deno.test("a step that is worse than an earlier one is no step back", async () => {
  const jumping = halving.map((value, i) => i % 2 === 0 ? value : 5);
  // The lowest value falls at every other step: at step 12 by 0.25 since step 2, at step 13 by less since step 3.
  assert.equal(await length(jumping, 0.3), 12);
});

Deno.test("a trend goes on through an interruption", async () => {
  for (const at of [1, 6, 12]) {
    const trend = fresh();
    await length(halving.slice(0, at), 0.1, trend);
    assert.equal(await length(halving.slice(at), 0.1, trend), 14 - at);
    assert.equal(trend.first, 2);
  }
});

Deno.test("the value has fallen if any step was better than the first", async () => {
  const fell = async (values: readonly number[]) => {
    const trend = fresh();
    await length(values, 0, trend);
    return !neverFell(trend);
  };
  const cases = [[[], false], [[2], false], [[2, 2, 3], false], [[2, 1], true], [[2, 1, 3, 4], true]] as const;
  for (const [values, wanted] of cases) assert.equal(await fell(values), wanted, `${values}`);
});
