import assert from "node:assert/strict";
import { blamed } from "../../presets/blame.ts";
import type { PresetLayer } from "../../presets/layers.ts";

const layer = (source: string, json: PresetLayer["json"], override = false): PresetLayer => ({
  source,
  json,
  base: new URL("file:///presets/"),
  override,
});

const below = layer("below", { decode: { size: 3 }, optimise: { adam: {} } });
const preset = layer("preset", { extends: "below", decode: { scales: [] } });
const flags = layer("command line", { decode: { styles: [] } }, true);
const layers = [below, preset, flags];
const whose = (path: string, missing = false) => blamed([path], { path, message: "bad", missing }, layers).source;

Deno.test("the layer to mend is the last that says what is wrong", () => {
  assert.equal(whose("decode.size"), "below");
  assert.equal(whose("decode.scales"), "preset");
  assert.equal(whose("decode.styles"), "command line");
});

Deno.test("where no layer says it, the nearest does, and the preset before what is laid over it", () => {
  assert.equal(whose("optimise.adam.epsilon"), "below");
  assert.equal(whose("decode.start"), "preset");
  assert.equal(whose("encode"), "preset");
});

Deno.test("what is missing altogether is the preset's own matter, however near another layer comes", () => {
  assert.equal(whose("optimise.adam.epsilon", true), "preset");
});
