import assert from "node:assert/strict";
import { onnxEngine } from "../../../engines/onnx/engine.ts";
import { add, constant, gradient, type Graph, input, type Node, type Shape, sizeOf } from "../../../graph/mod.ts";
import type { Guide } from "../../../objective/guides.ts";
import { type Loss, type LossInputs, sumOfSquares } from "../../../objective/losses/loss.ts";
import { losses } from "../../../objective/losses/mod.ts";
import { constantParameters, networkGraph } from "../../../networks/describing.ts";
import { statisticsOf } from "../../../objective/statistics.ts";
import { interpret, type Values } from "../../graph/reference.ts";
import { tiny, tinyImage, tinyParameters } from "../../helpers/tiny.ts";

const batch = 3;
const [height, width] = [4, 5];
const area = height * width;

/** Three pictures or their features, each in another range. */
function pictures(channels: number, speed: number): Float32Array[] {
  return [1, 4, 0.3].map((scale, picture) =>
    Float32Array.from({ length: channels * area }, (_, i) => scale * Math.sin(speed * i * i + i + picture))
  );
}

const joined = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));

/** Everything within `tolerance` of the largest that is wanted, however small that is. */
function near(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string) {
  assert.equal(found.length, wanted.length, what);
  const largest = Math.max(...Array.from(wanted, Math.abs));
  assert.ok(largest > 0, `${what}: nothing but zeros`);
  const apart = Math.max(...Array.from(wanted, (value, i) => Math.abs(found[i] - value))) / largest;
  assert.ok(apart <= tolerance, `${what}: ${apart} > ${tolerance}`);
}

/** The options of a loss, once for each value of each one's list. */
function variantsOf(loss: Loss): Record<string, unknown>[] {
  const variants = Object.entries(loss.options).flatMap(([name, { enum: values = [] }]) =>
    values.map((value) => ({ [name]: value }))
  );
  return variants.length > 0 ? variants : [{}];
}

const guide: Guide = {
  weights: constant(Float32Array.from({ length: area }, (_, i) => (i % 4) / 3), [1, 1, height, width]),
  margin: 0,
  count: 10,
};
const owned = constant(Float32Array.from({ length: area }, (_, i) => i % 3 === 0 ? 0 : 1), [1, 1, height, width]);

const channels = 3;
const contents = pictures(channels, 0.9);
const target = {
  count: area,
  channels,
  sum: Float32Array.of(3, 1, 2),
  outer: Float32Array.of(30, 3, 1, 3, 20, 4, 1, 4, 25),
};

/** What a loss is shown of x: of all pictures, or of one of them alone; of a part of each if `partly`. */
function shown(loss: Loss, x: Node, partly: boolean, alone?: number): LossInputs[keyof LossInputs] {
  if (loss.sort === "style") return { statistics: statisticsOf(x, channels, partly ? guide : undefined), target };
  const part = { owned: partly ? owned : undefined };
  if (loss.sort === "image") {
    const [black, white] = [-0.5, 0.5].map((level) => constant(level, [1, 3, 1, 1]));
    return { image: x, black, white, pixels: area, ...part };
  }
  const data = alone === undefined ? joined(contents) : contents[alone];
  const energies = Float32Array.from(contents, sumOfSquares);
  return {
    features: x,
    target: constant(data, x.shape),
    energy: alone === undefined ? constant(energies, [batch]) : energies[alone],
    ...part,
  };
}

const withGradient = (value: Node, x: Node): Graph => ({ outputs: { value, slope: gradient(value, [x])[0] } });

for (const loss of Object.values(losses)) {
  for (const partly of loss.whole ? [false] : [false, true]) {
    const part = !partly ? "" : loss.sort === "style" ? " where a mask counts" : " where a window owns";
    Deno.test(`${loss.name} of a batch is the mean of what its pictures have alone${part}`, () => {
      const seen = pictures(channels, 0.37);
      for (const options of variantsOf(loss)) {
        const at = (shape: Shape, data: Float32Array, alone?: number) => {
          const x = input("x", shape);
          return interpret(withGradient(loss.build(shown(loss, x, partly, alone), options), x), { x: data });
        };
        const all = at([batch, channels, height, width], joined(seen));
        const each = seen.map((data, i) => at([1, channels, height, width], data, i));
        const what = `${loss.name} ${JSON.stringify(options)}`;
        // Factors are float32, and the mean is part of them.
        near(all.value.data, [meanOf(each.map(({ value }) => value.data[0]))], 1e-6, what);
        near(
          all.slope.data,
          each.flatMap(({ slope }) => [...slope.data].map((g) => g / batch)),
          1e-6,
          `${what}: gradient`,
        );
      }
    });
  }
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value) / numbers.length;
}

Deno.test("statistics of a batch are those of its pictures, one behind the other", () => {
  const seen = pictures(channels, 0.37);
  for (const guiding of [undefined, guide]) {
    const of = (shape: Shape, data: Float32Array): Record<string, Values> => {
      const { sum, outer } = statisticsOf(constant(data, shape), channels, guiding);
      return interpret({ outputs: { sum, outer } }, {});
    };
    const all = of([batch, channels, height, width], joined(seen));
    const each = seen.map((data) => of([1, channels, height, width], data));
    assert.deepEqual([all.sum.shape, all.outer.shape], [[batch, channels, 1], [batch, channels, channels]]);
    assert.deepEqual([...all.sum.data], each.flatMap(({ sum }) => [...sum.data]));
    assert.deepEqual([...all.outer.data], each.flatMap(({ outer }) => [...outer.data]));
  }
});

Deno.test("on onnx-cpu an objective of a batch is the mean of its pictures', seen through a network", async () => {
  const images = [5, 6, 7].map((seed) => tinyImage(width * 2, height * 2, seed).data);
  const graphOf = (size: number): Graph => {
    const image = input("image", [size, 3, height * 2, width * 2]);
    const options = { pooling: "average", rescale: false, padding: "reflect" } as const;
    const features = networkGraph(tiny, constantParameters(tinyParameters()), image, ["conv2_1"], options);
    const statistics = statisticsOf(features.get("conv2_1")!, 12);
    const terms = Object.values(losses).filter(({ sort }) => sort === "style").map((loss) =>
      loss.build({ statistics, target }, { formula: "relative" })
    );
    const graph = withGradient(terms.reduce(add), image);
    assert.deepEqual(graph.outputs.slope.shape, image.shape);
    assert.equal(sizeOf(graph.outputs.value.shape), 1);
    return graph;
  };
  await using engine = onnxEngine();
  await using together = await engine.compile(graphOf(batch));
  await using alone = await engine.compile(graphOf(1));
  const all = await together.run({ image: joined(images) });
  const each = [];
  for (const image of images) each.push(await alone.run({ image }));
  near(all.value, [meanOf(each.map(({ value }) => value[0]))], 1e-5, "value");
  near(all.slope, each.flatMap(({ slope }) => [...slope].map((g) => g / batch)), 1e-4, "gradient");
});
