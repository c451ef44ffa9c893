import assert from "node:assert/strict";
import { geometricMeans } from "../../optimisers/geometric_mean.ts";
import { randomFrom } from "../../base/random.ts";

type Matrix = number[][];

const square = ([xx, xy, xz, yy, yz, zz]: ArrayLike<number> & Iterable<number>): Matrix => [
  [xx, xy, xz],
  [xy, yy, yz],
  [xz, yz, zz],
];
const flat = (m: Matrix) => [m[0][0], m[0][1], m[0][2], m[1][1], m[1][2], m[2][2]];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, each, k) => sum + each * b[k][j], 0)));

/** A positive matrix whose axes lie anywhere and are of that length. */
function positive(lengths: readonly number[], seed: number): number[] {
  const random = randomFrom(seed);
  const root = lengths.map((length) => [0, 1, 2].map(() => Math.sqrt(length) * (2 * random() - 1)));
  return flat(times(root[0].map((_, j) => root.map((row) => row[j])), root));
}

for (const lengths of [[1, 1, 1], [1e6, 1, 1e-3], [1e-12, 3e-12, 1e-11]]) {
  Deno.test(`M C M = S for axes of ${lengths}`, () => {
    const [s, c] = [positive(lengths, 1), positive([5, 0.2, 1], 2)];
    const m = square(geometricMeans(Float64Array.from(s), Float64Array.from(c)));
    const found = flat(times(times(m, square(c)), m));
    const size = Math.max(...s);
    found.forEach((each, i) => assert(Math.abs(each - s[i]) < 0.01 * size, `${each} is not ${s[i]}`));
  });
}

Deno.test("where nothing moved, or nothing changed, the largest mean of the others serves", () => {
  const four = [4, 0, 0, 4, 0, 4], one = [1, 0, 0, 1, 0, 1], none = [0, 0, 0, 0, 0, 0];
  const means = geometricMeans(
    Float64Array.from([...four, ...none, ...one, ...one]),
    Float64Array.from([...one, ...one, ...none, ...one]),
  );
  const wanted = [2, 2, 2, 1].flatMap((each) => [each, 0, 0, each, 0, each]);
  means.forEach((each, i) => assert(Math.abs(each - wanted[i]) < 1e-3, `${each} is not ${wanted[i]}`));
});
