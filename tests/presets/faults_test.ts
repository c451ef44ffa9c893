import assert from "node:assert/strict";
import { PresetError, type PresetLayer } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { validatePreset } from "../../session/validate.ts";
import { resolvePreset } from "../../presets/resolve.ts";
import { temporaryFolder } from "../helpers/folders.ts";

const terms = { style: { loss: "gram", layers: { conv1_1: 1 } } };
const base = new URL("file:///home/someone/presets/test.json");

function layer(source: string, json: PresetLayer["json"], more: Partial<PresetLayer> = {}): PresetLayer {
  return { source, json, base, ...more };
}

/** Source, path and message of each fault that some work ends with. */
async function faultsIn(work: () => unknown): Promise<(readonly [string, string, string])[]> {
  return (await presetError(work)).faults.map(({ source, path, message }) => [source, path, message]);
}

async function presetError(work: () => unknown): Promise<PresetError> {
  try {
    await work();
  } catch (error) {
    assert(error instanceof PresetError, String(error));
    return error;
  }
  assert.fail("a fault was due");
}

const resolving = (...layers: readonly PresetLayer[]) => () => resolvePreset("test", layers, { incomplete: true });

Deno.test("an error holds each fault as data: whose it is, where, what is wrong, what would be right", async () => {
  const { faults, exitCode } = await presetError(resolving(
    layer("below.json", { "loss-build": { terms }, optimise: { seed: -1 }, network: "vgg1" }),
    layer("command line", { decode: { size: 3 }, "loss-build": { terms: { style: { weight: "much" } } } }, {
      deep: true,
      override: true,
    }),
  ));
  const [network] = faults;
  assert.equal(network.hint, "the network that looks at the pictures");
  assert.deepEqual(faults.map(({ hint: _, ...fault }) => fault), [
    {
      source: "below.json",
      path: "network",
      message: 'must be one of vgg19-mini, vgg19, vgg16: current value is "vgg1"',
    },
    { source: "below.json", path: "optimise.seed", message: "must be >= 0: current value is -1" },
    { source: "command line", path: "decode.size", message: "must be >= 16: current value is 3" },
    {
      source: "command line",
      path: "loss-build.terms.style.weight",
      message: 'must be a number: current value is "much"',
    },
  ]);
  assert.equal(exitCode, 2);
});

Deno.test("a fault that a stage finds stands where it was said: in the pipeline, or in the section", async () => {
  const json = { "loss-build": { terms } };
  const names = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
  const said = async (...layers: readonly PresetLayer[]) =>
    (await faultsIn(resolving(layer("below.json", json), ...layers))).map(([source, path, message]) => {
      assert.match(message, /^"a\.gif" does not end in a format/);
      return [source, path];
    });
  assert.deepEqual(await said(layer("mine.json", { encode: { output: "a.gif" } })), [["mine.json", "encode.output"]]);
  const pipeline = [...names, { stage: "encode", output: "a.gif" }];
  assert.deepEqual(await said(layer("mine.json", { pipeline })), [["mine.json", "pipeline.6.output"]]);
  const flag = layer("command line", { encode: { output: "a.gif" } }, { deep: true, override: true });
  const fine = layer("mine.json", { pipeline: [...names, { stage: "encode", output: "a.png" }] });
  assert.deepEqual(await said(fine, flag), [["command line", "encode.output"]]);
});

Deno.test("an option of the wrong type in a lower layer is told, though a higher one replaces it", async () => {
  const below = {
    optimise: { seed: "seven" },
    "loss-build": { terms: { style: { ...terms.style, weight: "much", formula: "mine" } } },
  };
  const above = {
    optimise: { seed: 7 },
    "loss-build": { terms: { style: { weight: 2, formula: "relative" } } },
  };
  const told = await faultsIn(resolving(layer("below.json", below), layer("above.json", above)));
  assert.deepEqual(told.map(([source, path]) => [source, path]), [
    ["below.json", "loss-build.terms.style.weight"],
    ["below.json", "loss-build.terms.style.formula"],
    ["below.json", "optimise.seed"],
  ]);
  assert.equal(told[2][2], 'must be a whole number: current value is "seven"');
});

