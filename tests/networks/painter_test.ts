import assert from "node:assert/strict";
import { constant, gradient, input, multiply, type Node, type Shape, sizeOf, total } from "../../graph/mod.ts";
import {
  byItself,
  kernelShapes,
  type PainterArchitecture,
  painterArchitectures,
  painterGraph,
  reachOf,
  rowLength,
  strideOf,
  styleOfPlaces,
  styleOfRow,
  together,
} from "../../networks/painter.ts";
import { interpret } from "../graph/reference.ts";
import { small as packable } from "../painters/small_painter.ts";

/** Every kind of step in small; the last one, at the picture's size, cannot be packed. */
const plain: PainterArchitecture = {
  name: "plain",
  description: "for tests",
  range: 128,
  epsilon: 1e-3,
  steps: [
    { name: "full", kernel: 5, channels: 4 },
    { name: "half", kernel: 3, channels: 6, first: "halve" },
    { name: "deep", kernel: 3, channels: 6, plus: "half", linear: true },
    { name: "back", kernel: 3, channels: 4, first: "double", plus: "full" },
    { name: "late", kernel: 3, channels: 4, first: "halve", then: "double", plus: "back", linear: true },
  ],
  last: { name: "colours", kernel: 5 },
};

/** sin(1.7 i + 0.3) · 0.4 for i from a place on: Python computes the same. */
function wave(from: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 0.4 * Math.sin(1.7 * (from + i) + 0.3));
}

/** Kernels, then for each step its scales about 1 and its shifts, then the colour, as one wave. */
function parts(small: PainterArchitecture) {
  let place = 0;
  const kernels = new Map<string, Float32Array>();
  for (const [name, shape] of kernelShapes(small)) {
    kernels.set(name, wave(place, sizeOf(shape))), place += sizeOf(shape);
  }
  const row = wave(place, rowLength(small));
  let at = 0;
  for (const { channels } of small.steps) {
    for (let i = 0; i < channels; i++) row[at + i] += 1;
    at += 2 * channels;
  }
  return { kernels, row };
}

const photographs = Float32Array.from({ length: 2 * 3 * 8 * 12 }, (_, i) => 128 + 100 * Math.sin(0.37 * i));

function pictureOf(
  small: PainterArchitecture,
  kernels: Map<string, Float32Array>,
  style: Parameters<typeof painterGraph>[2],
): Node {
  const parameter = (name: string, shape: Shape) => constant(kernels.get(name)!, shape);
  return painterGraph(small, parameter, style, constant(photographs, [2, 3, 8, 12]));
}

/** By torch 2.13 in float64, of float32 numbers: conv2d, instance_norm, avg_pool2d, interpolate on reflected borders. */
const byTorch = [
  {
    way: "plain",
    small: plain,
    sum: 44021.71957,
    levels: [
      ...[-270.305217, -135.209428, 418.984002, 202.178067, -150.161261, 12.33453, 435.99444, 262.314871],
      ...[34.561485, 368.836597, 437.680222, 861.942213, -392.935839, -273.081568, 299.582573, 191.987517],
    ],
  },
  {
    way: "packed",
    small: { ...packable, doubling: "nearest" },
    sum: 81243.795771,
    levels: [
      ...[-74.148737, 212.994504, 328.76057, 68.421324, 43.50954, 102.071488, 229.934635, -49.989204],
      ...[350.905707, 339.69273, 169.847626, 196.566023, 260.32967, 68.12086, 517.217236, 156.176043],
    ],
  },
  {
    way: "packed, doubled linearly",
    small: packable,
    sum: 82756.437083,
    levels: [
      ...[-172.395439, 102.917694, 506.161455, 44.058554, -182.761112, 91.005436, 229.325249, 96.441784],
      ...[201.268879, 390.069981, 257.759903, 113.009944, 317.493918, 129.395209, 476.44098, 189.340655],
    ],
  },
] as const;

