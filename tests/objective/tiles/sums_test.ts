import assert from "node:assert/strict";
import type { Engine } from "../../../engines/engine.ts";
import { constant } from "../../../graph/mod.ts";
import { gridOf } from "../../../objective/tiles/grid.ts";
import { summation } from "../../../objective/tiles/sums.ts";
import { tinyImage } from "../../helpers/tiny.ts";

Deno.test("sums over windows lose no small parts beside a large one", async () => {
  const size = { width: 64, height: 64 };
  const grid = gridOf(size, { stride: 1, radius: 1 }, 3, 4)!;
  let runs = 0;
  // 2²⁴ and eleven times 1: float32 has no 2²⁴ + 1.
  const engine: Engine = {
    name: "counting",
    compile: async () => ({
      run: async () => ({ count: Float32Array.of(runs++ === 0 ? 2 ** 24 : 1, 0.5) }),
      [Symbol.asyncDispose]: async () => {},
    }),
    [Symbol.asyncDispose]: async () => {},
  };
  const pass = await summation(grid, async () => new Map([["count", constant(0)]]), engine);
  const sums = await pass(tinyImage(64, 64, 1));
  assert.equal(runs, 12);
  assert.deepEqual(sums, new Map([["count", Float32Array.of(2 ** 24 + 12, 6)]]));
});
