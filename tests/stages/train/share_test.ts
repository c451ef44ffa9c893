import assert from "node:assert/strict";
import { shareOfDescent } from "../../../stages/train/share.ts";

/** Σ (x − 3)², whose least value is 0. */
async function evaluate(image: Float32Array) {
  const gradient = image.map((x) => 2 * (x - 3));
  return { value: image.reduce((sum, x) => sum + (x - 3) ** 2, 0), terms: {}, gradient };
}

const photograph = { width: 4, height: 2, data: new Float32Array(24).fill(1) };

Deno.test("the photograph makes no share of the descent, the optimum all of it, and half the way three quarters", async () => {
  const shareOf = shareOfDescent({ evaluate }, photograph);
  const shares = await Promise.all([1, 2, 3].map((level) => shareOf(new Float32Array(24).fill(level))));
  for (const [i, share] of [0, 0.75, 1].entries()) assert(Math.abs(shares[i]! - share) < 1e-6, `${shares[i]}`);
});

Deno.test("a signal ends the descent that a share needs, and there is no share", async () => {
  const stop = new AbortController();
  let evaluations = 0;
  const counted = (image: Float32Array) => {
    if (++evaluations === 2) stop.abort();
    return evaluate(image);
  };
  const shareOf = shareOfDescent({ evaluate: counted }, photograph, stop.signal);
  assert.equal(await shareOf(photograph.data), undefined);
  assert(evaluations < 5, `${evaluations}`);
});