for (const { way, small, sum, levels } of byTorch) {
  Deno.test(`a painter paints as PyTorch does with the same numbers, ${way}`, () => {
    const { kernels, row } = parts(small);
    const picture = pictureOf(small, kernels, styleOfRow(small, constant(row, [row.length])));
    const { data } = interpret({ outputs: { picture } }, {}).picture;
    levels.forEach((level, i) => assert(Math.abs(data[37 * i] - level) < 1e-3, `${data[37 * i]} for ${level}`));
    assert(Math.abs(data.reduce((all, level) => all + level, 0) - sum) < 0.01);
  });

  Deno.test(`the gradient over a painter's kernels and row is that of finite differences, ${way}`, () => {
    const { kernels, row } = parts(small);
    const inputs = new Map<string, Node>([...kernelShapes(small)].map(([name, shape]) => [name, input(name, shape)]));
    inputs.set("row", input("row", [row.length]));
    const style = styleOfRow(small, inputs.get("row")!);
    const picture = painterGraph(
      small,
      (name) => inputs.get(name)!,
      style,
      constant(photographs, [2, 3, 8, 12]),
      together,
    );
    const loss = total(multiply(picture, constant(wave(5, photographs.length), picture.shape)));
    const slopes = gradient(loss, [...inputs.values()]);
    const graph = { outputs: { loss, ...Object.fromEntries([...inputs.keys()].map((name, i) => [name, slopes[i]])) } };
    const feeds: Record<string, Float32Array> = { ...Object.fromEntries(kernels), row };
    const found = interpret(graph, feeds);
    const h = 2 ** -20;
    for (const name of inputs.keys()) {
      const at = Math.floor(feeds[name].length / 3);
      const moved = (step: number) => feeds[name].with(at, feeds[name][at] + step);
      const valueAt = (values: Float32Array) =>
        interpret({ outputs: { loss } }, { ...feeds, [name]: values }).loss.data[0];
      const [down, up] = [moved(-h), moved(h)];
      const wanted = (valueAt(up) - valueAt(down)) / (up[at] - down[at]);
      const slope = found[name].data[at];
      assert(Math.abs(slope - wanted) < 1e-3 * Math.max(1, Math.abs(wanted)), `${name}: ${slope} for ${wanted}`);
    }
  });

  Deno.test(`rows apply where their places say so, and equal rows everywhere are one row, ${way}`, () => {
    const { kernels, row } = parts(small);
    const single = interpret({
      outputs: { y: pictureOf(small, kernels, styleOfRow(small, constant(row, [row.length]))) },
    }, {});
    const share = (of: (x: number) => number) =>
      constant(Float32Array.from({ length: 2 * 8 * 12 }, (_, i) => of(i % 12)), [2, 1, 8, 12]);
    const twice = styleOfPlaces(small, [
      { row: constant(row, [row.length]), where: share((x) => x / 12) },
      { row: constant(row, [row.length]), where: share((x) => 1 - x / 12) },
    ]);
    const same = interpret({ outputs: { y: pictureOf(small, kernels, twice) } }, {});
    same.y.data.forEach((level, i) => assert(Math.abs(level - single.y.data[i]) < 1e-3));

    const other = row.map((value) => value + 0.5);
    const halves = styleOfPlaces(small, [
      { row: constant(row, [row.length]), where: share((x) => x < 6 ? 1 : 0) },
      { row: constant(other, [row.length]), where: share((x) => x < 6 ? 0 : 1) },
    ]);
    const mixed = interpret({ outputs: { y: pictureOf(small, kernels, halves) } }, {}).y.data;
    assert(mixed.some((level, i) => Math.abs(level - single.y.data[i]) > 1));
  });
}

Deno.test("architectures have the names by which files know them; those of before repeat what they double", () => {
  for (const [name, architecture] of Object.entries(painterArchitectures)) assert.equal(architecture.name, name);
  const { p16, p16l } = painterArchitectures;
  assert.deepEqual([p16.doubling, p16l.doubling], ["nearest", "linear"]);
  assert.deepEqual([...kernelShapes(p16)], [...kernelShapes(p16l)]);
});

Deno.test("the shipped architecture has kernels, rows and a stride that fit each other", () => {
  const { p16l } = painterArchitectures;
  const size = strideOf(p16l);
  const parameter = (name: string, shape: Shape) => input(name, shape);
  const style = styleOfRow(p16l, input("row", [rowLength(p16l)]));
  const seen: string[] = [];
  const picture = painterGraph(
    p16l,
    parameter,
    style,
    input("x", [1, 3, 4 * size, 5 * size]),
    (step, values, epsilon) => {
      seen.push(step);
      return byItself(step, values, epsilon);
    },
  );
  assert.deepEqual(picture.shape, [1, 3, 4 * size, 5 * size]);
  assert.deepEqual(seen, p16l.steps.map(({ name }) => name));
});

/** One number for all channels and places. */
const number = (value: number) => constant(Float32Array.of(value), [1, 1, 1, 1]);

Deno.test("a painter looks as far as its reach says, and no farther", () => {
  for (const small of [packable, { ...packable, doubling: "nearest" as const }, plain]) {
    const { kernels, row } = parts(small);
    const [stride, reach] = [strideOf(small), reachOf(small)];
    const width = 2 * reach + 5 * stride;
    const levels = Float32Array.from({ length: 3 * 8 * width }, (_, i) => 128 + 100 * Math.sin(0.37 * i));
    const picture = (levels: Float32Array) => {
      const parameter = (name: string, shape: Shape) => constant(kernels.get(name)!, shape);
      const photographs = constant(levels, [1, 3, 8, width]);
      const fixed = () => ({ mean: number(0.1), inverse: number(1.2) });
      const y = painterGraph(small, parameter, styleOfRow(small, constant(row, [row.length])), photographs, fixed);
      return interpret({ outputs: { y } }, {}).y.data;
    };
    const before = picture(levels);
    /** Whether a change of all columns to the left of one shows anywhere from another on. */
    const shows = (left: number, from: number) => {
      const after = picture(levels.map((level, i) => i % width < left ? 255 - level : level));
      return after.some((level, i) => i % width >= from && level !== before[i]);
    };
    const block = reach + 2 * stride;
    assert(!shows(block - reach, block), small.name);
    assert(shows(block - reach + stride, block), small.name);
  }
});
