import assert from "node:assert/strict";
import { randomFrom } from "../../base/random.ts";
import { heldTo } from "../../objective/temporal.ts";

const random = randomFrom(3);
const numbers = (count: number) => Float32Array.from({ length: count }, () => 255 * random());
const [width, height] = [5, 4];
const before = { width, height, data: numbers(60) };
const confidence = Float32Array.from({ length: 20 }, (_, i) => i % 3 / 2);

/** An objective that is nothing: all that comes is the temporal loss. */
const nothing = { value: 0, terms: {}, gradient: new Float32Array(60) };

Deno.test("the gradient of the temporal loss is that of its value, and it counts nothing where nothing is known", () => {
  const held = { before, confidence, weight: 7 };
  const image = numbers(60);
  const { gradient, value, terms } = heldTo(held, image, nothing);
  assert.equal(value, 7 * terms.temporal);
  for (let i = 0; i < 60; i++) {
    const [above, below] = [0.5, -0.5].map((change) =>
      heldTo(held, image.map((level, k) => k === i ? level + change : level), nothing).value
    );
    // A square has no third derivative.
    assert(Math.abs(above - below - gradient[i]) < 1e-6, `${above - below} ${gradient[i]}`);
    if (confidence[i % 20] === 0) assert.equal(gradient[i], 0);
  }
});

Deno.test("the temporal loss comes beside the objective, in units of white", () => {
  const image = before.data.map((level) => level + 255);
  const plain = { value: 3, terms: { style: 3 }, gradient: new Float32Array(60).fill(1) };
  const { value, terms, gradient } = heldTo({ before, confidence, weight: 2 }, image, plain);
  const mean = confidence.reduce((sum, share) => sum + share, 0) / 20;
  assert(Math.abs(terms.temporal - mean) < 1e-6);
  assert(Math.abs(value - 3 - 2 * mean) < 1e-6);
  assert.equal(terms.style, 3);
  assert.equal(gradient[0], 1);
  assert.deepEqual(plain.gradient, new Float32Array(60).fill(1));
});
