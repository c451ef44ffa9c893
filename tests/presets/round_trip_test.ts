import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { shipped } from "../../presets/shipped.ts";
import { filmPreset } from "../../session/film.ts";
import { decode } from "../../stages/decode.ts";
import { featureExtract } from "../../stages/feature_extract.ts";
import { lossBuild } from "../../stages/loss_build.ts";
import { meanSubtract } from "../../stages/mean_subtract.ts";
import { optimise } from "../../stages/optimise.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";

/** A preset, written to a file of another folder and loaded from there. */
async function again(folder: TemporaryFolder, preset: Awaited<ReturnType<typeof loadPreset>>) {
  await Deno.mkdir(folder.at("elsewhere"), { recursive: true });
  const file = await folder.write("elsewhere/other.json", JSON.stringify(presetJson(preset)));
  return await loadPreset(file, [], { incomplete: true });
}

for (const name of shipped) {
  Deno.test(`the shipped preset ${name} is the same once it was written and loaded again`, async () => {
    await using folder = await temporaryFolder();
    const preset = await loadPreset(name, [], { incomplete: true });
    assert.deepEqual(await again(folder, preset), preset);
  });
}

Deno.test("a preset with settings, pictures and options in its pipeline is the same once it was written", async () => {
  await using folder = await temporaryFolder();
  const json = {
    extends: "monet",
    name: "mine",
    description: "one of each",
    engine: "onnx-cpu",
    threads: 3,
    memory: "3GB",
    pipeline: [
      { stage: "decode", content: "photo.jpg", styles: [{ picture: "a.jpg", mask: "b.png" }], size: 77 },
      ...["mean-subtract", "feature-extract", "loss-build", { stage: "optimise", iterations: [4, 3], seed: 9 }],
      ...["deprocess", { stage: "encode", output: "out.png" }],
    ],
    optimise: { optimiser: { optimiser: "adam", learningRate: 3 } },
  };
  const file = await folder.write("mine.json", JSON.stringify(json));
  const preset = await loadPreset(file);
  const { chain } = preset;
  assert.partialDeepStrictEqual(preset, { name: "mine", engine: "onnx-cpu", threads: 3, memory: "3GB" });
  assert.partialDeepStrictEqual(chain[0].options, { content: folder.url("photo.jpg").href, size: 77 });
  assert.partialDeepStrictEqual(chain[4].options, { iterations: [4, 3], seed: 9 });
  assert.deepEqual(await again(folder, preset), preset);
});

Deno.test("a film's preset, some of whose stages have no options, is the same once it was written", async () => {
  await using folder = await temporaryFolder();
  const preset = await filmPreset("monet", [], { content: folder.at("film.mp4"), output: folder.at("out.mp4") });
  assert.deepEqual(await again(folder, preset), preset);
});

/** The text of a module with a stage that takes and gives something. */
const moduleOf = (name: string, takes: string, gives: string) =>
  `export default {
    name: "${name}", description: "a stage", takes: "${takes}", gives: "${gives}",
    options: {
      amount: { type: "number", default: 1 },
      map: { type: "string", location: "read", default: "" },
    },
    create: () => async (value) => value,
  };`;

Deno.test("a stage that stands in the chain twice keeps both sets of options", async () => {
  await using folder = await temporaryFolder();
  await folder.write("tint.ts", moduleOf("tint", "picture", "picture"));
  await folder.write("back.ts", moduleOf("back", "picture", "painted"));
  const tint = folder.url("tint.ts").href;
  const json = {
    "loss-build": { terms: { style: { loss: "gram", layers: { conv1_1: 1 } } } },
    pipeline: [
      ...[decode, meanSubtract, featureExtract, lossBuild, optimise].map(({ name }) => name),
      ...[{ stage: "deprocess", colours: "photograph" }, "./back.ts", { stage: "deprocess", colours: "painting" }],
      ...[{ stage: "./tint.ts", amount: 2, map: "map.png" }, { stage: "./tint.ts", amount: 5 }],
    ],
  };
  const preset = await loadPreset(await folder.write("mine.json", JSON.stringify(json)), [], { incomplete: true });
  const ends = ({ chain }: typeof preset) => chain.slice(5).map(({ stage, options }) => [stage.name, options]);
  assert.deepEqual(ends(preset), [
    ["deprocess", { colours: "photograph", strength: 1 }],
    ["back", { amount: 1, map: "" }],
    ["deprocess", { colours: "painting", strength: 1 }],
    ["tint", { amount: 2, map: folder.url("map.png").href }],
    ["tint", { amount: 5, map: "" }],
  ]);
  const loaded = await again(folder, preset);
  assert.deepEqual(ends(loaded), ends(preset));
  // Each load takes a module for itself, so its stages are two objects: all that a file says of them is the same.
  assert.deepEqual(presetJson(loaded), presetJson(preset));
  const { pipeline } = presetJson(preset) as { readonly pipeline: readonly { readonly stage: string }[] };
  assert.deepEqual(pipeline.slice(-2).map(({ stage }) => stage), [tint, tint]);
});
