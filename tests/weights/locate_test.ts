import "../helpers/cache.ts";
import assert from "node:assert/strict";
import { locateNetwork } from "../../weights/locate.ts";
import { networks, parameterShapes } from "../../networks/network.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { filled, safetensors } from "../helpers/safetensors.ts";
import { serve } from "../helpers/server.ts";
import { weightsFile } from "../helpers/weights_files.ts";
import { inRoot, inShared, needingShared } from "../helpers/shared.ts";
import { pathToFileURL } from "node:url";

/** A file with the arrays of a network's first layers, all zero. */
function firstLayers(name: string, layers: readonly string[]): Uint8Array {
  const shapes = [...parameterShapes(networks[name], layers)];
  return safetensors(Object.fromEntries(shapes.map(([array, shape]) => [array, filled(shape, 0)])));
}

Deno.test("the network that ships needs no file of the user's", async () => {
  const { network, weights } = await locateNetwork("vgg19-mini", "");
  assert.equal(network.name, "vgg19-mini");
  assert.equal(weights.href, pathToFileURL(inRoot("weights/vgg19-mini.safetensors")).href);
});

Deno.test("the weights that ship hold exactly what their architecture needs", async () => {
  const { network, weights } = await locateNetwork("vgg19-mini", "");
  await using file = await openSafetensors(weights);
  const sorted = (shapes: ReadonlyMap<string, readonly number[]>) =>
    [...shapes].map(([name, shape]) => `${name} ${shape}`).sort();
  assert.deepEqual(sorted(file.shapes), sorted(parameterShapes(network)));
  for (const name of file.shapes.keys()) {
    const { data } = await file.tensor(name);
    assert(data.every(Number.isFinite) && data.some((value) => value !== 0), name);
  }
});

Deno.test("a network whose weights are not here says how to get them, and what ships", async () => {
  const error = await clearError(() => locateNetwork("vgg19", ""));
  assert.equal(error.message, "The weights vgg19 are not here");
  assert.match(error.hint!, /weights fetch vgg19; to go on now: `network` vgg19-mini/);
});

Deno.test("a file with the first layers of a network serves", async () => {
  await using folder = await temporaryFolder();
  await folder.write("first.safetensors", firstLayers("vgg19", ["conv2_1"]));
  const location = folder.url("first.safetensors");
  const { network, weights } = await locateNetwork("vgg19", location.href);
  assert.equal(network.name, "vgg19");
  assert.equal(weights.href, location.href);
});

Deno.test("a file of another network than the named one brings its own", async () => {
  await using folder = await temporaryFolder();
  await folder.write("first.safetensors", firstLayers("vgg19", ["conv1_2"]));
  const { network } = await locateNetwork("vgg19-mini", folder.url("first.safetensors").href);
  assert.equal(network.name, "vgg19");
  const mini = pathToFileURL(inRoot("weights/vgg19-mini.safetensors")).href;
  assert.equal((await locateNetwork("vgg16", mini)).network.name, "vgg19-mini");
});

Deno.test("a file that fits two networks is that of the named one", async () => {
  await using folder = await temporaryFolder();
  await folder.write("first.safetensors", firstLayers("vgg16", ["conv1_2"]));
  const location = folder.url("first.safetensors").href;
  assert.equal((await locateNetwork("vgg16", location)).network.name, "vgg16");
  assert.equal((await locateNetwork("vgg19", location)).network.name, "vgg19");
});

Deno.test("weights are found on a web server", async () => {
  await using server = serve({ "/first.safetensors": new Uint8Array(firstLayers("vgg19", ["conv1_1"])) });
  const location = server.url("/first.safetensors").href;
  const { network, weights } = await locateNetwork("vgg19", location);
  assert.deepEqual([network.name, weights.href], ["vgg19", location]);
});

Deno.test("arrays of other names or shapes fit no network, which is one clear error", async () => {
  await using folder = await temporaryFolder();
  const files = {
    "other names": { "features.0.weight": filled([64, 3, 3, 3], 0) },
    "other shapes": { "conv1_1.weight": filled([3, 3, 3, 64], 0), "conv1_1.bias": filled([64], 0) },
    "nothing": {},
  };
  for (const [name, arrays] of Object.entries(files)) {
    await folder.write(name, safetensors(arrays));
    const error = await clearError(() => locateNetwork("vgg19", folder.url(name).href));
    assert.equal(error.message, `Cannot use ${folder.at(name)} as weights: its arrays fit no network`);
    assert.match(error.hint!, /^for vgg19, .*conv1_1\.weight (should be )?\[64,3,3,3\]/);
  }
});

Deno.test(needingShared(
  "weights/vgg19-conv1-3.safetensors",
  "the first layers of the real VGG-19 are known for what they are",
  async () => {
    const location = pathToFileURL(inShared("weights/vgg19-conv1-3.safetensors")).href;
    for (const name of ["vgg19", "vgg19-mini", "vgg16"]) {
      assert.equal((await locateNetwork(name, location)).network.name, "vgg19");
    }
  },
));

Deno.test("what is no weights file is called what it is; weights of another format are to be imported", async () => {
  await using folder = await temporaryFolder();
  await folder.write("net.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:dcbb\nsize 9\n");
  const pointer = await clearError(() => locateNetwork("vgg19", folder.url("net.safetensors").href));
  assert.match(pointer.message, /^Cannot use .*net\.safetensors as weights: it is a Git LFS pointer/);
  assert.match(pointer.hint!, /git lfs pull/);
  for (const [name, description] of [["model.keras", ".keras"], ["plain.npz", ".npz"], ["bare.pth", "PyTorch"]]) {
    const { hint } = await clearError(() => locateNetwork("vgg19", weightsFile(name).href));
    assert(hint!.startsWith("import it (") && hint!.includes(description), hint);
  }
});
