import assert from "node:assert/strict";
import { dots } from "../../optimisers/vectors.ts";
import { randomFrom } from "../../base/random.ts";

Deno.test("a product is the same to the last bit wherever its vector stands among others", () => {
  const random = randomFrom(1);
  const vector = () => Float32Array.from({ length: 10_001 }, () => random() - 0.5);
  const [a, b, c, other] = [vector(), vector(), vector(), vector()];
  const [alone] = dots([a], other);
  const exact = a.reduce((sum, x, i) => sum + x * other[i], 0);
  assert(Math.abs(alone - exact) < 1e-9);
  assert.equal(dots([a, b], other)[0], alone);
  assert.equal(dots([b, a], other)[1], alone);
  assert.deepEqual(dots([b, c, a], other), [...dots([b, c], other), alone]);
});
