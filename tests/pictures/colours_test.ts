import assert from "node:assert/strict";
import { matched, recoloured } from "../../pictures/colours.ts";
import { toOklab } from "../../pictures/oklab.ts";
import type { Picture } from "../../pictures/picture.ts";
import { randomFrom } from "../../base/random.ts";
import { close } from "../graph/check_op.ts";

/** Random colours around a mean, so that no channel follows another wholly. */
function colours([red, green, blue]: readonly number[], spread: number, seed: number): Picture {
  const random = randomFrom(seed);
  const data = Float32Array.from(
    { length: 3 * 400 },
    (_, i) => [red, green, blue][Math.floor(i / 400)] + spread * (random() - 0.5),
  );
  return { width: 20, height: 20, data };
}

const labsOf = ({ data }: Picture) =>
  Array.from({ length: 400 }, (_, i) => toOklab(data[i], data[400 + i], data[800 + i]));

/** Mean and covariance in Oklab, from their definitions. */
function moments(labs: readonly (readonly number[])[]): number[] {
  const mean = [0, 1, 2].map((k) => labs.reduce((sum, lab) => sum + lab[k], 0) / labs.length);
  const covariance = [0, 1, 2].flatMap((k) =>
    [0, 1, 2].map((l) => labs.reduce((sum, lab) => sum + (lab[k] - mean[k]) * (lab[l] - mean[l]), 0) / labs.length)
  );
  return [...mean, ...covariance.map((value) => 100 * value)];
}

Deno.test("matched() gives a picture the other's mean and covariance of colours", () => {
  const [own, like] = [colours([80, 120, 150], 90, 1), colours([150, 110, 90], 60, 2)];
  const found = moments(labsOf(matched({ picture: own }, { picture: like })));
  close(found, moments(labsOf(like)), 0.02, "moments");
  assert.ok(Math.abs(moments(labsOf(own))[1] - found[1]) > 0.02, "there was something to do");
});

Deno.test("matched() keeps the order of lightness", () => {
  const [own, like] = [colours([80, 120, 150], 90, 1), colours([150, 110, 90], 60, 2)];
  const order = (picture: Picture) =>
    labsOf(picture).map(([lightness], i) => [lightness, i]).sort(([a], [b]) => a - b).map(([, i]) => i);
  assert.deepEqual(order(matched({ picture: own }, { picture: like })), order(own));
});

Deno.test("matched() looks at the masked parts alone", () => {
  const own = colours([80, 120, 150], 90, 1);
  const [upper, lower] = [colours([150, 110, 90], 60, 2), colours([20, 40, 90], 30, 3)];
  const data = upper.data.map((level, i) => i % 400 < 200 ? level : lower.data[i]);
  const mask = { width: 20, height: 20, data: Float32Array.from({ length: 400 }, (_, i) => i < 200 ? 1 : 0) };
  const found = matched({ picture: own }, { picture: { ...own, data }, mask });
  close(moments(labsOf(found)).slice(0, 3), moments(labsOf({ ...own, data }).slice(0, 200)).slice(0, 3), 0.01, "mean");
});

Deno.test("matched() does not blow up the noise of a grey picture", () => {
  const random = randomFrom(5);
  const ramp = Float32Array.from({ length: 400 }, () => 40 + 150 * random());
  const grey = { width: 20, height: 20, data: Float32Array.of(...ramp, ...ramp, ...ramp) };
  // Two pixels that differ by one level of green.
  [0, 1, 400, 401, 800, 801].forEach((i) => grey.data[i] = i === 401 ? 101 : 100);
  const apart = (picture: Picture) => {
    const [one, other] = labsOf(picture);
    return Math.hypot(...one.map((x, k) => x - other[k]));
  };
  const result = matched({ picture: grey }, { picture: colours([150, 110, 90], 60, 2) });
  assert.ok(apart(result) < 8 * apart(grey), `${apart(result)} beside ${apart(grey)}`);
});

Deno.test("recoloured() takes lightness from the one and colour from the other", () => {
  const [painted, photograph] = [colours([120, 120, 120], 60, 1), colours([140, 120, 110], 30, 2)];
  const found = labsOf(recoloured(painted, photograph));
  const [lightness, colour] = [labsOf(painted), labsOf(photograph)];
  found.forEach(([l, a, b], i) => close([l, a, b], [lightness[i][0], colour[i][1], colour[i][2]], 1e-3, `pixel ${i}`));
});
