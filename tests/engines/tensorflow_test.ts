import assert from "node:assert/strict";
import { tensorflowKind } from "../../engines/tensorflow/engine.ts";
import { loadTensorFlow } from "../../engines/tensorflow/module.ts";
import { tensorflowProgram } from "../../engines/tensorflow/program.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { engineSuite } from "./engine_suite.ts";
import { objective, size } from "./ten_steps.ts";

engineSuite({ name: "tensorflow", open: () => tensorflowKind.open({}), tolerance: 2e-6 });

Deno.test("tensorflow's tensors are as many and as large after 50 steps as after one", async () => {
  const { tf } = await loadTensorFlow();
  const before = tf.memory();
  const program = tensorflowProgram(tf, objective());
  const step = async () => {
    await program.run({ image: new Float32Array(3 * size.height * size.width).fill(1) });
    const { numTensors, numBytes } = tf.memory();
    return { numTensors, numBytes };
  };
  const first = await step();
  for (let i = 1; i < 50; i++) assert.deepEqual(await step(), first);
  await program.release();
  assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [before.numTensors, before.numBytes]);
});

Deno.test("a native package that does not load is named, and plain JavaScript takes its place", async () => {
  await using folder = await temporaryFolder();
  const home = folder.at("node_modules", "@tensorflow", "tfjs-node");
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(`${home}/package.json`, JSON.stringify({ name: "@tensorflow/tfjs-node", main: "index.js" }));
  await Deno.writeTextFile(`${home}/index.js`, "throw new Error('no addon');");
  const { device } = await loadTensorFlow([folder.path]);
  assert.match(device.name, /^@tensorflow\/tfjs 4\.22\.0$/);
  assert.match(device.remark!, /^slow plain JavaScript, as @tensorflow\/tfjs-node is installed but does not load: /);
  await using empty = await temporaryFolder();
  const { device: bare } = await loadTensorFlow([empty.path]);
  assert.match(bare.remark!, /no node_modules folder here has @tensorflow\/tfjs-node-gpu or @tensorflow\/tfjs-node$/);
});

Deno.test("a native package is preferred, the one for a GPU first, and may ask what newer runtimes dropped", async () => {
  await using folder = await temporaryFolder();
  const install = async (name: string) => {
    const home = folder.at("node_modules", ...name.split("/"));
    await Deno.mkdir(home, { recursive: true });
    await Deno.writeTextFile(`${home}/package.json`, JSON.stringify({ name, main: "index.js" }));
    // Like tfjs-node: asks node-pre-gyp where the addon is, and util what is nothing.
    await Deno.writeTextFile(
      `${home}/index.js`,
      `const addon = require("@mapbox/node-pre-gyp").find("package.json");
      if (!require("util").isNullOrUndefined(null)) throw new Error("null is something");
      module.exports = { version_core: addon.slice(__dirname.length), ready: async () => {} };`,
    );
  };
  await install("@tensorflow/tfjs-node");
  const finder = folder.at("node_modules", "@mapbox", "node-pre-gyp");
  await Deno.mkdir(finder, { recursive: true });
  await Deno.writeTextFile(`${finder}/index.js`, "throw new Error('reads the whole environment');");
  const build = async (name: string) => {
    for (const version of [8, 10]) {
      await Deno.mkdir(folder.at("node_modules", ...name.split("/"), "lib", `napi-v${version}`), { recursive: true });
    }
  };
  assert.match((await loadTensorFlow([folder.path])).device.remark!, /tfjs-node is installed .* it has no addon, /);
  await build("@tensorflow/tfjs-node");
  const addon = "/lib/napi-v10/tfjs_binding.node";
  assert.deepEqual((await loadTensorFlow([folder.path])).device, { name: `@tensorflow/tfjs-node ${addon}` });
  await install("@tensorflow/tfjs-node-gpu");
  await build("@tensorflow/tfjs-node-gpu");
  assert.deepEqual((await loadTensorFlow([folder.path])).device, { name: `@tensorflow/tfjs-node-gpu ${addon}` });
});
