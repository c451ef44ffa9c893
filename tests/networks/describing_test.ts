import assert from "node:assert/strict";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { add, constant, gradient, type Graph, input, type Node, square, total } from "../../graph/mod.ts";
import {
  constantParameters,
  networkGraph,
  type NetworkOptions,
  type Padding,
  type ParameterSource,
} from "../../networks/describing.ts";
import { layerNames, networks, parameterShapes } from "../../networks/network.ts";
import { close } from "../graph/check_op.ts";
import { interpret } from "../graph/reference.ts";
import { tiny, tinyParameters } from "../helpers/tiny.ts";

const frozen = constantParameters(tinyParameters());

function featuresOf(image: Float32Array, layer: string, options: NetworkOptions) {
  const features = networkGraph(tiny, frozen, constant(image, [1, 3, 6, 8]), [layer], options);
  return interpret({ outputs: { features: features.get(layer)! } }, {}).features;
}

const spread = (values: Float64Array) => Math.max(...values) - Math.min(...values);

Deno.test("the borders of a flat picture are as flat as its middle unless they are padded with zeros", () => {
  const flat = new Float32Array(3 * 6 * 8).fill(0.7);
  for (const [padding, isFlat] of [["replicate", true], ["reflect", true], ["zero", false]] as const) {
    const { shape, data } = featuresOf(flat, "conv2_1", { pooling: "average", rescale: false, padding });
    const area = shape[2] * shape[3];
    const largest = Math.max(...[0, 1, 2].map((channel) => spread(data.slice(channel * area, (channel + 1) * area))));
    assert.equal(largest < 1e-9, isFlat, `${padding}: features spread over ${largest}`);
  }
});

Deno.test("a padding for the first convolution alone is flat where the picture is, and the others see zeros", () => {
  const flat = new Float32Array(3 * 6 * 8).fill(0.7);
  const of = (layer: string, padding: Padding) =>
    featuresOf(flat, layer, { pooling: "average", rescale: false, padding });
  for (const padding of ["replicate", "reflect"] as const) {
    const { shape, data } = of("conv1_1", `${padding}-first`);
    const area = shape[2] * shape[3];
    for (let start = 0; start < data.length; start += area) assert(spread(data.slice(start, start + area)) < 1e-9);
    assert.notDeepEqual(of("conv2_1", `${padding}-first`).data, of("conv2_1", padding).data);
  }
});

Deno.test("a picture that a pooling leaves a single row of is reflected as that row", () => {
  const strip = Float32Array.from({ length: 3 * 2 * 8 }, (_, i) => Math.sin(i * i));
  const [reflected, repeated] = (["reflect", "replicate"] as const).map((padding) => {
    const options = { pooling: "average", rescale: false, padding } as const;
    const features = networkGraph(tiny, frozen, constant(strip, [1, 3, 2, 8]), ["conv2_1"], options);
    return interpret({ outputs: { features: features.get("conv2_1")! } }, {}).features;
  });
  assert.deepEqual(reflected.shape, repeated.shape);
  assert(reflected.data.every(Number.isFinite));
});

Deno.test("the kind of pooling changes what lies behind a pool and nothing before it", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.sin(i * i));
  const [mean, maximum] = (["average", "max"] as const).map((pooling) =>
    featuresOf(image, "conv1_1", { pooling, rescale: false, padding: "zero" }).data
  );
  assert.deepEqual(mean, maximum, "conv1_1 lies before any pooling");
  const after = (["average", "max"] as const).map((pooling) =>
    featuresOf(image, "conv2_2", { pooling, rescale: false, padding: "zero" }).data
  );
  assert.notDeepEqual(after[0], after[1]);
});

