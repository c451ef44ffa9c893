import assert from "node:assert/strict";
import { PresetError } from "../../presets/layers.ts";
import type { FinishedPicture } from "../../pictures/picture.ts";
import type { Stage } from "../../chain/stage.ts";
import { stylise } from "../../session/session.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { quick, recipe, studio } from "../helpers/painting.ts";
import { loadSectioned as loadPreset } from "../helpers/sections.ts";
import { serve } from "../helpers/server.ts";
import { stored } from "../helpers/pictures.ts";

/** Makes every pixel the same; `map` is a picture that it could read. */
const flat = `export default {
  name: "flat",
  description: "one level everywhere",
  takes: "picture",
  gives: "picture",
  options: {
    level: { type: "number", minimum: 0, maximum: 255, default: 100 },
    map: { type: "string", location: "read", default: "" },
  },
  create: ({ level }) => async (picture) => {
    if (level === 13) throw new RangeError("13 is unlucky");
    return { ...picture, data: picture.data.map(() => level) };
  },
};`;

/** Likes dark pictures. */
const dark = `import { multiply, square, total } from "${new URL("../../graph/mod.ts", import.meta.url)}";
export default {
  name: "dark",
  description: "draws every value to 0",
  sort: "image",
  options: { share: { type: "number", minimum: 0, default: 1 }, power: { type: "integer", default: 7 } },
  build: ({ image }, { share, power }) => {
    if (power !== 7) throw new Error("the power is " + power);
    return multiply(total(square(image)), share);
  },
};`;

/** Steps down the gradient, in proportion to it. */
const descent = `export default {
  name: "descent",
  description: "plain descent",
  options: { rate: { type: "number", exclusiveMinimum: 0, default: 0.01 } },
  async *minimise(evaluate, start, { rate }) {
    const image = start.slice();
    while (true) {
      const { value, gradient } = await evaluate(image);
      yield { image, value, gradient };
      for (let i = 0; i < image.length; i++) image[i] -= rate * gradient[i];
    }
  },
};`;

const before = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];

/** A folder with a preset that names a stage, a loss and an optimiser of its own. */
async function workshop() {
  const folder = await studio();
  await folder.write("flat.ts", flat);
  await folder.write("dark.js", dark);
  await folder.write("descent.ts", descent);
  await folder.write("sortless.js", dark.replace('"image"', '"picture"'));
  await folder.write("plural.js", dark.replace("total(square(image))", "square(image)"));
  await folder.write("silent.js", dark.replace("return multiply", "multiply"));
  await folder.write("fails.ts", 'throw new Error("out of order");');
  await folder.write("odd.ts", flat.replace('"flat"', '"odd"').replace("return { ...picture,", "return { height: 1,"));
  const json = {
    ...recipe,
    pipeline: [...before, { stage: "./flat.ts", level: 7 }, "encode"],
    "loss-build": { terms: { dark: { loss: "./dark.js", share: 2, weight: 3 } } },
    optimise: { optimiser: { optimiser: "descent.ts", rate: 0.05 }, iterations: 4 },
  };
  await folder.write("own.json", JSON.stringify(json));
  return folder;
}

const named = (folder: { at: (name: string) => string }) => ({
  extends: folder.at("own.json"),
  threads: 1,
  decode: { content: folder.at("photo.png"), styles: [{ picture: folder.at("painting.png") }], size: 48, scales: [] },
});

Deno.test("stages, losses and optimisers that a preset names by path are found beside it, and do their work", async () => {
  await using folder = await workshop();
  const args = [...quick.with(1, "own.json"), "--iterations", "4", "--json"];
  const { code, out, err } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0, err);
  const { data } = await stored(folder.at("out.png"));
  assert.deepEqual([...new Set(data)], [7]);
  const steps = out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ kind }) => kind === "step");
  assert.equal(steps.length, 4);
  // Of 6 Σ x², a step of 0.05 leaves x (1 − 0.6), so the value falls to 0.16 each time.
  for (const [i, { terms }] of steps.entries()) {
    assert.deepEqual(Object.keys(terms), ["dark"]);
    if (i > 0) assert(Math.abs(terms.dark / steps[i - 1].terms.dark - 0.16) < 1e-3, `step ${i}`);
  }
});

Deno.test("a preset with modules is completed, travels inside the picture, and repeats from it", async () => {
  await using folder = await workshop();
  const preset = await loadPreset(named(folder));
  assert.deepEqual(preset.pipeline.at(-2), { stage: folder.url("flat.ts").href, level: 7, map: "" });
  assert.deepEqual(preset.sections.optimise.optimiser, { optimiser: folder.url("descent.ts").href, rate: 0.05 });
  assert.deepEqual(preset.chain.map(({ stage }) => stage.name), [...before, "flat", "encode"]);
  const { picture } = await stylise(preset);
  await folder.write("painted.png", await picture.bytes());
  assert.deepEqual((await loadPreset(folder.at("painted.png"))).pipeline, preset.pipeline);
});

