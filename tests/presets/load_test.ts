import assert from "node:assert/strict";
import { lineOf, PresetError, type PresetLayer } from "../../presets/layers.ts";
import { stages } from "../../stages/mod.ts";
import { loadSectioned as loadPreset, resolveSectioned as resolvePreset } from "../helpers/sections.ts";
import { serve } from "../helpers/server.ts";
import { clearError, userError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";

/** What every complete preset of these tests needs. */
const pictures = { decode: { content: "photo.jpg", styles: [{ picture: "painting.jpg" }] } };
const terms = { style: { loss: "gram", layers: { conv1_1: 1 } } };

function layer(json: Record<string, unknown>, source = "test.json"): PresetLayer {
  return { source, json, base: new URL("file:///home/someone/presets/test.json") };
}

/** The faults of a preset that stands alone. */
function faultsOf(json: Record<string, unknown>): { readonly message: string; readonly hint?: string }[] {
  try {
    resolvePreset("test", [layer({ ...pictures, "loss-build": { terms }, ...json })]);
  } catch (error) {
    assert(error instanceof PresetError, String(error));
    assert.equal(error.exitCode, 2);
    return error.faults.map((fault) => ({ message: lineOf(fault), hint: fault.hint }));
  }
  assert.fail("a fault was due");
}

Deno.test("a preset is found without its ending, after a file of that very name and what ships", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["mine.jsonc", "mine.json", "other.json", "monet.jsonc"]) {
    await folder.write(name, JSON.stringify({ extends: "ink", description: name }));
  }
  const descriptionOf = async (name: string) =>
    (await loadPreset(folder.at(name), [], { incomplete: true })).description;
  assert.equal(await descriptionOf("mine"), "mine.jsonc");
  assert.equal(await descriptionOf("mine.json"), "mine.json");
  assert.equal(await descriptionOf("other"), "other.json");
  const { description } = await loadPreset({ extends: folder.at("mine") }, [], { incomplete: true });
  assert.equal(description, "mine.jsonc");
  assert.notEqual((await loadPreset("monet")).description, "monet.jsonc");
});

