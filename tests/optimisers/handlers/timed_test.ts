import assert from "node:assert/strict";
import { timed } from "../../../optimisers/handlers/timed.ts";
import { passed, valued } from "./toy.ts";

Deno.test("each step is told with the mean seconds of a step since the clock started", async () => {
  const { now } = performance;
  const times = [3000, 4000, 13_000];
  const told: number[][] = [];
  try {
    performance.now = () => times.shift()!;
    await passed(timed(({ value }, pace) => void told.push([value, pace]), 1000), valued([7, 6, 5]));
  } finally {
    performance.now = now;
  }
  assert.deepEqual(told, [[7, 2], [6, 1.5], [5, 4]]);
});
