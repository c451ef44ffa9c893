/**
 * Pictures whose every 2 × 2 pixels are four channels of one place (Shi et al. 2016, the layer of sub-pixels). Layers of
 * few channels at a painter's full size are convolutions of four times as many channels at half of it, which processors
 * compute faster; what doubles a picture before a convolution need not be done at all.
 *
 * [B, C, H, W] is packed as [B, 4 C, H / 2, W / 2]; of the four channels of one the even rows come first, and of these the
 * even columns.
 *
 * @module
 */
import {
  border,
  concat,
  constant,
  conv2d,
  expand,
  matmul,
  type Node,
  reshape,
  slice,
  transpose,
} from "../graph/mod.ts";

/** Packs [B, C, H, W] with even sides. */
export function packed(x: Node): Node {
  const [batch, channels, height, width] = x.shape;
  const [h, w] = [height / 2, width / 2];
  const parted = reshape(x, [batch, channels, h, 2, w, 2]);
  return reshape(transpose(parted, [0, 1, 3, 5, 2, 4]), [batch, 4 * channels, h, w]);
}

/** Undoes {@linkcode packed}. */
export function unpacked(x: Node): Node {
  const [batch, channels, h, w] = x.shape;
  const count = batch * channels / 4;
  const parted = reshape(x, [count, 2, 2, h, w]);
  // ONNX Runtime puts two columns side by side several times faster than it moves an axis behind the columns.
  const columns = [0, 1].map((phase) => {
    const column = slice(parted, [0, 0, phase, 0, 0], [count, 2, phase + 1, h, w]);
    return reshape(transpose(column, [0, 3, 1, 2, 4]), [2 * count * h * w, 1]);
  });
  return reshape(concat(columns, 1), [batch, channels / 4, 2 * h, 2 * w]);
}

/** The scale or shift of the channels of a picture, [B, C, 1, 1] or [B, C, H, W], as those of a packed one. */
export function packedStyle(x: Node): Node {
  const [batch, channels, height, width] = x.shape;
  if (height * width > 1) return packed(x);
  const four = expand(reshape(x, [batch, channels, 1, 1, 1]), [batch, channels, 4, 1, 1]);
  return reshape(four, [batch, 4 * channels, 1, 1]);
}

/** The mean of each 2 × 2 pixels of a packed picture: [B, C, H / 2, W / 2]. */
export function meanOfPacked(x: Node): Node {
  const channels = x.shape[1] / 4;
  const kernel = Float32Array.from(
    { length: 4 * channels ** 2 },
    (_, i) => Math.floor(i / 4) % channels === Math.floor(i / (4 * channels)) ? 1 / 4 : 0,
  );
  return conv2d(x, constant(kernel, [channels, 4 * channels, 1, 1]));
}

/**
 * The packed convolution of a picture [B, I, H, W], mirrored at its borders, by kernels [O, I, k, k]: [B, 4 O, H / 2, W / 2].
 */
export function convolvedPicture(x: Node, kernel: Node): Node {
  return conv2d(packed(border(x, "reflect", 2 * reachOf(kernel))), spread(kernel, tapsOfPacked(kernel.shape[2]), 2));
}

/** The same of a picture that is packed already: [B, 4 O, H / 2, W / 2] of [B, 4 I, H / 2, W / 2]. */
export function convolvedPacked(x: Node, kernel: Node): Node {
  return conv2d(mirrored(x, reachOf(kernel)), spread(kernel, tapsOfPacked(kernel.shape[2]), 2));
}

/**
 * How a picture is doubled: each value repeated as 2 × 2; or mixed, nine to three to three to one, with the neighbours on
 * its side, as bilinear interpolation does.
 */
export type Doubling = "nearest" | "linear";

/**
 * The packed convolution of x [B, I, h, w], doubled, by kernels [O, I, 3, 3]: [B, 4 O, h, w]. Beyond the borders of the
 * doubled picture its outermost values go on: of repeated ones that is the mirrored picture.
 */
export function convolvedDoubled(x: Node, kernel: Node, doubling: Doubling): Node {
  return conv2d(border(x, "replicate", 1), spread(kernel, tapsOfDoubled[doubling], 1));
}

