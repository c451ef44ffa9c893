import assert from "node:assert/strict";
import { constant } from "../../graph/mod.ts";
import { networkGraph, type NetworkOptions } from "../../stages/network_graph.ts";
import { layerNames, networks, parameterShapes } from "../../weights/network.ts";
import { interpret } from "../graph/reference.ts";
import { tiny, tinyParameters } from "../helpers/tiny.ts";

function featuresOf(image: Float32Array, layer: string, options: NetworkOptions) {
  const features = networkGraph(tiny, tinyParameters(), constant(image, [1, 3, 6, 8]), [layer], options);
  return interpret({ outputs: { features: features.get(layer)! } }, {}).features;
}

const spread = (values: Float64Array) => Math.max(...values) - Math.min(...values);

Deno.test("the borders of a flat picture are as flat as its middle unless they are padded with zeros", () => {
  const flat = new Float32Array(3 * 6 * 8).fill(0.7);
  for (const [padding, isFlat] of [["replicate", true], ["reflect", true], ["zero", false]] as const) {
    const { shape, data } = featuresOf(flat, "conv2_1", { pooling: "average", padding });
    const area = shape[2] * shape[3];
    const largest = Math.max(...[0, 1, 2].map((channel) => spread(data.slice(channel * area, (channel + 1) * area))));
    assert.equal(largest < 1e-9, isFlat, `${padding}: features spread over ${largest}`);
  }
});

Deno.test("the kind of pooling changes what lies behind a pool and nothing before it", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.sin(i * i));
  const [mean, maximum] = (["average", "max"] as const).map((pooling) =>
    featuresOf(image, "conv1_1", { pooling, padding: "zero" }).data
  );
  assert.deepEqual(mean, maximum, "conv1_1 lies before any pooling");
  const after = (["average", "max"] as const).map((pooling) =>
    featuresOf(image, "conv2_2", { pooling, padding: "zero" }).data
  );
  assert.notDeepEqual(after[0], after[1]);
});

Deno.test("a head is linear: its values may be negative, those of a ReLU not", () => {
  const image = Float32Array.from({ length: 3 * 6 * 8 }, (_, i) => Math.cos(i));
  const options = { pooling: "average", padding: "zero" } as const;
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