Deno.test("a term that leaves out its loss has its options checked by the loss of the preset below", async () => {
  await using folder = await temporaryFolder();
  await folder.write(
    "soft.ts",
    `export default {
      name: "soft", description: "likes little", sort: "image",
      options: { power: { type: "integer", maximum: 2, default: 1 } },
      build: ({ image }) => image,
    };`,
  );
  const inherited = { style: terms.style, soft: { loss: "./soft.ts" }, smooth: { loss: "total-variation" } };
  await folder.write("base.json", JSON.stringify({ "loss-build": { terms: inherited } }));
  const child = async (terms: object) => {
    const json = JSON.stringify({ extends: "base.json", "loss-build": { terms } });
    const file = await folder.write("child.json", json);
    return () => loadPreset(file, [], { incomplete: true });
  };
  const path = (rest: string) => `loss-build.terms.${rest}`;
  assert.deepEqual(await faultsIn(await child({ soft: { power: 3 }, smooth: { power: 2 } })), [
    ["child.json", path("soft.power"), "soft: must be <= 2: current value is 3"],
  ]);
  assert.deepEqual(await faultsIn(await child({ soft: { formula: "published" }, style: { power: 1 } })), [
    ["child.json", path("soft.formula"), "soft: unknown key"],
    ["child.json", path("style.power"), "gram: unknown key"],
  ]);
  const { chain } = await (await child({ soft: { power: 2 }, style: { formula: "published" } }))();
  const { terms: resolved } = chain.find(({ stage }) => stage.name === "loss-build")!.options as {
    readonly terms: Readonly<Record<string, { readonly power?: number; readonly formula?: string }>>;
  };
  assert.deepEqual([resolved.soft.power, resolved.style.formula], [2, "published"]);
});

Deno.test("a preset in code, and a module of it, are told with their place", async () => {
  assert.deepEqual(await faultsIn(() => loadPreset({ extends: "monet", optimise: { seed: -1 } })), [
    ["preset", "optimise.seed", "must be >= 0: current value is -1"],
  ]);
  await using folder = await temporaryFolder();
  const file = await folder.write(
    "mine.json",
    JSON.stringify({ extends: "monet", optimise: { optimiser: "./no.ts" } }),
  );
  assert.deepEqual(await faultsIn(() => loadPreset(file, [], { incomplete: true })), [
    ["mine.json", "optimise.optimiser", `Cannot load the optimiser ${folder.at("no.ts")}: there is no such module`],
  ]);
});

Deno.test("what keeps a parent from loading is a fault of the preset that extends it", async () => {
  await using folder = await temporaryFolder();
  await folder.write("broken.json", "{");
  await folder.write("orphan.json", JSON.stringify({ extends: "nobody.json" }));
  await folder.write("circle.json", JSON.stringify({ extends: "circle.json" }));
  const cases: readonly [string, string, string, RegExp][] = [
    ["broken.json", "mine.json", "extends", /^Cannot use .*broken\.json as a preset: /],
    ["orphan.json", "orphan.json", "extends", /^Cannot find the preset nobody\.json$/],
    ["circle.json", "circle.json", "extends", /^circle\.json extends itself: circle\.json → circle\.json$/],
  ];
  for (const [parent, source, path, message] of cases) {
    const file = await folder.write("mine.json", JSON.stringify({ extends: parent }));
    const { faults: [fault, ...others] } = await presetError(() => loadPreset(file));
    assert.deepEqual([fault.source, fault.path, others], [source, path, []]);
    assert.match(fault.message, message);
    assert(fault.hint);
  }
  const [inCode] = await faultsIn(() => loadPreset({ extends: "nobody" }));
  assert.deepEqual(inCode, ["preset", "extends", "Cannot find the preset nobody"]);
});

Deno.test("weights that cannot be used are a fault of the layer that names them, unless the preset is only looked at", async () => {
  await using folder = await temporaryFolder();
  await folder.write("net.safetensors", "no weights");
  await folder.write("base.json", JSON.stringify({ extends: "monet", weights: "net.safetensors" }));
  const file = await folder.write("mine.json", JSON.stringify({ extends: "base.json", optimise: { seed: -1 } }));
  const [weights, seed, ...others] = (await presetError(() => loadPreset(file))).faults;
  assert.deepEqual([weights.source, weights.path, others], ["base.json", "weights", []]);
  assert.match(weights.message, /^Cannot use .*net\.safetensors as weights: /);
  assert(weights.hint);
  assert.equal(seed.path, "optimise.seed");

  const over = { ...layer("command line", { weights: "stored:nobody", optimise: { seed: 1 } }), override: true };
  assert.deepEqual(await faultsIn(() => loadPreset(file, [over])), [
    ["command line", "weights", "The weights nobody are not here"],
    ["mine.json", "optimise.seed", "must be >= 0: current value is -1"],
  ]);
  const whole = await folder.write("whole.json", JSON.stringify({ extends: "base.json" }));
  assert.deepEqual(await faultsIn(() => loadPreset(whole)), [["base.json", "weights", weights.message]]);
  const { weights: kept } = await loadPreset(whole, [], { incomplete: true });
  assert.equal(kept, folder.url("net.safetensors").href);
});