Deno.test("a preset with two pictures and one term is completed with every default", () => {
  const preset = resolvePreset("test", [layer({ ...pictures, "loss-build": { terms } })]);
  assert.partialDeepStrictEqual(preset, {
    name: "test",
    description: "",
    network: "vgg19-mini",
    weights: "",
    engine: "auto",
    threads: 0,
    pipeline: ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess", "encode"],
    sections: {
      decode: {
        content: "file:///home/someone/presets/photo.jpg",
        styles: [{ picture: "file:///home/someone/presets/painting.jpg", weight: 1 }],
        start: "",
        size: 512,
        styleScale: 1,
        scales: { start: 128, factor: 2 },
      },
      "feature-extract": { pooling: "average", rescale: false, padding: "zero" },
      "loss-build": {
        contentWeight: 1,
        styleWeight: 1,
        terms: { style: { loss: "gram", weight: 1, layers: { conv1_1: 1 } } },
      },
      optimise: {
        optimiser: "lbfgs",
        iterations: 200,
        tolerance: 0.001,
        start: { content: 1, noise: 0, range: 20 },
        seed: 0,
        snapshots: 0,
        adam: { learningRate: 2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        lbfgs: { history: 5, preconditioner: "bands" },
      },
      encode: { output: "{name}-{preset}.png" },
    },
  });
  assert.equal(preset.pipeline.length, 7, "no other stage runs unless a preset asks for it");
  for (const { name, options } of stages.filter(({ name }) => preset.pipeline.includes(name))) {
    assert.deepEqual(Object.keys(preset.sections[name] ?? {}).sort(), Object.keys(options).sort(), name);
  }
});

Deno.test("an unknown key is named with its path, the nearest key and all that are known", () => {
  const [fault, ...others] = faultsOf({ optimise: { iteratoins: 3 } });
  assert.equal(others.length, 0);
  assert.equal(fault.message, "test.json: optimise.iteratoins: unknown key");
  assert.match(fault.hint!, /^did you mean iterations\? the keys here are .*snapshots/);
});

Deno.test("an unknown key at the top is named", () => {
  const [fault] = faultsOf({ optimize: {} });
  assert.equal(fault.message, "test.json: optimize: unknown key");
  assert.match(fault.hint!, /did you mean optimise\?/);
});

Deno.test("a wrong type is told with the path and the current value", () => {
  assert.equal(
    faultsOf({ optimise: { seed: "seven" } })[0].message,
    'test.json: optimise.seed: must be a whole number: current value is "seven"',
  );
  assert.equal(
    faultsOf({ optimise: { seed: 1.5 } })[0].message,
    "test.json: optimise.seed: must be a whole number: current value is 1.5",
  );
  assert.equal(
    faultsOf({ network: 19 })[0].message,
    "test.json: network: must be text: current value is 19",
  );
});

Deno.test("an amount of memory has a unit, and is not nothing", () => {
  for (const memory of ["0GB", "0.0 MiB", "00kB", "4", "GB", "-1GB"]) {
    const [{ message }] = faultsOf({ memory });
    assert.equal(message, `test.json: memory: must be an amount such as 4GB or 512MB: current value is "${memory}"`);
  }
  const amounts = ["", "4GB", "0.5 GiB", "10MB", "2TB"];
  for (const memory of amounts) {
    assert.equal(resolvePreset("test", [layer({ ...pictures, "loss-build": { terms }, memory })]).memory, memory);
  }
});

Deno.test("a name that is none of the choice gets the nearest", () => {
  const [fault] = faultsOf({ optimise: { optimiser: "lfbgs" } });
  assert.match(
    fault.message,
    /^test\.json: optimise\.optimiser: must be one of adam, lbfgs: current value is "lfbgs"$/,
  );
  assert.equal(fault.hint, "did you mean lbfgs?");
});

Deno.test("several faults are told at once", () => {
  const faults = faultsOf({
    netwrok: "vgg19",
    optimise: { seed: -1, iterations: 0 },
    "feature-extract": { pooling: "averge" },
    "loss-build": { terms, styleWeight: "much" },
  });
  const paths = faults.map(({ message }) => message.split(": ")[1]).sort();
  assert.deepEqual(paths, [
    "feature-extract.pooling",
    "loss-build.styleWeight",
    "netwrok",
    "optimise.iterations",
    "optimise.seed",
  ]);
});

Deno.test("of a choice, what is wrong inside the branch that was meant is shown", () => {
  const faults = faultsOf({ optimise: { iterations: [5, 0] } });
  assert.deepEqual(faults.map(({ message }) => message), [
    "test.json: optimise.iterations.1: must be >= 1: current value is 0",
  ]);
  assert.deepEqual(faultsOf({ optimise: { iterations: 0 } }).map(({ message }) => message), [
    "test.json: optimise.iterations: must be >= 1: current value is 0",
  ]);
  assert.deepEqual(faultsOf({ decode: { ...pictures.decode, scales: { strat: 64 } } }).map(({ message }) => message), [
    "test.json: decode.scales.strat: unknown key",
  ]);
  assert.deepEqual(faultsOf({ optimise: { iterations: [] } }).length, 1);
  assert.deepEqual(faultsOf({ optimise: { iterations: "many" } }).map(({ message }) => message), [
    'test.json: optimise.iterations: must be a whole number or a list: current value is "many"',
  ]);
});

Deno.test("negative weights of pictures, layers, terms and the whole are refused", () => {
  const faults = faultsOf({
    decode: { content: "photo.jpg", styles: [{ picture: "painting.jpg", weight: -2 }] },
    "loss-build": {
      styleWeight: -1,
      terms: { style: { loss: "gram", weight: -3, layers: { conv1_1: -4 } } },
    },
  });
  assert.deepEqual(faults.map(({ message }) => message).sort(), [
    "test.json: decode.styles.0.weight: must be > 0: current value is -2",
    "test.json: loss-build.styleWeight: must be >= 0: current value is -1",
    "test.json: loss-build.terms.style.layers.conv1_1: must be >= 0: current value is -4",
    "test.json: loss-build.terms.style.weight: must be >= 0: current value is -3",
  ]);
});

Deno.test("a layer that the network lacks is told with those that it has", () => {
  const [fault] = faultsOf({
    network: "vgg16",
    "loss-build": { terms: { style: { loss: "gram", layers: { conv3_4: 1 } } } },
  });
  assert.equal(fault.message, 'test.json: loss-build.terms.style.layers.conv3_4: vgg16 has no layer "conv3_4"');
  assert.match(fault.hint!, /it has conv1_1, conv1_2, .*conv5_3$/);
});

Deno.test("a layer that a loss cannot see is absent too", () => {
  const [fault] = faultsOf({ "loss-build": { terms: { style: { loss: "gram", layers: { conv1_2: 1 } } } } });
  assert.match(fault.message, /vgg19-mini has no layer "conv1_2"/);
  assert.match(fault.hint!, /it has conv1_1, conv2_1, conv3_1, conv3_4$/);
});

Deno.test("sizes of nothing or beyond reason are refused", () => {
  for (const size of [0, -5, 15, 1e6, 1e300]) {
    const [fault] = faultsOf({ decode: { ...pictures.decode, size } });
    assert.match(fault.message, /^test\.json: decode\.size: must be [<>]= \d+: current value is/);
  }
});

Deno.test("scales that do not grow towards the size are refused", () => {
  for (const scales of [[128, 64], [512], [256, 600]]) {
    const [fault] = faultsOf({ decode: { ...pictures.decode, scales, size: 512 } });
    assert.equal(fault.message, "test.json: decode.scales: must grow and stay below the size of 512");
  }
});

Deno.test("an output of a format that cannot be written is refused with those that can", () => {
  const [fault] = faultsOf({ encode: { output: "out.gif" } });
  assert.match(fault.message, /^test\.json: encode\.output: "out\.gif" does not end in a format/);
  assert.match(fault.hint!, /\.png, \.jpg/);
});

Deno.test("missing pictures are faults of a run, not of a preset that is only looked at", () => {
  const bare = layer({ "loss-build": { terms } });
  assert.throws(() => resolvePreset("test", [bare]), (error: PresetError) => {
    assert.deepEqual(error.faults.map(({ hint }) => hint), [
      "name a picture with `decode.content`",
      "name a picture with `decode.styles`",
    ]);
    return true;
  });
  assert.equal(resolvePreset("test", [bare], { incomplete: true }).name, "test");
});

Deno.test("stages in an order that does not fit are refused, with the place where they do not", () => {
  assert.deepEqual(faultsOf({ pipeline: ["decode", "optimise"] }).map(({ message }) => message), [
    "test.json: pipeline.1: Stage optimise takes objective, but decode gives pictures",
    "test.json: loss-build: the pipeline has no stage loss-build",
  ]);
});

Deno.test("what the schema forbids hides nothing that a stage finds elsewhere", () => {
  const absent = { style: { loss: "gram", layers: { conv9_1: 1 } } };
  const pathsOf = (json: Record<string, unknown>) => faultsOf(json).map(({ message }) => message.split(": ")[1]).sort();
  const both = { "loss-build": { terms: absent }, encode: { output: "a.gif" }, optimize: {}, optimise: { sed: 1 } };
  assert.deepEqual(pathsOf(both), [
    "encode.output",
    "loss-build.terms.style.layers.conv9_1",
    "optimise.sed",
    "optimize",
  ]);
  // Which layers there are depends on the network: of one that is not known, only a layer that none has is told.
  assert.deepEqual(pathsOf({ ...both, network: 7 }), [
    "encode.output",
    "loss-build.terms.style.layers.conv9_1",
    "network",
    "optimise.sed",
    "optimize",
  ]);
});

Deno.test("values that JSON or the schema cannot word are told in plain words", () => {
  const messageOf = (json: Record<string, unknown>) => {
    const [{ message }, ...others] = faultsOf(json);
    assert.deepEqual(others, []);
    return message;
  };
  assert.match(messageOf({ "loss-build": { terms, styleWeight: JSON.parse("1e999") } }), /current value is Infinity$/);
  assert.equal(messageOf({ network: 7 }), "test.json: network: must be text: current value is 7");
  assert.equal(messageOf({ encode: { output: "" } }), "test.json: encode.output: must not be empty");
  assert.equal(messageOf({ pipeline: [] }), "test.json: pipeline: must not be empty");
  for (const name of ["a/b", "../a", "a\\b"]) {
    assert(messageOf({ name }).startsWith("test.json: name: must not contain / or \\: current value is "));
  }
  assert.equal(messageOf({ name: "" }), "test.json: name: must not be empty");
});

Deno.test("where no layer speaks of a fault, the one that comes nearest is blamed", () => {
  const below = layer({ ...pictures, "loss-build": { terms } }, "below.json");
  const above = layer({ "loss-build": { terms: { mine: { loss: "gram" } } } }, "above.json");
  const top = layer({ optimise: { seed: 1 } }, "top.json");
  assert.throws(
    () => resolvePreset("test", [below, above, top]),
    /above\.json: .*mine\.layers: must name/,
  );
});

Deno.test("the module's own files may be named from anywhere, and no others in this way", () => {
  const from = (base: string, content: string) =>
    resolvePreset("test", [{
      source: "test.json",
      json: { decode: { ...pictures.decode, content }, "loss-build": { terms } },
      base: new URL(base),
    }]).sections.decode.content;
  const harbour = new URL("../../examples/harbour.jpg", import.meta.url).href;
  for (const base of ["file:///home/someone/a.json", "https://example.org/a.json"]) {
    assert.equal(from(base, "impasto:examples/harbour.jpg"), harbour);
    for (const path of ["../../etc/passwd", "..%2f..%2fetc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..\\..\\etc"]) {
      assert.throws(() => from(base, `impasto:${path}`), /decode\.content: .* is no address/, path);
    }
  }
  assert.equal(from("file:///home/someone/a.json", "data:image/png;base64,AA=="), "data:image/png;base64,AA==");
});

Deno.test("the last layer that speaks of a fault is blamed for it", () => {
  const below = layer({ ...pictures, "loss-build": { terms } }, "below.json");
  const above = layer({ decode: { size: 3 } }, "above.json");
  assert.throws(() => resolvePreset("test", [below, above]), /above\.json: decode\.size: must be >= 16/);
  const wrong = layer({ encode: { output: "x.bmp" } }, "above.json");
  assert.throws(
    () => resolvePreset("test", [below, wrong]),
    (error: PresetError) =>
      error.faults.length === 1 && lineOf(error.faults[0]).startsWith("above.json: encode.output:"),
  );
});

Deno.test("a preset that extends another keeps what it does not name and replaces a map of layers whole", async () => {
  await using folder = await temporaryFolder();
  await folder.write(
    "base.json",
    JSON.stringify({
      ...pictures,
      description: "below",
      "loss-build": {
        contentWeight: 7,
        terms: {
          style: { loss: "gram", weight: 2, layers: { conv1_1: 1, conv2_1: 1 } },
          content: { loss: "content", layers: { conv3_1: 1 } },
        },
      },
      optimise: { iterations: [9, 8, 7], seed: 4 },
    }),
  );
  const file = await folder.write(
    "mine.json",
    JSON.stringify({
      extends: "./base.json",
      "loss-build": { terms: { style: { layers: { conv3_1: 5 } } } },
      optimise: { iterations: [1] },
    }),
  );
  const { name, description, sections } = await loadPreset(file);
  assert.equal(name, "mine");
  assert.equal(description, "below");
  assert.equal(sections["loss-build"].contentWeight, 7);
  assert.deepEqual(sections["loss-build"].terms, {
    style: { loss: "gram", weight: 2, layers: { conv3_1: 5 }, formula: "relative" },
    content: { loss: "content", weight: 1, layers: { conv3_1: 1 }, formula: "relative" },
  });
  assert.deepEqual(sections.optimise.iterations, [1]);
  assert.equal(sections.optimise.seed, 4);
});

Deno.test("a term may bear the name of anything that objects inherit", async () => {
  await using folder = await temporaryFolder();
  const named = {
    constructor: { loss: "gram", layers: { conv1_1: 1 } },
    toString: { loss: "content", layers: { conv2_1: 1 } },
  };
  await folder.write("base.json", JSON.stringify({ ...pictures, "loss-build": { terms: named } }));
  const file = await folder.write("mine.json", JSON.stringify({ extends: "base.json", "loss-build": { terms } }));
  const { sections } = await loadPreset(file);
  assert.deepEqual(JSON.parse(JSON.stringify(sections["loss-build"].terms)), {
    constructor: { loss: "gram", weight: 1, layers: { conv1_1: 1 }, formula: "relative" },
    toString: { loss: "content", weight: 1, layers: { conv2_1: 1 }, formula: "relative" },
    style: { loss: "gram", weight: 1, layers: { conv1_1: 1 }, formula: "relative" },
  });
});

Deno.test("a preset may extend a shipped one by name", async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write("mine.json", JSON.stringify({ extends: "gatys", optimise: { iterations: 5 } }));
  const { network, sections } = await loadPreset(file, [], { incomplete: true });
  assert.equal(network, "vgg19");
  assert.equal(sections.optimise.iterations, 5);
  assert.equal(sections.optimise.optimiser, "adam");
});

