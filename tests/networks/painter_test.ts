import assert from "node:assert/strict";
import { constant, gradient, input, multiply, type Node, type Shape, sizeOf, total } from "../../graph/mod.ts";
import {
  byItself,
  kernelShapes,
  type PainterArchitecture,
  painterArchitectures,
  painterGraph,
  rowLength,
  strideOf,
  styleOfPlaces,
  styleOfRow,
  together,
} from "../../networks/painter.ts";
import { interpret } from "../graph/reference.ts";

/** Every kind of step in small. */
const small: PainterArchitecture = {
  name: "small",
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
function parts() {
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

function pictureOf(kernels: Map<string, Float32Array>, style: Parameters<typeof painterGraph>[2]): Node {
  const parameter = (name: string, shape: Shape) => constant(kernels.get(name)!, shape);
  return painterGraph(small, parameter, style, constant(photographs, [2, 3, 8, 12]));
}

Deno.test("a painter paints as PyTorch does with the same numbers", () => {
  const { kernels, row } = parts();
  const picture = pictureOf(kernels, styleOfRow(small, constant(row, [row.length])));
  const { data } = interpret({ outputs: { picture } }, {}).picture;
  // torch 2.13 in float64: conv2d, instance_norm, avg_pool2d and interpolate on reflected borders.
  const wanted = [
    ...[-270.305304, -135.209501, 418.98401, 202.177903, -150.161503, 12.334391, 435.994209, 262.315243],
    ...[34.561449, 368.836934, 437.680446, 861.94268, -392.935516, -273.081581, 299.582433, 191.987589],
  ];
  const seen = wanted.map((_, i) => data[37 * i]);
  seen.forEach((level, i) => assert(Math.abs(level - wanted[i]) < 1e-3, `${level} for ${wanted[i]}`));
  assert(Math.abs(data.reduce((sum, level) => sum + level, 0) - 44021.725555) < 0.01);
});

Deno.test("the gradient over a painter's kernels and row is that of finite differences", () => {
  const { kernels, row } = parts();
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
  const h = 2 ** -12;
  for (const name of inputs.keys()) {
    const at = Math.floor(feeds[name].length / 3);
    const valueAt = (step: number) => {
      const moved = feeds[name].slice();
      moved[at] += step;
      return interpret({ outputs: { loss } }, { ...feeds, [name]: moved }).loss.data[0];
    };
    const wanted = (valueAt(h) - valueAt(-h)) / (2 * h);
    const slope = found[name].data[at];
    assert(Math.abs(slope - wanted) < 1e-3 * Math.max(1, Math.abs(wanted)), `${name}: ${slope} for ${wanted}`);
  }
});

Deno.test("rows apply where their places say so, and equal rows everywhere are one row", () => {
  const { kernels, row } = parts();
  const single = interpret({ outputs: { y: pictureOf(kernels, styleOfRow(small, constant(row, [row.length]))) } }, {});
  const share = (of: (x: number) => number) =>
    constant(Float32Array.from({ length: 2 * 8 * 12 }, (_, i) => of(i % 12)), [2, 1, 8, 12]);
  const twice = styleOfPlaces(small, [
    { row: constant(row, [row.length]), where: share((x) => x / 12) },
    { row: constant(row, [row.length]), where: share((x) => 1 - x / 12) },
  ]);
  const same = interpret({ outputs: { y: pictureOf(kernels, twice) } }, {});
  same.y.data.forEach((level, i) => assert(Math.abs(level - single.y.data[i]) < 1e-3));

  const other = row.map((value) => value + 0.5);
  const halves = styleOfPlaces(small, [
    { row: constant(row, [row.length]), where: share((x) => x < 6 ? 1 : 0) },
    { row: constant(other, [row.length]), where: share((x) => x < 6 ? 0 : 1) },
  ]);
  const mixed = interpret({ outputs: { y: pictureOf(kernels, halves) } }, {}).y.data;
  assert(mixed.some((level, i) => Math.abs(level - single.y.data[i]) > 1));
});

Deno.test("the shipped architecture has kernels, rows and a stride that fit each other", () => {
  const { p16 } = painterArchitectures;
  const size = strideOf(p16);
  const parameter = (name: string, shape: Shape) => input(name, shape);
  const style = styleOfRow(p16, input("row", [rowLength(p16)]));
  const seen: string[] = [];
  const picture = painterGraph(
    p16,
    parameter,
    style,
    input("x", [1, 3, 4 * size, 5 * size]),
    (step, values, epsilon) => {
      seen.push(step);
      return byItself(step, values, epsilon);
    },
  );
  assert.deepEqual(picture.shape, [1, 3, 4 * size, 5 * size]);
  assert.deepEqual(seen, p16.steps.map(({ name }) => name));
});
