import assert from "node:assert/strict";
import { normalFrom, randomFrom } from "../../base/random.ts";

function draw(seed: number, count: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, random);
}

Deno.test("the same seed gives the same numbers, another seed others", () => {
  assert.deepEqual(draw(7, 100), draw(7, 100));
  const others = [0, 8, 2 ** 32 - 1].map((seed) => draw(seed, 100));
  for (const numbers of others) assert.equal(numbers.filter((x) => draw(7, 100).includes(x)).length, 0);
});

for (const seed of [0, 1, 123456789, 2 ** 32 - 1]) {
  Deno.test(`the numbers of seed ${seed} lie in [0, 1) and spread evenly`, () => {
    const count = 20000;
    const numbers = draw(seed, count);
    assert(numbers.every((x) => x >= 0 && x < 1));
    const mean = numbers.reduce((sum, x) => sum + x, 0) / count;
    const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
    // Four standard deviations of the mean of uniform numbers, √(1/12/20000) = 0.00204.
    assert(Math.abs(mean - 0.5) < 0.0082, `mean ${mean}`);
    assert(Math.abs(variance - 1 / 12) < 0.003, `variance ${variance}`);
    const bins = new Array(20).fill(0);
    for (const x of numbers) bins[Math.floor(20 * x)]++;
    const chi = bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    // Pearson's test with 19 degrees of freedom: one in 10000 exceeds 50.8.
    assert(chi < 50.8, `χ² ${chi}`);
    const pairs = numbers.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * (numbers[i] - 0.5), 0) / (count - 1) * 12;
    assert(Math.abs(pairs) < 0.03, `neighbours correlate by ${pairs}`);
  });
}

Deno.test("normal numbers have the moments of the normal distribution", () => {
  const normal = normalFrom(randomFrom(7));
  const numbers = Array.from({ length: 20000 }, normal);
  const moment = (power: number) => numbers.reduce((sum, x) => sum + x ** power, 0) / numbers.length;
  // Four standard deviations each: √(1/n), √(2/n), √(96/n).
  assert(Math.abs(moment(1)) < 0.029 && Math.abs(moment(2) - 1) < 0.04 && Math.abs(moment(4) - 3) < 0.28);
});