Deno.test("presets that extend each other in a circle are refused", async () => {
  await using folder = await temporaryFolder();
  await folder.write("a.json", JSON.stringify({ extends: "b.json" }));
  const file = await folder.write("b.json", JSON.stringify({ extends: "a.json" }));
  const error = await clearError(() => loadPreset(file));
  assert.equal(error.message, "a.json: extends: b.json extends itself: b.json → a.json → b.json");
  assert.equal(error.exitCode, 2);
});

Deno.test("each layer's paths start from its own place", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.at("below"));
  await folder.write(
    "below/base.json",
    JSON.stringify({ ...pictures, weights: "w/net.safetensors", "loss-build": { terms } }),
  );
  const file = await folder.write(
    "mine.json",
    JSON.stringify({ extends: "below/base.json", decode: { start: "../s.png" } }),
  );
  const { weights, sections: { decode } } = await loadPreset(file, [
    { source: "command line", json: { decode: { content: "über 100%.jpg" } }, base: folder.url("elsewhere/") },
  ], { incomplete: true });
  assert.equal(weights, folder.url("below", "w", "net.safetensors").href);
  assert.deepEqual(decode.styles, [{ picture: folder.url("below", "painting.jpg").href, weight: 1 }]);
  assert.equal(decode.start, folder.url("..", "s.png").href);
  assert.equal(decode.content, folder.url("elsewhere", "über 100%.jpg").href);
});

