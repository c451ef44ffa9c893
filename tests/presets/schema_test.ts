/**
 * The published schema accepts what `validate` accepts, for a validator and for the editor that most people have.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Ajv } from "npm:ajv@8.20.0";
import { getLanguageService, TextDocument } from "npm:vscode-json-languageservice@5.4.2";
import type { Json } from "../../mod.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { shipped, shippedPreset } from "../../presets/shipped.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";

const schema = JSON.parse(await Deno.readTextFile(inRoot("presets/schema.json")));
const address = new URL(`file://${inRoot("presets/schema.json")}`).href;
const ajv = new Ajv({ strict: false, allErrors: true }).compile(schema);
const editor = getLanguageService({ schemaRequestService: () => Promise.resolve(JSON.stringify(schema)) });

/** What an editor marks in a preset. */
async function marked(json: Json): Promise<string[]> {
  const text = JSON.stringify({ ...json, $schema: address }, null, 2);
  const page = TextDocument.create("file:///preset.json", "json", 1, text);
  return (await editor.doValidation(page, editor.parseJSONDocument(page))).map(({ message }) => String(message));
}

const terms = (terms: Json): Json => ({ extends: "monet", "loss-build": { terms } });
const chain = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
const whole = { loss: "gram", layers: { conv1_1: 1 } };
const published = { loss: "content", layers: { conv4_2: 1 } };

/** Presets that are right, each by another rule. */
const sound: Readonly<Record<string, Json>> = {
  "nothing but a parent": { extends: "monet" },
  "a parent with its ending": { extends: "monet.json" },
  "a parent beside it": { extends: "./parent.json" },
  "words about it": { extends: "ink", name: "mine", description: "dark", reference: "by hand" },
  "an inherited term's weight": terms({ style: { weight: 3 } }),
  "an inherited term's layers": terms({ style: { layers: { conv1_1: 1, conv3_1: 0.5 } } }),
  "an inherited term's option": terms({ style: { formula: "published" } }),
  "an inherited term without anything": terms({ style: {} }),
  "another loss for an inherited term": terms({ style: { loss: "mean-covariance" } }),
  "a term more": terms({ smooth: { loss: "total-variation", weight: 0.1, power: 1 } }),
  "a term of the parent beside it": { extends: "./parent.json", "loss-build": { terms: { fine: { weight: 0 } } } },
  "an own loss with its options": terms({ dark: { loss: "./dark.js", weight: 2, darkness: 3 } }),
  "an option of an inherited own loss": {
    extends: "./parent.json",
    "loss-build": { terms: { dark: { darkness: 2 } } },
  },
  "options of own losses under names that shipped ones have": {
    extends: "./parent.json",
    "loss-build": { terms: { soft: { power: 0.5 }, harder: { loss: "./soft.js", power: 7.5, formula: "mine" } } },
  },
  "a preset from the ground up": { "loss-build": { terms: { style: whole } } },
  "another network with its layers": {
    network: "vgg16",
    "loss-build": { terms: { content: published, style: { loss: "gram", layers: { conv5_3: 1 } } } },
  },
  "the largest network": { network: "vgg19", "loss-build": { terms: { style: { ...whole, layers: { conv5_4: 2 } } } } },
  "a list of scales": { extends: "monet", decode: { size: 640, scales: [96, 200] } },
  "no scales": { extends: "monet", decode: { scales: [] } },
  "the first scale alone": { extends: "monet", decode: { scales: { start: 64 } } },
  "the growth of scales alone": { extends: "monet", decode: { scales: { factor: 1.5 } } },
  "pictures with masks": {
    extends: "monet",
    decode: {
      content: "a.jpg",
      styles: [{ picture: "b.jpg", mask: "m.png" }, {
        picture: "https://example.com/c.png",
        weight: 2,
        pictureMask: "n.png",
      }],
    },
  },
  "a number of steps": { extends: "monet", optimise: { iterations: 30, tolerance: 0, seed: 4294967295 } },
  "steps for each scale": { extends: "monet", optimise: { iterations: [20, 10, 5] } },
  "an optimiser by name": { extends: "monet", optimise: { optimiser: "adam", adam: { learningRate: 2 } } },
  "an optimiser with its options": {
    extends: "monet",
    optimise: { optimiser: { optimiser: "adam", learningRate: 2 } },
  },
  "an own optimiser": { extends: "monet", optimise: { optimiser: "./down.js" } },
  "an own optimiser with its options": {
    extends: "monet",
    optimise: { optimiser: { optimiser: "./down.js", rate: 3 } },
  },
  "a shorter pipeline": { extends: "painting", pipeline: chain },
  "options in the pipeline": {
    extends: "painting",
    pipeline: [{ stage: "decode", size: 300 }, ...chain.slice(1), { stage: "encode", output: "a.tif", depth: 16 }],
  },
  "terms in the pipeline": {
    pipeline: [...chain.slice(0, 3), { stage: "loss-build", terms: { style: whole } }, ...chain.slice(4)],
  },
  "own stages": {
    extends: "painting",
    pipeline: [...chain, "./plain.js", { stage: "./plain.js", amount: 2 }, "encode"],
  },
  "a list of halvings": { extends: "monet", "loss-build": { pyramid: [0, 2], margin: 0.5, blend: "losses" } },
  "the run": { extends: "monet", engine: "onnx-cpu", threads: 2, memory: "1.5GB" },
  "no limit of memory": { extends: "monet", memory: "" },
  "colours and detail": {
    extends: "monet",
    deprocess: { colours: "photograph" },
    "mean-subtract": {},
    "feature-extract": { pooling: "l2", padding: "reflect-first", rescale: true },
  },
  "a start of its own": {
    extends: "monet",
    decode: { start: "s.png" },
    optimise: { start: { content: 0.5, noise: 1 } },
  },
  "a tall file": { extends: "monet", encode: { output: "out/{name}-{preset}.tif", depth: 16, tiff: "bigtiff" } },
};

