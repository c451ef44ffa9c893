import assert from "node:assert/strict";
import { averaged, meanOf } from "../../pictures/plane.ts";
import { close } from "../graph/check_op.ts";

Deno.test("averaged() takes the mean of the area under each new pixel, in parts where need be", () => {
  const plane = { width: 3, height: 2, data: Float32Array.of(0, 3, 6, 6, 9, 12) };
  close(
    averaged(plane, { width: 2, height: 1 }).data,
    [(0 + 3 / 2 + 6 + 9 / 2) / 3, (3 / 2 + 6 + 9 / 2 + 12) / 3],
    1e-7,
    "smaller",
  );
  assert.deepEqual([...averaged(plane, { width: 6, height: 2 }).data.slice(0, 6)], [0, 0, 3, 3, 6, 6]);
});

Deno.test("averaged() loses nothing, not even a single pixel in the last corner", () => {
  const plane = { width: 101, height: 67, data: new Float32Array(101 * 67).with(101 * 67 - 1, 1) };
  for (const [width, height] of [[50, 33], [7, 5], [1, 1]]) {
    const mean = meanOf(averaged(plane, { width, height }));
    assert.ok(Math.abs(mean * 101 * 67 - 1) < 1e-5, `${width}×${height}: ${mean}`);
  }
});
