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

/** Which bins hold more than nothing, each as [band, tile]. */
function binsOf(level: (x: number, y: number) => number): number[][] {
  const bands = bandsOf({ width: 64, height: 64 });
  const plane = Array.from({ length: 64 * 64 }, (_, i) => level(i % 64, Math.floor(i / 64)));
  const energies = bands.energies(bands.split(Float32Array.from([...plane, ...plane, ...plane])));
  return [...energies].flatMap((energy, bin) => energy > 1 ? [[Math.floor(bin / 16), bin % 16]] : []);
}

Deno.test("a flat grey lies in the coarsest band of brightness, a chequerboard in the finest", () => {
  assert.deepEqual(binsOf(() => 50).map(([band]) => band), [6]);
  assert.deepEqual(binsOf((x, y) => (x + y) % 2 ? 50 : -50), Array.from({ length: 16 }, (_, tile) => [0, tile]));
});

Deno.test("what is fine lies in the tile where the image has it", () => {
  const square = (x: number, y: number) => x >= 36 && x < 44 && y >= 20 && y < 28 && (x + y) % 2 ? 50 : 0;
  const finest = binsOf(square).filter(([band]) => band === 0);
  assert.deepEqual(finest, [[0, 4 + 2]]);
});

Deno.test("smoothed energies keep their order, and leave no tile without", () => {
  const bands = bandsOf({ width: 32, height: 16 });
  const energies = new Float64Array(bands.energies(new Float32Array(3 * 32 * 16)).length);
  [energies[0], energies[1]] = [100, 0];
  const smoothed = bands.smoothed(energies);
  assert(smoothed[0] > smoothed[1] && smoothed[1] > 0);
  assert.equal(smoothed[2], 0);
});

Deno.test("scaling a bin multiplies it alone", () => {
  const bands = bandsOf({ width: 8, height: 8 });
  const split = bands.split(noise(192));
  const before = bands.energies(split);
  const factors = before.map((_, bin) => bin === 2 ? 3 : 1);
  bands.scale(split, factors);
  bands.energies(split).forEach((energy, bin) => {
    const wanted = before[bin] * (bin === 2 ? 9 : 1);
    assert(Math.abs(energy - wanted) <= 1e-5 * wanted, `bin ${bin}: ${energy} is not ${wanted}`);
  });
});
