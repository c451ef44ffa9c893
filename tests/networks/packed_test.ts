import assert from "node:assert/strict";
import { averagePool, border, constant, conv2d, type Node, type Shape, sizeOf, upsample } from "../../graph/mod.ts";
import {
  convolvedDoubled,
  convolvedPacked,
  convolvedPicture,
  doubledLinearly,
  meanOfPacked,
  packed,
  unpacked,
} from "../../networks/packed.ts";
import { randomFrom } from "../../base/random.ts";
import { interpret } from "../graph/reference.ts";

function random(shape: Shape, seed: number): Node {
  const random = randomFrom(seed);
  return constant(Float32Array.from({ length: sizeOf(shape) }, () => random() - 0.5), shape);
}

/** Demands that two nodes have the same values. */
function assertSame(seen: Node, wanted: Node): void {
  assert.deepEqual(seen.shape, wanted.shape);
  const { a, b } = interpret({ outputs: { a: seen, b: wanted } }, {});
  a.data.forEach((value, i) => assert(Math.abs(value - b.data[i]) < 1e-5, `${value} at ${i}, not ${b.data[i]}`));
}

const picture = random([2, 3, 8, 12], 1);

Deno.test("a packed picture has its pixels row by row, and comes back", () => {
  const levels = constant(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [1, 1, 2, 4]);
  const { data } = interpret({ outputs: { x: packed(levels) } }, {}).x;
  assert.deepEqual([...data], [1, 3, 2, 4, 5, 7, 6, 8]);
  assertSame(unpacked(packed(picture)), picture);
  assertSame(meanOfPacked(packed(picture)), averagePool(picture, 2));
});

Deno.test("a convolution of a packed picture is that of the picture, for kernels of every side", () => {
  for (const side of [1, 3, 5, 7, 9]) {
    const kernel = random([4, 3, side, side], side);
    const plain = conv2d(border(picture, "reflect", (side - 1) / 2), kernel);
    assertSame(unpacked(convolvedPicture(picture, kernel)), plain);
    assertSame(unpacked(convolvedPacked(packed(picture), kernel)), plain);
  }
});

Deno.test("a packed convolution needs no doubled picture", () => {
  const kernel = random([4, 3, 3, 3], 2);
  const plain = conv2d(border(upsample(picture, 2), "reflect", 1), kernel);
  assertSame(unpacked(convolvedDoubled(picture, kernel, "nearest")), plain);
});

Deno.test("a packed convolution of a linearly doubled picture is that of the doubled one, whose borders go on", () => {
  const kernel = random([4, 3, 3, 3], 2);
  const plain = conv2d(border(doubledLinearly(picture), "replicate", 1), kernel);
  assertSame(unpacked(convolvedDoubled(picture, kernel, "linear")), plain);
});

Deno.test("doubled linearly, values are those of PyTorch's bilinear interpolation", () => {
  // torch 2.13: interpolate(x, scale_factor=2, mode="bilinear", align_corners=False).
  const levels = constant(Float32Array.of(0, 16, 32, 64, 80, 0), [1, 1, 2, 3]);
  const wanted = [
    ...[0, 4, 12, 20, 28, 32],
    ...[16, 20, 28, 30, 26, 24],
    ...[48, 52, 60, 50, 22, 8],
    ...[64, 68, 76, 60, 20, 0],
  ];
  assertSame(doubledLinearly(levels), constant(Float32Array.from(wanted), [1, 1, 4, 6]));
});