Deno.test("addresses in a preset stay as they are", () => {
  const { sections } = resolvePreset("test", [
    layer({
      decode: { content: "https://example.org/a.jpg", styles: [{ picture: "file:///b.png" }] },
      "loss-build": { terms },
    }),
  ]);
  assert.equal(sections.decode.content, "https://example.org/a.jpg");
  assert.deepEqual(sections.decode.styles, [{ picture: "file:///b.png", weight: 1 }]);
});

Deno.test("an address that is none is a fault with its path", () => {
  const [fault] = faultsOf({ decode: { ...pictures.decode, content: "https://" } });
  assert.match(fault.message, /^test\.json: decode\.content: .*https:\/\//);
});

Deno.test("a preset from the network loads, and its pictures are beside it", async () => {
  await using server = serve({
    "/presets/mine.json": JSON.stringify({ extends: "base.json", decode: { size: 64 } }),
    "/presets/base.json": JSON.stringify({ ...pictures, "loss-build": { terms } }),
  });
  const { name, sections } = await loadPreset(server.url("/presets/mine.json").href);
  assert.equal(name, "mine");
  assert.equal(sections.decode.size, 64);
  assert.equal(sections.decode.content, server.url("/presets/photo.jpg").href);
  assert.deepEqual(sections.decode.styles, [{ picture: server.url("/presets/painting.jpg").href, weight: 1 }]);
});

Deno.test("a preset from the network may extend a shipped one", async () => {
  await using server = serve({ "/mine.json": JSON.stringify({ extends: "monet", decode: { size: 64 } }) });
  const { sections } = await loadPreset(server.url("/mine.json").href, [], { incomplete: true });
  assert.equal(sections.decode.size, 64);
});

Deno.test("a preset from the network cannot name a file of this machine", async () => {
  await using folder = await temporaryFolder();
  await folder.write("own.json", JSON.stringify({ ...pictures, "loss-build": { terms } }));
  const own = folder.url("own.json").href;
  await using server = serve({
    "/picture.json": JSON.stringify({
      ...pictures,
      decode: { content: "file:///etc/passwd" },
      "loss-build": { terms },
    }),
    "/case.json": JSON.stringify({ ...pictures, decode: { content: "FILE:///etc/passwd" }, "loss-build": { terms } }),
    "/weights.json": JSON.stringify({ ...pictures, weights: "file:///etc/passwd", "loss-build": { terms } }),
    "/extends.json": JSON.stringify({ extends: own }),
  });
  for (const name of ["picture", "case", "weights", "extends"]) {
    const error = await userError(() => loadPreset(server.url(`/${name}.json`).href));
    assert.match(error.message, /a preset from the network cannot name a local file/, name);
    assert.equal(error.exitCode, 2);
  }
});

Deno.test("a preset from the network chooses no folder of this machine to write to, by no way up", async () => {
  await using server = serve({
    "/x.json": JSON.stringify({ ...pictures, "loss-build": { terms }, encode: { output: "/tmp/x.png" } }),
    "/up.json": JSON.stringify({ ...pictures, "loss-build": { terms }, encode: { output: "a/../../x.png" } }),
    "/back.json": JSON.stringify({ ...pictures, "loss-build": { terms }, encode: { output: "a\\..\\..\\x.png" } }),
    "/good.json": JSON.stringify({ ...pictures, "loss-build": { terms }, encode: { output: "..a/x..png" } }),
  });
  for (const name of ["x", "up", "back"]) {
    const error = await userError(() => loadPreset(server.url(`/${name}.json`).href));
    assert.match(
      error.message,
      /encode\.output: a preset from the network cannot choose a folder of this machine/,
      name,
    );
  }
  await loadPreset(server.url("/good.json").href);
});

Deno.test("the command line may name local files beside a preset from the network", async () => {
  await using server = serve({ "/mine.json": JSON.stringify({ ...pictures, "loss-build": { terms } }) });
  const { sections } = await loadPreset(server.url("/mine.json").href, [
    { source: "command line", json: { decode: { content: "own.jpg" } }, base: new URL("file:///home/someone/") },
  ]);
  assert.equal(sections.decode.content, "file:///home/someone/own.jpg");
});

Deno.test("a preset that the server does not have is an error with its address", async () => {
  await using server = serve({});
  const error = await clearError(() => loadPreset(server.url("/none.json").href));
  assert.match(error.message, /Cannot read http:.*none\.json: the server answered 404/);
});

Deno.test("a preset that is nowhere gets the nearest shipped one as a hint", async () => {
  const error = await clearError(() => loadPreset("mone.json"));
  assert.equal(error.message, "Cannot find the preset mone.json");
  assert.match(error.hint!, /did you mean monet\? these ship: .*gatys/);
  assert.equal(error.exitCode, 2);
});

Deno.test("a shipped preset is found with and without its ending, and a file in place goes before it", async () => {
  assert.equal((await loadPreset("monet.json", [], { incomplete: true })).name, "monet");
  await using folder = await temporaryFolder();
  await folder.write("monet.json", JSON.stringify({ extends: "gatys", description: "mine" }));
  const back = Deno.cwd();
  Deno.chdir(folder.path);
  try {
    assert.equal((await loadPreset("monet.json", [], { incomplete: true })).description, "mine");
    assert.notEqual((await loadPreset("monet", [], { incomplete: true })).description, "mine");
  } finally {
    Deno.chdir(back);
  }
});

const broken: Readonly<Record<string, string>> = {
  "a comma too many": '{ "network": "vgg19", }',
  "an early end": '{ "network": ',
  "nothing": "",
  "a list": "[]",
  "null": "null",
  "binary": "\0\u0001\n\u0002",
};

for (const [what, text] of Object.entries(broken)) {
  Deno.test(`a preset that is ${what} instead of JSON is one clear error`, async () => {
    await using folder = await temporaryFolder();
    const file = await folder.write("mine.json", text);
    const error = await clearError(() => loadPreset(file));
    assert(error.message.startsWith(`Cannot use ${file} as a preset: `), error.message);
    assert.equal(error.exitCode, 2);
  });
}

Deno.test("a parent that is not there is an error", async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write("mine.json", JSON.stringify({ extends: "nobody.json" }));
  const error = await clearError(() => loadPreset(file));
  assert.equal(error.message, "mine.json: extends: Cannot find the preset nobody.json");
  assert.equal(error.exitCode, 2);

  await using server = serve({ "/mine.json": JSON.stringify({ extends: "nobody.json" }) });
  const remote = await clearError(() => loadPreset(server.url("/mine.json").href));
  assert.match(remote.message, /^mine\.json: extends: Cannot read http:.*nobody\.json: the server answered 404/);
  assert.equal(remote.exitCode, 2);
});

