import assert from "node:assert/strict";
import { judgeAverage, keepBest, type Kept } from "../../../optimisers/handlers/keep_best.ts";
import { BlowUp } from "../../../optimisers/finite.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";
import { bowl, descent, passed, stepOf, valued } from "./toy.ts";

const nothing = (): Kept => ({ best: { image: new Float32Array(2), value: Infinity, terms: {} } });
const termsOf = ({ value }: Iterate) => ({ half: value / 2 });

Deno.test("the best image is kept with its value and terms, the first one of equals", async () => {
  const kept = nothing();
  async function* steps() {
    yield* valued([5, 1, 3]);
    yield { ...stepOf(1), image: Float32Array.of(7, 7) };
  }
  await passed(keepBest(kept, termsOf), steps());
  assert.deepEqual(kept.best, { image: Float32Array.of(1, 1), value: 1, terms: { half: 0.5 } });
});

Deno.test("an image that the optimiser overwrites is copied, and one that lasts is not", async () => {
  const kept = nothing();
  await passed(keepBest(kept, termsOf), descent(), 3);
  // Two steps of the bowl from (4, 1): x falls by a tenth, and y to a tenth.
  kept.best.image.forEach((x, i) => assert(Math.abs(x - [3.24, 0.01][i]) < 1e-6, `${kept.best.image}`));
  assert.equal(kept.best.value, bowl(kept.best.image).value);

  const overwritten = nothing();
  async function* there() {
    const image = Float32Array.of(1, 1);
    yield { ...stepOf(1), image };
    image.fill(5);
    yield { ...stepOf(5), image };
  }
  await passed(keepBest(overwritten, termsOf), there());
  assert.deepEqual(overwritten.best.image, Float32Array.of(1, 1));

  const lasting = stepOf(2, { lasting: true });
  async function* steps() {
    yield lasting;
  }
  await passed(keepBest(kept, termsOf), steps());
  assert.equal(kept.best.image, lasting.image);
});

Deno.test("an average is kept in place of the best image, though its value is that of the step until it is judged", async () => {
  const kept = nothing();
  async function* steps() {
    yield stepOf(1);
    yield stepOf(8, { average: Float32Array.of(2, 1) });
  }
  await passed(keepBest(kept, termsOf), steps());
  assert.deepEqual(kept.best, { image: Float32Array.of(2, 1), value: 8, terms: { half: 4 }, unjudged: true });
  await judgeAverage(kept, async (image) => ({ ...bowl(image), terms: { bowl: bowl(image).value } }));
  // ½ (2² + 9 · 1²).
  assert.deepEqual(kept.best, { image: Float32Array.of(2, 1), value: 6.5, terms: { bowl: 6.5 } });
});

Deno.test("nothing is judged but an average, and that once", async () => {
  const refuse = () => Promise.reject(new Error("nothing is to be evaluated"));
  const kept = nothing();
  await judgeAverage(kept, refuse);
  kept.best = { ...kept.best, unjudged: true };
  await judgeAverage(kept, async () => ({ value: 3, terms: {} }));
  await judgeAverage(kept, refuse);
  assert.equal(kept.best.value, 3);
});

Deno.test("an average at which the objective blows up keeps the value of its step; other errors pass", async () => {
  const best = { ...nothing().best, value: 8, unjudged: true as const };
  const kept: Kept = { best };
  await judgeAverage(kept, () => Promise.reject(new BlowUp("not finite")));
  assert.equal(kept.best, best);
  await assert.rejects(judgeAverage(kept, () => Promise.reject(new Error("no engine"))), /no engine/);
});