Deno.test("locations among the options of a module start from the preset that names them", async () => {
  await using folder = await workshop();
  const json = { extends: "own.json", pipeline: [...before, { stage: "flat.ts", map: "photo.png" }] };
  await folder.write("map.json", JSON.stringify(json));
  const { pipeline } = await loadPreset({ ...named(folder), extends: folder.at("map.json") });
  assert.deepEqual(pipeline.at(-1), {
    stage: folder.url("flat.ts").href,
    level: 100,
    map: folder.url("photo.png").href,
  });
});

/** A setting of own.json, and its one complaint with the hint. */
const faults: Readonly<Record<string, [string, RegExp, RegExp]>> = {
  "an option out of range": [
    "pipeline.6.level=300",
    /^error: command line: pipeline\.6\.level: flat: must be <= 255: current value is 300$/,
    /^$/,
  ],
  "an unknown option of a stage": [
    "pipeline.6.lebel=3",
    /^error: command line: pipeline\.6\.lebel: flat: unknown key$/,
    /did you mean level\? the keys here are level, map/,
  ],
  "an option of the wrong type of a loss": [
    'loss-build.terms.dark.share="much"',
    /^error: command line: loss-build\.terms\.dark\.share: dark: must be a number: current value is "much"$/,
    /^$/,
  ],
  "an unknown option of a loss": [
    "loss-build.terms.dark.shade=1",
    /^error: command line: loss-build\.terms\.dark\.shade: dark: unknown key$/,
    /did you mean share\?/,
  ],
  "an option of an optimiser": [
    "optimise.optimiser.rate=0",
    /^error: command line: optimise\.optimiser\.rate: descent: must be > 0: current value is 0$/,
    /^$/,
  ],
  "a module that is not there": [
    "pipeline.6.stage=./none.ts",
    /^error: command line: pipeline\.6\.stage: Cannot load the stage \S+none\.ts: there is no such module$/,
    /default export is a stage/,
  ],
  "a module that is something else": [
    "pipeline.6.stage=./descent.ts",
    /^error: command line: pipeline\.6\.stage: \S+descent\.ts is no stage: "takes" should be a string$/,
    /export default \{ name, description, takes, gives, options, create \}/,
  ],
  "a name that is none": [
    "pipeline.6.stage=flatt",
    /^error: command line: pipeline\.6\.stage: must be one of decode, .*: current value is "flatt"$/,
    /a path that begins with \.\/, or by a URL/,
  ],
  "a module whose code fails": [
    "pipeline.6.stage=./fails.ts",
    /^error: command line: pipeline\.6\.stage: Cannot load the stage \S+fails\.ts: out of order \(\/.*fails\.ts:1:7\)$/,
    /its own code fails/,
  ],
  "something else than the picture that it should give": [
    "pipeline.6.stage=./odd.ts",
    /^error: Stage odd failed: it gives no picture: /,
    /^$/,
  ],
  "an error while it runs": [
    "pipeline.6.level=13",
    /^error: Stage flat failed: 13 is unlucky \(\/.*flat\.ts:\d+:\d+\)$/,
    /^$/,
  ],
  "a loss of no known sort": [
    "loss-build.terms.dark.loss=./sortless.js",
    /^error: command line: loss-build\.terms\.dark\.loss: dark has the sort "picture"$/,
    /^ {2}the sort of a loss is one of content, style, image$/,
  ],
  "a loss that gives no scalar": [
    "loss-build.terms.dark.loss=./plural.js",
    /^error: The loss dark gives a node of shape \[1,3,32,48\], not a scalar$/,
    /total\(\) sums a node up/,
  ],
  "a loss that gives nothing": [
    "loss-build.terms.dark.loss=./silent.js",
    /^error: The loss dark gives no node, not a scalar$/,
    /total\(\) sums a node up/,
  ],
  "an error of a loss": [
    "loss-build.terms.dark.power=2",
    /loss dark failed: the power is 2 \(\/.*dark\.js:\d+:\d+\)$/,
    /^$/,
  ],
};

for (const [what, [setting, message, hint]] of Object.entries(faults)) {
  Deno.test(`${what} is told with the name of the module or its place`, async () => {
    await using folder = await workshop();
    const { code, complaints } = await impasto([...quick.with(1, "own.json"), "--set", setting, "--quiet"], {
      cwd: folder.path,
    });
    assert.notEqual(code, 0);
    assert.match(complaints[0], message);
    assert.match(complaints[1] ?? "", hint);
    assert(complaints.length <= 2, complaints.join("\n"));
  });
}