Deno.test("a web page in place of a preset is called that, with what to do", async () => {
  await using server = serve({ "/blob/mine.json": "<!DOCTYPE html><html></html>" });
  const { message, hint } = await clearError(() => loadPreset(server.url("/blob/mine.json").href));
  assert.match(message, /^Cannot use http:.*mine\.json as a preset: it is a web page$/);
  assert.match(hint!, /the address of the file itself/);
});

Deno.test("a preset that is no text in UTF-8 is one clear error", async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write("mine.json", new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
  const error = await clearError(() => loadPreset(file));
  assert.equal(error.message, `Cannot use ${file} as a preset: it is no text in UTF-8`);
  assert.equal(error.exitCode, 2);
});

Deno.test("a preset may be found under a name that means something in an address", async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write("100% a#b?.json", JSON.stringify({ ...pictures, "loss-build": { terms } }));
  assert.equal((await loadPreset(file)).name, "100% a#b?");
});

Deno.test("what a preset names starts from the address that answered, and a circle through another is told", async () => {
  await using server = serve({
    "/short": new URL("http://host/deep/mine.json"),
    "/deep/mine.json": JSON.stringify({ extends: "./base.json", decode: { content: "photo.jpg" } }),
    "/deep/base.json": JSON.stringify({ extends: "monet" }),
    "/input.json": JSON.stringify({ extends: "monet", decode: { content: "-" } }),
    "/loop": new URL("http://host/deep/loop.json"),
    "/deep/loop.json": JSON.stringify({ extends: "/loop" }),
  });
  const { name, sections } = await loadPreset(server.url("/short").href);
  assert.deepEqual([name, sections.decode.content], ["short", server.url("/deep/photo.jpg").href]);
  // A dash means standard input to this machine alone.
  assert.equal((await loadPreset(server.url("/input.json").href)).sections.decode.content, server.url("/-").href);
  const error = await clearError(() => loadPreset(server.url("/loop").href));
  assert.match(error.message, /extends itself/);
});
