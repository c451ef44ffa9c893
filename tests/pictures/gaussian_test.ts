import assert from "node:assert/strict";
import { fromStandard, gaussianOf, toStandard, type Triple } from "../../pictures/gaussian.ts";
import { randomFrom } from "../../base/random.ts";
import { close } from "../graph/check_op.ts";

const triples: readonly Triple[] = [[1, 2, 3], [2, 0, 5], [4, 1, 1], [0, 7, 2], [3, 3, 3]];

Deno.test("gaussianOf() gives the mean, and the factor that numpy.linalg.cholesky gives of numpy.cov", () => {
  const { mean, factor } = gaussianOf(5, (i) => triples[i]);
  close(mean, [2, 2.6, 2.8], 1e-12, "mean");
  close(
    factor,
    [
      1.4142135623730951,
      -1.5556349186104046,
      1.8493242008906934,
      -0.282842712474619,
      -0.930069481149705,
      0.9027573097094918,
    ],
    1e-9,
    "factor",
  );
});

Deno.test("gaussianOf() counts each triple by its weight", () => {
  const doubled = gaussianOf(6, (i) => triples[i % 5]);
  assert.deepEqual(gaussianOf(5, (i) => triples[i], { weightAt: (i) => i === 0 ? 2 : 1 }), doubled);
});

Deno.test("toStandard() and fromStandard() undo each other", () => {
  const gaussian = gaussianOf(5, (i) => triples[i]);
  const random = randomFrom(1);
  const triple: Triple = [random(), random(), random()];
  close(fromStandard(gaussian, toStandard(gaussian, triple)), triple, 1e-9, "there and back");
});

Deno.test("equal triples have no spread", () => {
  const flat = gaussianOf(3, () => [0.1, 0.2, 0.3]);
  close(fromStandard(flat, [5, -5, 5]), [0.1, 0.2, 0.3], 1e-6, "flat");
});
