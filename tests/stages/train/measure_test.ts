import assert from "node:assert/strict";
import { openMeasuring } from "../../../stages/train/measure.ts";

/** Σ (x − 3)², whose least value is 0, and content terms that are 2 and 5 there, 6 and 5 at the photograph. */
async function evaluate(image: Float32Array) {
  const gradient = image.map((x) => 2 * (x - 3));
  const value = image.reduce((sum, x) => sum + (x - 3) ** 2, 0);
  return { value, terms: { "keep/conv1_1": 2 + value / 24, "keep/conv2_1": 5, "style/conv1_1": 7 }, gradient };
}

const photograph = { width: 4, height: 2, data: new Float32Array(24).fill(1) };
const weights = new Map([["keep/conv1_1", 10], ["keep/conv2_1", 4]]);
const weightsOf = (given: ReadonlyMap<string, number>) => () => Promise.resolve(given);

Deno.test("the photograph makes no share of the descent, the optimum all of it, and half the way three quarters", async () => {
  const { measure } = openMeasuring({ evaluate }, photograph, weightsOf(weights));
  // 10 · 6 + 4 · 5 and 10 · 3 + 4 · 5, each by 10 · 2 + 4 · 5.
  const wanted = [[0, 2], [0.75, 1.25], [1, 1]];
  for (const [i, [share, distance]] of wanted.entries()) {
    const measured = await measure(new Float32Array(24).fill(i + 1));
    assert(Math.abs(measured!.share - share) < 1e-6, `${measured!.share}`);
    assert(Math.abs(measured!.distance! - distance) < 1e-6, `${measured!.distance}`);
  }
});

Deno.test("without content terms there is no distance", async () => {
  const { measure } = openMeasuring({ evaluate }, photograph, weightsOf(new Map()));
  const measured = await measure(photograph.data);
  assert.deepEqual(measured, { share: 0 });
});

Deno.test("a signal ends the descent that a share needs, and there is no share", async () => {
  const stop = new AbortController();
  let evaluations = 0;
  const counted = (image: Float32Array) => {
    if (++evaluations === 2) stop.abort();
    return evaluate(image);
  };
  const { measure } = openMeasuring({ evaluate: counted }, photograph, weightsOf(weights), { signal: stop.signal });
  assert.equal(await measure(photograph.data), undefined);
  assert(evaluations < 5, `${evaluations}`);
});

Deno.test("ends that are known need no descent, and measure as those that were found", async () => {
  const found = openMeasuring({ evaluate }, photograph, weightsOf(weights));
  assert.equal(found.ends, undefined);
  const picture = new Float32Array(24).fill(2);
  const wanted = await found.measure(picture);
  let evaluations = 0;
  const counted = (image: Float32Array) => (evaluations++, evaluate(image));
  const known = JSON.parse(JSON.stringify(found.ends));
  const { measure } = openMeasuring({ evaluate: counted }, photograph, weightsOf(weights), { known });
  assert.deepEqual(await measure(picture), wanted);
  assert.equal(evaluations, 1);
});
