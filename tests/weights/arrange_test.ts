import assert from "node:assert/strict";
import { networks, parameterShapes } from "../../networks/network.ts";
import { arrange } from "../../weights/arrange.ts";

const { vgg19, vgg16 } = networks;

/** The shapes of a network's arrays as a file would name and store them, in the alphabet's order as HDF5 has them. */
function shapesOf(network: typeof vgg19, nameOf: (index: number, isKernel: boolean) => string, turned: boolean) {
  const shapes = [...parameterShapes(network).values()].map((shape, i) => {
    const [outputs, inputs, height, width] = shape;
    const stored = turned && shape.length === 4 ? [height, width, inputs, outputs] : shape;
    return [nameOf(Math.floor(i / 2), i % 2 === 0), stored] as const;
  });
  return new Map(shapes.sort(([a], [b]) => a < b ? -1 : 1));
}

const keras3 = (prefix: string) => (index: number, isKernel: boolean) =>
  `${prefix}layers/conv2d${index > 0 ? `_${index}` : ""}/vars/${isKernel ? 0 : 1}`;

Deno.test("Keras 3 counts its convolutions: the tenth comes after the ninth, wherever the model lies", () => {
  for (const network of [vgg19, vgg16]) {
    for (const prefix of ["", "layers/functional/", "_layer_checkpoint_dependencies/"]) {
      const arrangement = arrange(network, shapesOf(network, keras3(prefix), true));
      assert(typeof arrangement !== "string", String(arrangement));
      assert.deepEqual([...arrangement.arrays.keys()], [...parameterShapes(network).keys()]);
      assert.equal(arrangement.arrays.get("conv4_3.weight"), keras3(prefix)(network === vgg19 ? 10 : 9, true));
    }
  }
});

Deno.test("a network with more convolutions of Keras 3 than a VGG has is none", () => {
  const shapes = new Map([...shapesOf(vgg19, keras3(""), true), ["layers/conv2d_16/vars/0", [1, 1, 512, 2]]]);
  assert.match(String(arrange(vgg19, shapes)), /^it holds layers\/conv2d_16\/vars\/0, which vgg19 has not$/);
});

/** The places of the first two convolutions in a list, with biases. */
const pair = (prefix: string, [first, second]: readonly number[]) =>
  [
    [`${prefix}${first}.weight`, [64, 3, 3, 3]],
    [`${prefix}${first}.bias`, [64]],
    [`${prefix}${second}.weight`, [64, 64, 3, 3]],
    [`${prefix}${second}.bias`, [64]],
  ] as const;

/** The names of the arrays that are taken for the first two convolutions. */
function takenFrom(...arrays: readonly (readonly [string, readonly number[]])[]): string[] | string {
  const arrangement = arrange(vgg19, new Map(arrays));
  return typeof arrangement === "string" ? arrangement : [...arrangement.arrays.values()];
}

Deno.test("of several networks in a file that one is taken which is a VGG", () => {
  const others = [["generator.0.weight", [64, 3, 9, 9]], ["generator.0.bias", [64]]] as const;
  const names = pair("vgg.", [0, 2]).map(([name]) => name);
  assert.deepEqual(takenFrom(...others, ...pair("vgg.", [0, 2])), names);
  assert.deepEqual(takenFrom(...pair("vgg.", [0, 2]), ...others), names);
});

Deno.test("of two copies the first is taken whole, and features before all", () => {
  const names = (prefix: string) => pair(prefix, [0, 2]).map(([name]) => name);
  assert.deepEqual(takenFrom(...pair("model.", [0, 2]), ...pair("ema.", [0, 2])), names("model."));
  assert.deepEqual(takenFrom(...pair("other.", [0, 2]), ...pair("features.", [0, 2])), names("features."));
});

Deno.test("a classifier's layers stand in no convolution's way", () => {
  const classifier = [["classifier.0.weight", [4096, 25088]], ["classifier.0.bias", [4096]]] as const;
  assert.deepEqual(takenFrom(...classifier, ...pair("features.", [0, 2])), pair("features.", [0, 2]).map(([n]) => n));
});

Deno.test("batch normalisation is called so", () => {
  const mean = ["features.1.running_mean", [64]] as const;
  assert.equal(takenFrom(...pair("features.", [0, 3]), mean), "it has batch normalisation, which vgg19 has not");
});
