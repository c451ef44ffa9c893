import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { importWeights } from "../../weights/import.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import "../helpers/cache.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { f32, safetensors } from "../helpers/safetensors.ts";
import { inShared, needingShared } from "../helpers/shared.ts";
import { first, weightsFile } from "../helpers/weights_files.ts";

/** The upper left values of the first and the last kernel of conv1_1, as their libraries print them. */
const printed = {
  // Keras: VGG16().get_weights()[0], blue first.
  "VGG-16 by its authors": [[4.29470569e-01, 5.50379455e-01, 4.80015397e-01], [
    7.57738389e-03,
    3.74943428e-02,
    3.48965675e-02,
  ]],
  // PyTorch: vgg16 and vgg19 of torchvision, red first.
  "VGG-16 of torchvision": [[-0.5537, 0.1755, 0.3130], [0.0322, 0.2506, 0.4603]],
  "VGG-19 of torchvision": [[-5.3474e-02, 1.7015e-02, -4.4885e-02], [-8.1056e-01, 7.9164e-02, 5.2029e-01]],
} as const;

/** Kernels [64, 3, 3, 3] with given corners. */
function kernelsWith(corners: readonly (readonly number[])[], scale = 1): Float32Array {
  const kernels = first.kernel.slice();
  for (const [k, start] of [0, 63 * 27].entries()) {
    corners[k].forEach((value, channel) => kernels[start + 9 * channel] = scale * value);
  }
  return kernels;
}

/** How an import takes kernels that are named as torchvision names them. */
async function taken(kernels: Float32Array, convention?: "caffe" | "matconvnet" | "torchvision") {
  await using folder = await temporaryFolder();
  const arrays = { "features.0.weight": f32([64, 3, 3, 3], kernels), "features.0.bias": f32([64], first.bias) };
  await folder.write("some.safetensors", safetensors(arrays));
  const { input, path } = await importWeights(folder.url("some.safetensors"), { name: "numbers", convention });
  await using file = await openSafetensors(pathToFileURL(path));
  return { input, stored: (await file.tensor("conv1_1.weight")).data };
}

/** Kernels with red and blue changed. */
function changed(kernels: Float32Array): Float32Array {
  return kernels.map((_, i) => kernels[i - i % 27 + 9 * (2 - Math.floor(i % 27 / 9)) + i % 9]);
}

Deno.test("the authors' numbers under torchvision's names are taken as they are, whichever colour comes first", async () => {
  const name = "VGG-16 by its authors";
  const kernels = kernelsWith(printed[name]);
  const blueFirst = await taken(kernels);
  assert.deepEqual(blueFirst.input, {
    convention: "caffe",
    toldBy: "numbers",
    training: { name, convention: "caffe" },
  });
  assert.deepEqual(blueFirst.stored, kernels);
  const redFirst = await taken(changed(kernels));
  assert.deepEqual(redFirst.input, {
    convention: "matconvnet",
    toldBy: "numbers",
    training: { name, convention: "matconvnet" },
  });
  assert.deepEqual(redFirst.stored, kernels);
});

Deno.test("torchvision's numbers are told as such, and divided by its deviation", async () => {
  for (const name of ["VGG-16 of torchvision", "VGG-19 of torchvision"] as const) {
    const { input, stored } = await taken(kernelsWith(printed[name]));
    assert.deepEqual([input.convention, input.toldBy, input.training?.name], ["torchvision", "numbers", name]);
    // The last channel of ours is red, whose deviation is 0.229 of 255 levels.
    assert(Math.abs(stored[18] - printed[name][0][0] / (0.229 * 255)) < 1e-6);
  }
});

Deno.test("numbers count though they are rounded to eight bits", async () => {
  const kernels = kernelsWith(printed["VGG-16 of torchvision"]).map((n) => Math.round(n * 127) / 127);
  assert.equal((await taken(kernels)).input.training?.name, "VGG-16 of torchvision");
});

Deno.test("numbers of no known training are taken by their names, and this is said", async () => {
  for (const kernels of [first.kernel, kernelsWith(printed["VGG-16 by its authors"], 1.2)]) {
    assert.deepEqual((await taken(kernels)).input, {
      convention: "torchvision",
      toldBy: "names",
      training: undefined,
    });
  }
});

Deno.test("a convention that is asked for wins over the numbers", async () => {
  const kernels = kernelsWith(printed["VGG-16 by its authors"]);
  const { input, stored } = await taken(kernels, "torchvision");
  assert.deepEqual([input.convention, input.toldBy, input.training?.convention], ["torchvision", "choice", "caffe"]);
  assert.deepEqual(
    stored,
    (await taken(first.kernel, "torchvision")).stored.map((n, i) => {
      const corner = [0, 63 * 27].findIndex((start) => i >= start && i < start + 27 && (i - start) % 9 === 0);
      if (corner < 0) return n;
      const source = 2 - Math.floor(i % 27 / 9);
      return Math.fround(
        Math.fround(printed["VGG-16 by its authors"][corner][source]) / [58.395, 57.12, 57.375][source],
      );
    }),
  );
});

Deno.test("arrays of no known training in other formats are taken as these have them", async () => {
  for (const [file, convention] of [["flat.h5", "caffe"], ["new.mat", "matconvnet"]] as const) {
    const { input } = await importWeights(weightsFile(file), { name: "numbers" });
    assert.deepEqual([input.convention, input.toldBy], [convention, "names"]);
  }
});

Deno.test(needingShared(
  "weights/vgg19-conv1-3.safetensors",
  "the real numbers of VGG-19 are known, in the order of either file",
  async () => {
    for (const [file, convention] of [["safetensors", "caffe"], ["mat", "matconvnet"]]) {
      const location = pathToFileURL(inShared(`weights/vgg19-conv1-3.${file}`));
      await using original = await openSafetensors(
        pathToFileURL(inShared("weights/vgg19-conv1-3.safetensors")),
      );
      const { input, path } = await importWeights(location, { name: "numbers" });
      assert.deepEqual([input.convention, input.training?.name], [convention, "VGG-19 by its authors"]);
      await using stored = await openSafetensors(pathToFileURL(path));
      const name = "conv1_1.weight";
      assert.deepEqual((await stored.tensor(name)).data, (await original.tensor(name)).data);
    }
  },
));