Deno.test("l2 pooling is the root of the mean square of a window", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.sin(i * i));
  // The tiny network's first pool lies between conv1_1 and conv2_1, whose bias and kernel are those of a 1×1 picture's.
  const before = featuresOf(image, "conv1_1", { pooling: "l2", rescale: false, padding: "zero" });
  const pooled = networkGraph(
    { ...tiny, layers: [{ type: "pool", name: "pool1" }, { type: "conv", name: "conv1_1", channels: 4 }] },
    constantParameters(
      new Map([
        ["conv1_1.weight", {
          shape: [4, 4, 3, 3],
          data: Float32Array.from({ length: 144 }, (_, i) => i % 45 === 4 ? 1 : 0),
        }],
        ["conv1_1.bias", { shape: [4], data: new Float32Array(4) }],
      ]),
    ),
    constant(Float32Array.from(before.data), [1, 4, 6, 8]),
    ["conv1_1"],
    { pooling: "l2", rescale: false, padding: "zero" },
  ).get("conv1_1")!;
  const found = interpret({ outputs: { pooled } }, {}).pooled;
  assert.deepEqual(found.shape, [1, 4, 3, 4]);
  const wanted = Array.from(found.data, (_, i) => {
    const [channel, y, x] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
    const window = [0, 1, 8, 9].map((offset) => before.data[48 * channel + 16 * y + 2 * x + offset]);
    return Math.sqrt(window.reduce((sum, value) => sum + value * value, 0) / 4);
  });
  close(found.data, wanted, 1e-3, "windows");
});

Deno.test("rescaled pooling is as large as maximum pooling is about", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.sin(i * i));
  for (const [pooling, scale] of [["average", 2], ["l2", 1.56], ["max", 1]] as const) {
    const [plain, rescaled] = [false, true].map((rescale) => {
      const network = { ...tiny, layers: tiny.layers.slice(0, 3).map((layer) => ({ ...layer, head: undefined })) };
      const parameters = new Map(tinyParameters());
      // Without a bias the layer behind the pool is as large as the pool makes it.
      parameters.set("conv2_1.bias", { shape: [6], data: new Float32Array(6) });
      const options = { pooling, rescale, padding: "zero" } as const;
      const features = networkGraph(
        network,
        constantParameters(parameters),
        constant(image, [1, 3, 6, 8]),
        ["conv2_1"],
        options,
      );
      return interpret({ outputs: { features: features.get("conv2_1")! } }, {}).features.data;
    });
    assert.ok(plain.some((value) => value > 0));
    close(rescaled, plain.map((value) => scale * value), 1e-6, pooling);
  }
});

Deno.test("l2 pooling has a finite gradient where every feature is 0", () => {
  const image = input("image", [1, 3, 6, 8]);
  const parameters = new Map(
    [...tinyParameters()].map(([name, { shape, data }]) =>
      [name, { shape, data: name === "conv1_1.bias" ? data.map(() => -100) : data }] as const
    ),
  );
  const options = { pooling: "l2", rescale: false, padding: "zero" } as const;
  const features = networkGraph(tiny, constantParameters(parameters), image, ["conv2_2"], options).get("conv2_2")!;
  const [slope] = gradient(total(features), [image]);
  const found = interpret({ outputs: { slope } }, { image: new Float32Array(3 * 6 * 8) });
  assert.ok(found.slope.data.every(Number.isFinite));
});

Deno.test("a head is linear: its values may be negative, those of a ReLU not", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.cos(i));
  const options = { pooling: "average", rescale: false, padding: "zero" } as const;
  const headed = featuresOf(image, "conv2_1", options);
  assert.deepEqual(headed.shape, [1, 3, 3, 4]);
  assert.ok(headed.data.some((value) => value < 0));
  assert.ok(featuresOf(image, "conv2_2", options).data.every((value) => value >= 0));
});

Deno.test("the architectures have the layers and as many parameters as the paper's configurations D and E", () => {
  // Simonyan and Zisserman 2015, table 1; counted by hand: 9 · Σ in · out + Σ out over the convolutions.
  const count = (name: string) =>
    [...parameterShapes(networks[name]).values()].reduce((sum, shape) => sum + shape.reduce((n, m) => n * m), 0);
  assert.equal(layerNames(networks.vgg16).length, 13);
  assert.equal(layerNames(networks.vgg19).length, 16);
  assert.equal(count("vgg16"), 14_714_688);
  assert.equal(count("vgg19"), 20_024_384);
});