Deno.test("a preset from the network names no code of this machine, whichever way it is written", async () => {
  await using folder = await workshop();
  const path = folder.at("flat.ts");
  for (const stage of [folder.url("flat.ts").href, folder.url("flat.ts").href.replace("file:", "FILE:")]) {
    for (
      const json of [
        { extends: "painting", pipeline: [...before, { stage }, "encode"] },
        { extends: "painting", "loss-build": { terms: { own: { loss: stage } } } },
        { extends: "painting", optimise: { optimiser: stage } },
        { extends: "painting", optimise: { optimiser: { optimiser: stage } } },
      ]
    ) {
      await using server = serve({ "/preset.json": JSON.stringify(json) });
      const error = await clearError(() => loadPreset(server.url("preset.json").href, [], { incomplete: true }));
      assert(error instanceof PresetError);
      assert.match(error.message, /a preset from the network cannot name a local file: file:.*flat\.ts$/i);
    }
  }
  // An absolute path is one of its server, not of this machine.
  await using server = serve({
    "/preset.json": JSON.stringify({ extends: "painting", pipeline: [...before, { stage: path }] }),
  });
  const error = await clearError(() => loadPreset(server.url("preset.json").href, [], { incomplete: true }));
  assert.match(error.message, /Cannot load the stage http:\/\/127\.0\.0\.1:\d+\/.*flat\.ts: there is no such module/);
});

Deno.test("code that Deno would run unasked is refused: in an address itself, or from a registry of packages", async () => {
  const code = "globalThis.impastoWasHere = true; export default {}";
  for (const stage of [`data:text/javascript,${code}`, `DATA:text/javascript,${code}`, "npm:leven@4.1.0", "node:fs"]) {
    for (const json of [{ pipeline: [...before, { stage }] }, { pipeline: [...before, stage] }]) {
      await using server = serve({ "/preset.json": JSON.stringify({ extends: "painting", ...json }) });
      const error = await clearError(() => loadPreset(server.url("preset.json").href, [], { incomplete: true }));
      assert.match(error.message, /^preset\.json: pipeline\.6(\.stage)?: Cannot load a stage from "/);
      assert.equal("impastoWasHere" in globalThis, false);
    }
  }
});

Deno.test("an option of a module cannot make a preset from the network read or write here", async () => {
  await using folder = await workshop();
  const local = await folder.write(
    "local.json",
    JSON.stringify({ extends: "painting", pipeline: [...before, { stage: "flat.ts", map: "" }, "encode"] }),
  );
  const json = {
    extends: "painting",
    pipeline: [...before, { stage: "./flat.ts", map: folder.url("photo.png").href }, "encode"],
  };
  await using server = serve({ "/preset.json": JSON.stringify(json), "/flat.ts": flat });
  const options = { permissions: ["-A", "--no-lock"], cwd: folder.path };
  const refused = await impasto(["validate", server.url("preset.json").href], options);
  assert.equal(refused.code, 2);
  assert.match(
    complaint(refused)[0],
    /pipeline\.6\.map: a preset from the network cannot name a local file: file:.*photo\.png$/,
  );
  assert.equal((await impasto(["validate", local], options)).code, 0);
});

Deno.test("code from the network is loaded only where Deno may, and the refusal says what would allow it", async () => {
  await using folder = await studio();
  const json = { extends: "painting", pipeline: [...before, { stage: "./flat.ts", level: 9 }, "encode"] };
  await using server = serve({ "/preset.json": JSON.stringify(json), "/flat.ts": flat });
  const args = quick.with(1, server.url("preset.json").href);
  const { host } = server.url("");
  const refused = await impasto(args, { cwd: folder.path });
  assert.equal(refused.code, 2);
  const [line, hint] = complaint(refused);
  assert.match(line, /Cannot load the stage http\S+flat\.ts: Requires import access to "127\.0\.0\.1:\d+"/);
  assert.equal(
    hint,
    `  code is loaded only where Deno may: add --allow-import=${host} --no-lock after \`deno run\` if you trust it`,
  );
  const { code, err } = await impasto(args, {
    cwd: folder.path,
    permissions: ["-P", `--allow-import=${host}`, "--no-lock"],
  });
  assert.equal(code, 0, err);
  assert.deepEqual([...new Set((await stored(folder.at("out.png"))).data)], [9]);
});

Deno.test("stages of a program's own stand beside names, with options or without, and encode takes options in place", async () => {
  await using folder = await temporaryFolder();
  const grey = { width: 48, height: 32, data: new Uint8Array(48 * 32 * 3).fill(90) };
  const output = (name: string) => ({ stage: "encode", output: folder.at(name) });
  const pass = {
    name: "pass",
    description: "gives the picture once more",
    takes: "picture",
    gives: "picture",
    options: {},
    create: () => async (picture) => picture,
  } satisfies Stage<FinishedPicture, FinishedPicture>;
  const preset = {
    ...recipe,
    threads: 1,
    decode: { content: grey, styles: [{ picture: grey }], size: 48, scales: [] },
    optimise: { iterations: 1 },
    pipeline: [...before, { stage: pass }, pass, output("a.png")],
  };
  const { report } = await stylise(preset, { write: true });
  assert.deepEqual(report.files, [folder.at("a.png")]);
});
