import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { chooseRows } from "../../painters/choose_rows.ts";
import type { PainterRow } from "../../networks/painter.ts";

const row = (name: string, paintings: Record<string, number>, styleScale: number, value: number): PainterRow => ({
  name,
  learnt: Object.entries(paintings).map(([painting, weight]) => ({ painting, weight })),
  styleScale,
  values: Float32Array.of(value),
});

const painter = {
  rows: [
    row("small", { a: 1 }, 0.5, 1),
    row("large", { a: 1 }, 2, 2),
    row("other", { b: 1 }, 1, 10),
    row("both", { a: 0.5, b: 0.5 }, 1, 100),
  ],
};

const valuesOf = (...given: Parameters<typeof chooseRows>) => chooseRows(...given).map(({ row }) => row[0]);

Deno.test("the row that has learnt a painting is found by its digest, at the nearest scale", () => {
  assert.deepEqual(valuesOf(painter, [{ painting: "a", weight: 1, scale: 0.6 }], {}), [1]);
  assert.deepEqual(valuesOf(painter, [{ painting: "a", weight: 1, scale: 1.5 }], {}), [2]);
});

Deno.test("a mixture that was learnt comes before a mixture of rows", () => {
  const wanted = (a: number, b: number) => [
    { painting: "b", weight: b, scale: 1 },
    { painting: "a", weight: a, scale: 2 },
  ];
  assert.deepEqual(valuesOf(painter, wanted(3, 3), {}), [100]);
  assert.deepEqual(valuesOf(painter, wanted(3, 1), {}), [0.75 * 2 + 0.25 * 10]);
});

Deno.test("each place has a row of its own", () => {
  const where = { width: 1, height: 1, data: Float32Array.of(1) };
  const places = chooseRows(painter, [
    { painting: "b", weight: 1, scale: 1, where },
    { painting: "a", weight: 1, scale: 2 },
  ], {});
  assert.deepEqual(places.map(({ where, row }) => [where, row[0]]), [[where, 10], [undefined, 2]]);
});

Deno.test("named rows take the place of the paintings', in their shares", () => {
  assert.deepEqual(valuesOf(painter, [{ painting: "a", weight: 1, scale: 1 }], { small: 1, other: 3 }), [7.75]);
  assert.deepEqual(valuesOf({ rows: [painter.rows[2]] }, [], {}), [10]);
});

Deno.test("what a painter has not learnt is one clear line", () => {
  const fails = (message: RegExp, ...given: Parameters<typeof chooseRows>) =>
    assert.throws(() => chooseRows(...given), (error) => error instanceof UserError && message.test(error.message));
  fails(/not learnt/, painter, [{ painting: "c", weight: 1, scale: 1 }], {});
  const three = ["a", "c", "b"].map((painting) => ({ painting, weight: 1, scale: 1 }));
  fails(/not learnt painting 2 of 3/, painter, three, {});
  fails(/paintings as they are/, painter, [{ weight: 1, scale: 1 }], {});
  fails(/no style huge/, painter, [], { huge: 1 });
  fails(/none is named/, painter, [], {});
});
