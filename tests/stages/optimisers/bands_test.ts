import assert from "node:assert/strict";
import { bandsOf } from "../../../stages/optimisers/bands.ts";
import { dot } from "../../../stages/optimisers/vectors.ts";
import { randomFrom } from "../../../stages/random.ts";

function noise(length: number): Float32Array {
  const random = randomFrom(length);
  return Float32Array.from({ length }, () => 200 * random() - 100);
}

for (const [width, height] of [[16, 8], [13, 7], [1, 37], [5, 1], [1, 1], [300, 2]]) {
  Deno.test(`bands of ${width}×${height} keep lengths, add up to the whole, and join to the same image`, () => {
    const bands = bandsOf({ width, height });
    const image = noise(3 * width * height);
    const split = bands.split(image);
    const energy = dot(image, image);
    assert(Math.abs(dot(split, split) - energy) < 1e-5 * energy);
    assert(Math.abs(bands.energies(split).reduce((sum, each) => sum + each) - energy) < 1e-5 * energy);
    bands.joined(split).forEach((level, i) => assert(Math.abs(level - image[i]) < 1e-3, `${level} is not ${image[i]}`));
  });
}

Deno.test("a flat grey lies in the coarsest band of brightness, a chequerboard in the finest", () => {
  const size = { width: 64, height: 64 };
  const bands = bandsOf(size);
  const energies = (level: (x: number, y: number) => number) => {
    const plane = Array.from({ length: 64 * 64 }, (_, i) => level(i % 64, Math.floor(i / 64)));
    return [...bands.energies(bands.split(Float32Array.from([...plane, ...plane, ...plane])))];
  };
  const where = (list: number[]) => list.flatMap((energy, band) => energy > 1 ? [band] : []);
  assert.deepEqual(where(energies(() => 50)), [6]);
  assert.deepEqual(where(energies((x, y) => (x + y) % 2 ? 50 : -50)), [0]);
});

Deno.test("scaling a band multiplies it alone", () => {
  const bands = bandsOf({ width: 8, height: 8 });
  const split = bands.split(noise(192));
  const before = bands.energies(split);
  const factors = before.map((_, band) => band === 2 ? 3 : 1);
  bands.scale(split, factors);
  bands.energies(split).forEach((energy, band) => {
    const wanted = before[band] * (band === 2 ? 9 : 1);
    assert(Math.abs(energy - wanted) <= 1e-5 * wanted, `band ${band}: ${energy} is not ${wanted}`);
  });
});