/** Doubles x [B, C, h, w] linearly: [B, C, 2 h, 2 w]. */
export function doubledLinearly(x: Node): Node {
  const [batch, channels, h, w] = x.shape;
  const alone = reshape(x, [batch * channels, 1, h, w]);
  const middle = constant(Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), [1, 1, 3, 3]);
  return unpacked(reshape(convolvedDoubled(alone, middle, "linear"), [batch, 4 * channels, h, w]));
}

/** How many places a kernel reaches to each side of its own. */
function reachOf({ shape: [, , side] }: Node): number {
  return Math.ceil((side - 1) / 4);
}

/**
 * Where the taps of a kernel lie along one axis: for each of the two phases of a result, of each phase of what it reads,
 * and each tap of the kernel there, the share of each tap of the given kernel.
 */
type Taps = readonly (readonly (readonly (readonly number[])[])[])[];

/** Of two phases into two. */
function tapsOfPacked(side: number): Taps {
  const radius = (side - 1) / 2;
  const reach = Math.ceil(radius / 2);
  return [0, 1].map((to) =>
    [0, 1].map((from) =>
      Array.from({ length: 2 * reach + 1 }, (_, place) => {
        const tap = 2 * (place - reach) + from - to + radius;
        return Array.from({ length: side }, (_, i) => +(i === tap));
      })
    )
  );
}

/** Of one phase into two: 2 × 2 results see the same three values of a row. */
const tapsOfDoubled: Readonly<Record<Doubling, Taps>> = {
  nearest: [[[[1, 0, 0], [0, 1, 1], [0, 0, 0]]], [[[0, 0, 0], [1, 1, 0], [0, 0, 1]]]],
  linear: [
    [[[0.75, 0.25, 0], [0.25, 0.75, 0.75], [0, 0, 0.25]]],
    [[[0.25, 0, 0], [0.75, 0.75, 0.25], [0, 0.25, 0.75]]],
  ],
};

/** Kernels [O, I, k, k] as [4 O, phases² I, m, m]. */
function spread(kernel: Node, taps: Taps, phases: number): Node {
  const [outputs, inputs, side] = kernel.shape;
  const reached = taps[0][0].length;
  const rows = taps.flat(2);
  const table = constant(Float32Array.from(rows.flat()), [rows.length, side]);
  /** The last axis becomes the first, of phases and taps. */
  const along = (x: Node) => {
    const { shape } = x;
    const flat = transpose(reshape(x, [shape.slice(0, -1).reduce((a, b) => a * b), side]));
    return reshape(matmul(table, flat), [rows.length, ...shape.slice(0, -1)]);
  };
  const both = along(along(kernel));
  // In two moves, as engines move six axes at most.
  const read = phases * reached;
  const parted = reshape(both, [2, read, 2, read, outputs, inputs]);
  const moved = transpose(parted, [4, 0, 2, 1, 3, 5]);
  const results = reshape(moved, [4 * outputs, phases, reached, phases, reached, inputs]);
  return reshape(
    transpose(results, [0, 5, 1, 3, 2, 4]),
    [4 * outputs, phases ** 2 * inputs, reached, reached],
  );
}

/** A packed picture with so many places more on each side, which mirror its pixels. */
function mirrored(x: Node, places: number): Node {
  const [batch, channels, h, w] = x.shape;
  let sheet = reshape(x, [batch, channels / 4, 2, 2, h, w]);
  for (const axis of [4, 5]) {
    const length = sheet.shape[axis];
    /** The pixels of one line of one phase. */
    const line = (phase: number, at: number) => {
      const starts = sheet.shape.map((_, i) => i === axis ? at : i === axis - 2 ? phase : 0);
      const ends = sheet.shape.map((end, i) => i === axis ? at + 1 : i === axis - 2 ? phase + 1 : end);
      return slice(sheet, starts, ends);
    };
    const lines = (place: (i: number) => readonly [number, number]) =>
      Array.from({ length: places }, (_, i) => concat(place(i).map((at, phase) => line(phase, at)), axis - 2));
    // Before pixel 0 come 1, 2, 3 …: the even phase is one place further in than the odd one.
    const before = lines((i) => [places - i, places - i - 1]);
    const after = lines((i) => [length - 1 - i, length - 2 - i]);
    sheet = concat([...before, sheet, ...after], axis);
  }
  return reshape(sheet, [batch, channels, h + 2 * places, w + 2 * places]);
}
