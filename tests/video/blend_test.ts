import assert from "node:assert/strict";
import { randomFrom } from "../../base/random.ts";
import { withContrastOf } from "../../video/contrast.ts";
import { cubicWarp } from "../../video/cubic_warp.ts";
import { warp } from "../../video/flow/mod.ts";

const size = { width: 40, height: 30 };
const area = 40 * 30;

const pictureOf = (level: (x: number, y: number) => number) => ({
  ...size,
  data: Float32Array.from({ length: 3 * area }, (_, at) => level(at % 40, Math.floor(at / 40) % 30)),
});
const shift = (x: number, y: number) => ({
  ...size,
  x: new Float32Array(area).fill(x),
  y: new Float32Array(area).fill(y),
});

Deno.test("cubicWarp() moves by whole pixels as warp() does, and keeps a wave by parts of them better", () => {
  const random = randomFrom(1);
  const noise = pictureOf(() => 255 * random());
  assert.deepEqual(cubicWarp(noise, shift(3, -2)).data, warp(noise, shift(3, -2)).data);
  const wave = (x: number) => 128 + 100 * Math.sin(1.2 * x);
  const error = (data: Float32Array) => Math.max(...data.subarray(5, 35).map((level, x) => level - wave(x + 5.4)));
  const [cubic, linear] = [cubicWarp, warp].map((way) => error(way(pictureOf(wave), shift(0.4, 0.3)).data));
  assert(cubic < linear / 2, `${cubic} ${linear}`);
});

Deno.test("withContrastOf() gives what is mixed of two its contrast again, and no more than is allowed", () => {
  const random = randomFrom(2);
  const [one, other] = [pictureOf(() => 100 + 50 * random()), pictureOf(() => 100 + 50 * random())];
  const mixed = { ...size, data: one.data.map((level, i) => (level + other.data[i]) / 2) };
  const spread = ({ data }: { readonly data: Float32Array }) => {
    const mean = data.reduce((sum, level) => sum + level) / data.length;
    return Math.sqrt(data.reduce((sum, level) => sum + (level - mean) ** 2, 0) / data.length);
  };
  assert(Math.abs(spread(withContrastOf(one, mixed, 2)) / spread(one) - 1) < 0.05);
  assert(spread(withContrastOf(one, mixed, 1.1)) < 1.101 * spread(mixed));
  assert.deepEqual(withContrastOf(mixed, one, 2).data, one.data);
});