Deno.test("keys that stand twice in a file are faults with both places, in the file that holds them", async () => {
  await using folder = await temporaryFolder();
  const twice = `{ // a comment, with "optimise": {
  "extends": "monet",
  "optimise": { "seed": 1 },
  "loss-build": { "terms": { "style": { "weight": 1, /* "weight": 3, */ "weight": 2 } } },
  "optimise": { "iterations": 4 }
}`;
  const file = await folder.write("twice.json", twice);
  const due = [
    ["twice.json", "loss-build.terms.style.weight", "stands twice, in line 4, column 41, and in line 4, column 73"],
    ["twice.json", "optimise", "stands twice, in line 3, column 3, and in line 5, column 3"],
  ];
  assert.deepEqual(await faultsIn(() => loadPreset(file)), due);
  const child = await folder.write("child.json", JSON.stringify({ extends: "./twice.json" }));
  assert.deepEqual(await faultsIn(() => loadPreset(child)), due);
});

Deno.test("a section of a stage that the pipeline lacks is a fault, unless the pipeline was chosen over it", async () => {
  const pipeline = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
  const below = layer("below.json", { "loss-build": { terms }, encode: { depth: 16 } });
  const idle = ["encode", "the pipeline has no stage encode"] as const;
  assert.deepEqual(await faultsIn(resolving(layer("a.json", { ...below.json, pipeline }))), [["a.json", ...idle]]);
  resolving(below, layer("a.json", { pipeline }))();
  const flags = layer("command line", { encode: { output: "a.png" } }, { override: true });
  assert.deepEqual(await faultsIn(resolving(below, layer("a.json", { pipeline }), flags)), [["command line", ...idle]]);
  resolving(below, flags)();
});

Deno.test("all faults are told at once: of the parent, keys, values, layers, stages and files", async () => {
  await using folder = await temporaryFolder();
  await folder.write("photo.jpg", "");
  const own = {
    decode: {
      sise: 3,
      size: 5,
      scales: [700, 900],
      content: "photo.jpg",
      styles: [{ picture: "painting.jpg", mask: "mask.png" }],
    },
    "loss-build": {
      styleWeight: "much",
      terms: { style: { weight: -1, layers: { conv9_1: 1 } }, fine: { loss: "gram", layers: { conv8_1: 1 } } },
    },
    encode: { output: "a.gif", tiff: "round" },
  };
  const placesOf = async (json: object) => {
    const file = await folder.write("mine.json", JSON.stringify(json));
    const { faults } = await presetError(() => validatePreset(file));
    for (const { message, hint } of faults) assert(message && hint, message);
    return faults.map(({ source, path }) => `${source} ${path}`).sort();
  };
  const due = [
    "decode.sise",
    "decode.size",
    "decode.styles.0.mask",
    "decode.styles.0.picture",
    "encode.output",
    "encode.tiff",
    "loss-build.styleWeight",
    "loss-build.terms.fine.layers.conv8_1",
    "loss-build.terms.style.layers.conv9_1",
    "loss-build.terms.style.weight",
  ].map((path) => `mine.json ${path}`);
  assert.deepEqual(await placesOf({ extends: "painting", ...own }), due);
  assert.deepEqual(await placesOf({ extends: "nobody.json", ...own }), [...due, "mine.json extends"].sort());
  assert.deepEqual(
    await placesOf({ extends: "painting", ...own, network: "vgg" }),
    [...due, "mine.json network"].sort(),
  );
  assert.deepEqual(
    await placesOf({ extends: "painting", ...own, pipeline: ["decoded"] }),
    [
      ...due,
      "mine.json pipeline.0",
    ].sort(),
  );
  await folder.write("parent.json", `{ "decode": { "start": "gone.png" }, "engine": "steam", "engine": "wind" }`);
  assert.deepEqual(
    await placesOf({ extends: "parent.json", ...own }),
    [
      ...due,
      "parent.json decode.start",
      "parent.json engine",
      "parent.json engine",
    ].sort(),
  );
});

Deno.test("of a preset whose parent is lacking nothing is told that the parent may have", async () => {
  const told = async (json: object) =>
    (await faultsIn(() => loadPreset({ extends: "nobody", ...json }))).map(([, path]) => path);
  const term = (style: object) => ({ "loss-build": { terms: { style } } });
  assert.deepEqual(await told({}), ["extends"]);
  assert.deepEqual(await told(term({ weight: 2 })), ["extends"]);
  assert.deepEqual(await told(term({ power: 1, layers: { conv5_4: 1 } })), ["extends"]);
  assert.deepEqual(await told({ ...term({ layers: { conv5_4: 1 } }), network: "vgg16" }), [
    "extends",
    "loss-build.terms.style.layers.conv5_4",
  ]);
  assert.deepEqual(await told(term({ loss: "gram" })), ["extends"]);
  assert.deepEqual(await told({ encode: { output: "a.jpg", depth: 16 } }), ["extends", "encode.depth"]);
});