/** Modules, and a parent, that the presets above name. */
async function surroundings(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const plugin = (text: string) => `export default { description: "of the test's own", ${text} };`;
  await folder.write(
    "dark.js",
    plugin(`name: "dark", sort: "image",
    options: { darkness: { type: "number", default: 1 } }, build: ({ image }) => image`),
  );
  await folder.write(
    "soft.js",
    plugin(`name: "soft", sort: "image", build: ({ image }) => image,
    options: { power: { type: "number", default: 1 }, formula: { type: "string", default: "" } }`),
  );
  await folder.write(
    "down.js",
    plugin(`name: "down", options: { rate: { type: "number", default: 1 } },
    minimise: async function* () {}`),
  );
  await folder.write(
    "plain.js",
    plugin(`name: "plain", takes: "picture", gives: "picture",
    options: { amount: { type: "number", default: 1 } }, create: () => async (picture) => picture`),
  );
  const terms = {
    fine: { loss: "gram", layers: { conv1_1: 1 } },
    dark: { loss: "./dark.js" },
    soft: { loss: "./soft.js" },
    style: whole,
  };
  await folder.write("parent.json", JSON.stringify({ "loss-build": { terms } }));
  return folder;
}

Deno.test("what validate accepts the schema accepts, for a validator and in an editor", async (t) => {
  assert(Object.keys(sound).length >= 30);
  await using folder = await surroundings();
  const presets = { ...sound };
  for (const name of shipped) presets[name] = JSON.parse(await Deno.readTextFile(shippedPreset(name)));
  for (const [name, json] of Object.entries(presets)) {
    await t.step(name, async () => {
      if (!shipped.includes(name)) {
        await loadPreset(await folder.write("preset.json", JSON.stringify(json)), [], { incomplete: true });
      }
      assert(ajv(json), JSON.stringify(ajv.errors, null, 2));
      assert.deepEqual(await marked(json), []);
    });
  }
});

/** Presets that are wrong by their keys and values alone. */
const unsound: Readonly<Record<string, Json>> = {
  "an unknown key": { extends: "monet", optimize: {} },
  "an unknown key of a section": { extends: "monet", decode: { sise: 3 } },
  "text for a number": { extends: "monet", decode: { size: "300" } },
  "an option of another loss": terms({ style: { loss: "gram", power: 1 } }),
  "an option of another stage": { extends: "monet", pipeline: [{ stage: "decode", output: "a.png" }] },
  "a loss that is none": terms({ style: { loss: "grams" } }),
  "a network that is none": { extends: "monet", network: "vgg" },
  "a weight below 0": terms({ style: { weight: -1 } }),
};

Deno.test("what is wrong by its keys and values the schema refuses, for both", async (t) => {
  for (const [name, json] of Object.entries(unsound)) {
    await t.step(name, async () => {
      await assert.rejects(loadPreset(json as object, [], { incomplete: true }), PresetError);
      assert(!ajv(json));
      assert.notDeepEqual(await marked(json), []);
    });
  }
});
