import assert from "node:assert/strict";
import { Ajv } from "npm:ajv@8.20.0";
import { openRegistry } from "../../presets/registry.ts";
import { schemaDocument } from "../../presets/schema_document.ts";
import { shipped, shippedPreset } from "../../presets/shipped.ts";
import { schemaText } from "../../presets/write_schema.ts";
import type { ValueSchema } from "../../chain/schema.ts";
import { loadSectioned as loadPreset } from "../helpers/sections.ts";
import { inRoot } from "../helpers/shared.ts";

interface TermJson {
  readonly layers?: Readonly<Record<string, number>>;
}

for (const name of shipped) {
  Deno.test(`the shipped preset ${name} is sound and complete but for the pictures`, async () => {
    const preset = await loadPreset(name, [], { incomplete: true });
    assert.equal(preset.name, name);
    assert(preset.description.length > 10, "a line of description is due");
    const network = JSON.parse(await Deno.readTextFile(inRoot(`networks/${preset.network}.json`)));
    const known = network.layers.map((layer: { name: string }) => layer.name);
    const terms = preset.sections["loss-build"].terms as Record<string, TermJson>;
    const named = Object.values(terms).flatMap(({ layers = {} }) => Object.keys(layers));
    assert(named.length > 0);
    assert.deepEqual(named.filter((layer) => !known.includes(layer)), []);
  });

  Deno.test(`the shipped preset ${name} satisfies the published schema, and points to it`, async () => {
    const json = JSON.parse(await Deno.readTextFile(shippedPreset(name)));
    const accepts = new Ajv({ strict: false }).compile(JSON.parse(schemaText()));
    assert.equal(json.$schema, "./schema.json");
    assert.equal(accepts({ ...json, optimize: {} }), false);
    assert(accepts(json), JSON.stringify(accepts.errors));
  });
}

Deno.test("the list of shipped presets is that of the folder", async () => {
  const files = await Array.fromAsync(Deno.readDir(inRoot("presets")), ({ name }) => name);
  const presets = files.filter((name) => name.endsWith(".json") && name !== "schema.json");
  assert.deepEqual([...shipped].sort(), presets.map((name) => name.slice(0, -".json".length)).sort());
});

Deno.test("the published schema is the one that the code makes: else run `deno task schema`", async () => {
  assert.equal(await Deno.readTextFile(inRoot("presets/schema.json")), schemaText());
});

Deno.test("the published schema holds no keyword that JSON Schema does not know", () => {
  const validator = new Ajv({ strict: true, allowUnionTypes: true });
  assert.equal(typeof validator.compile(schemaDocument(openRegistry().schema())), "function");
});

/** The paths of all keys that a schema allows but does not describe. */
function undescribed({ properties = {}, items, anyOf = [], additionalProperties }: ValueSchema, path = ""): string[] {
  const keys = Object.entries(properties).flatMap(([key, inner]) => [
    ...inner.description ? [] : [`${path}${key}`],
    ...undescribed(inner, `${path}${key}.`),
  ]);
  const others = typeof additionalProperties === "object" ? [additionalProperties] : [];
  return [
    ...keys,
    ...[...items ? [items] : [], ...anyOf, ...others].flatMap((inner) => undescribed(inner, `${path}*.`)),
  ];
}

Deno.test("the published schema describes every key", () => {
  assert.deepEqual(undescribed(schemaDocument(openRegistry().schema()) as ValueSchema), []);
});

Deno.test("the published recipe is Gatys's: layers, weights, pooling, start image, Adam", async () => {
  const { network, sections } = await loadPreset("gatys", [], { incomplete: true });
  assert.equal(network, "vgg19");
  assert.equal(sections["feature-extract"].pooling, "average");
  assert.equal(sections["loss-build"].contentWeight, 5);
  assert.equal(sections["loss-build"].styleWeight, 100);
  assert.deepEqual(sections["loss-build"].terms, {
    content: { loss: "content", weight: 1, formula: "published", layers: { conv5_2: 1 } },
    style: {
      loss: "gram",
      weight: 1,
      formula: "published",
      layers: { conv1_1: 0.5, conv2_1: 1, conv3_1: 1.5, conv4_1: 3, conv5_1: 4 },
    },
  });
  const { optimiser, iterations, tolerance, snapshots, start, adam } = sections.optimise;
  assert.deepEqual([optimiser, iterations, tolerance, snapshots], ["adam", 3000, 0, 100]);
  assert.deepEqual(start, { content: 0.25, noise: 0.75, noiseOf: "range", range: 20, painter: false });
  assert.deepEqual(adam, { learningRate: 2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 });
  assert.deepEqual(sections.decode.scales, []);
});
