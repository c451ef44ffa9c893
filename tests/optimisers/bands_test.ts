import assert from "node:assert/strict";
import { bandsOf } from "../../optimisers/bands.ts";
import { dot } from "../../optimisers/vectors.ts";
import { randomFrom } from "../../base/random.ts";

/** Numbers of a bin: the products of three colours. */
const entries = 6;

function noise(length: number): Float32Array {
  const random = randomFrom(length);
  return Float32Array.from({ length }, () => 200 * random() - 100);
}

for (const [width, height] of [[16, 8], [13, 7], [1, 37], [5, 1], [1, 1], [2, 2], [300, 3]]) {
  Deno.test(`bands of ${width}×${height} keep lengths, add up to the whole, and join to the same image`, () => {
    const bands = bandsOf({ width, height });
    const image = noise(3 * width * height);
    const split = bands.split(image);
    const energy = dot(image, image);
    assert(Math.abs(dot(split, split) - energy) < 1e-5 * energy);
    const moments = bands.moments(split);
    const sum = moments.reduce((sum, each, i) => [0, 3, 5].includes(i % entries) ? sum + each : sum, 0);
    assert(Math.abs(sum - energy) < 1e-5 * energy);
    bands.joined(split).forEach((level, i) => assert(Math.abs(level - image[i]) < 1e-3, `${level} is not ${image[i]}`));
  });
}

/** Which bins hold more than a share of a grey image of 64 × 64 pixels. */
function binsOf(level: (x: number, y: number) => number, share = 1e-6): number[] {
  const bands = bandsOf({ width: 64, height: 64 });
  const plane = Array.from({ length: 64 * 64 }, (_, i) => level(i % 64, Math.floor(i / 64)));
  const moments = bands.moments(bands.split(Float32Array.from([...plane, ...plane, ...plane])));
  const energies = Array.from({ length: moments.length / entries }, (_, bin) => moments[bin * entries]);
  const least = share * energies.reduce((sum, each) => sum + each);
  return energies.flatMap((energy, bin) => energy > least ? [bin] : []);
}

Deno.test("a flat grey lies in the last band, lines in those of their orientation, a chequerboard in the third", () => {
  const tiles = (band: number) => Array.from({ length: 16 }, (_, tile) => 16 * band + tile);
  // 3 × 16 tiles of the first two octaves, then 3 × 4, and 3 × 1 of three octaves more.
  assert.deepEqual(binsOf(() => 50), [48 + 48 + 12 + 9]);
  assert.deepEqual(binsOf((x) => x % 2 ? 50 : -50), tiles(0));
  assert.deepEqual(binsOf((_, y) => y % 2 ? 50 : -50), tiles(1));
  assert.deepEqual(binsOf((x, y) => (x + y) % 2 ? 50 : -50), tiles(2));
});

Deno.test("what is fine lies in the tile where the image has it", () => {
  const square = (x: number, y: number) => x >= 36 && x < 44 && y >= 20 && y < 28 && (x + y) % 2 ? 50 : 0;
  assert.deepEqual(binsOf(square, 0.2), [32 + 4 + 2]);
});

/** What becomes of a gradient change after a bend was learnt from one step. */
function convertedAfter(bend: (step: Float32Array) => Float32Array, change: Float32Array): Float32Array {
  const bands = bandsOf({ width: 64, height: 64 });
  const moments = (image: Float32Array) => bands.moments(bands.split(image));
  const known = noise(change.length);
  const converted = bands.split(change);
  bands.convert(converted, bands.conversions(moments(known), moments(bend(known))), 1);
  return bands.joined(converted);
}

Deno.test("what turns changes into steps is learnt for colours that hang together", () => {
  const area = 64 * 64;
  const bend = (step: Float32Array) =>
    step.map((level, i) => 2 * level + (i < area ? step[i + area] : i < 2 * area ? step[i - area] : 0));
  const step = noise(3 * area).reverse();
  const off = convertedAfter(bend, bend(step)).map((level, i) => level - step[i]);
  assert(dot(off, off) < 0.01 * dot(step, step), `${dot(off, off) / dot(step, step)} of the energy is off`);
});

Deno.test("what turns changes into steps is learnt for each place", () => {
  const left = (i: number) => i % 64 < 32;
  const change = noise(3 * 64 * 64).reverse();
  const converted = convertedAfter((step) => step.map((level, i) => left(i) ? level : 10 * level), change);
  const energy = (of: Float32Array, where: (i: number) => boolean) => {
    const part = of.filter((_, i) => where(i));
    return dot(part, part);
  };
  const gain = (where: (i: number) => boolean) => energy(converted, where) / energy(change, where);
  const ratio = gain(left) / gain((i) => !left(i));
  assert(ratio > 4, `the flat half gains ${ratio} times what the steep one does`);
});

Deno.test("the product of what is converted with what it came from is foretold from the moments", () => {
  const bands = bandsOf({ width: 48, height: 20 });
  const [step, change] = [bands.split(noise(3 * 48 * 20)), bands.split(noise(3 * 48 * 20).reverse())];
  const conversions = bands.conversions(bands.moments(step), bands.moments(change));
  const foretold = bands.converted(conversions, bands.moments(change));
  const converted = change.slice();
  bands.convert(converted, conversions, 3);
  const product = dot(converted, change) / 3;
  assert(Math.abs(product - foretold) < 1e-5 * foretold, `${product} is not ${foretold}`);
});