const everyLayer = ["conv1_1", "conv2_1", "conv2_2"];

/** A source of inputs, and the inputs by their names. */
function inputs(): { readonly parameter: ParameterSource; readonly asked: Map<string, Node> } {
  const asked = new Map<string, Node>();
  return {
    asked,
    parameter(name, shape) {
      const node = asked.get(name) ?? input(name, shape);
      asked.set(name, node);
      return node;
    },
  };
}

const feedsOf = (image: Float32Array) => ({
  image,
  ...Object.fromEntries([...tinyParameters()].map(([name, { data }]) => [name, data])),
});

Deno.test("a network whose parameters are inputs has the features of one whose parameters are constants", async () => {
  const image = input("image", [2, 3, 6, 8]);
  const feeds = feedsOf(Float32Array.from({ length: 2 * 3 * 6 * 8 }, (_, i) => Math.sin(i * i)));
  await using engine = onnxEngine();
  for (const padding of ["zero", "reflect"] as const) {
    const options = { pooling: "average", rescale: false, padding } as const;
    const [trained, constants] = [inputs().parameter, frozen].map((parameter): Graph => ({
      outputs: Object.fromEntries(networkGraph(tiny, parameter, image, everyLayer, options)),
    }));
    const wanted = interpret(constants, feeds);
    assert.deepEqual(interpret(trained, feeds), wanted);
    await using program = await engine.compile(trained);
    const found = await program.run(feeds);
    for (const [layer, { data }] of Object.entries(wanted)) close(found[layer], data, 2e-6, layer);
  }
});

Deno.test("the gradient with respect to a network's parameters is that of central differences", () => {
  const image = input("image", [2, 3, 4, 5]);
  const { parameter, asked } = inputs();
  const options = { pooling: "average", rescale: false, padding: "reflect" } as const;
  const features = networkGraph(tiny, parameter, image, everyLayer, options);
  const loss = [...features.values()].map((node) => total(square(node))).reduce(add);
  const slopes = gradient(loss, [...asked.values()]);
  const feeds: Record<string, ArrayLike<number>> = feedsOf(
    Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => Math.sin(i * i)),
  );
  assert.deepEqual([...asked.keys()].sort(), [...tinyParameters().keys()].sort());
  const names = [...asked.keys()];
  const found = interpret({ outputs: Object.fromEntries(slopes.map((slope, i) => [names[i], slope])) }, feeds);
  for (const name of names) {
    const at = Float64Array.from(feeds[name]);
    // Every one would take long: a prime number of steps meets all taps and channels in turn.
    for (let i = 0; i < at.length; i += 23) {
      const lossAt = (x: number) => interpret({ outputs: { loss } }, { ...feeds, [name]: at.with(i, x) }).loss.data[0];
      const difference = (lossAt(at[i] + 1e-5) - lossAt(at[i] - 1e-5)) / 2e-5;
      close([found[name].data[i]], [difference], 1e-7, `${name}: element ${i}`);
    }
  }
});

Deno.test("parameters that are missing or of another size are named", () => {
  const parameters = new Map(tinyParameters());
  const build = () =>
    networkGraph(tiny, constantParameters(parameters), input("image", [1, 3, 4, 4]), everyLayer, {
      pooling: "average",
      rescale: false,
      padding: "zero",
    });
  parameters.set("conv2_2.bias", { shape: [4], data: new Float32Array(4) });
  assert.throws(build, { name: "RangeError", message: /must fill \[1,5,1,1\]: current length is 4/ });
  parameters.delete("conv2_2.bias");
  assert.throws(build, /lacks conv2_2\.bias/);
});
