import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { explain, type Json, loadPreset, type Paintable, type Preset, stylise, styliseFolder } from "../../mod.ts";
import { PresetError } from "../../presets/layers.ts";
import { clearError } from "../helpers/errors.ts";
import { studio } from "../helpers/painting.ts";
import { landscape } from "../helpers/pictures.ts";

/** A recipe that takes a moment. */
async function workshop() {
  const folder = await studio();
  const quick: Preset = {
    extends: folder.at("recipe.json"),
    engine: "onnx-cpu",
    threads: 1,
    decode: { scales: [] },
    optimise: { iterations: 2 },
  };
  const pictures = { content: folder.at("photo.png"), style: folder.at("painting.png"), size: 40 };
  const full: Preset = {
    ...quick,
    decode: { scales: [], content: pictures.content, styles: [{ picture: pictures.style }], size: 40 },
  };
  return Object.assign(folder, { quick, pictures, full });
}

Deno.test("the short form paints what the full form paints, whatever holds the pictures", async () => {
  await using folder = await workshop();
  const { quick, pictures: { content, style, size }, full } = folder;
  const { picture: due, report } = await stylise(full);
  assert.equal(report.scales[0].width, 40);
  const [bytes, painting] = await Promise.all([Deno.readFile(content), Deno.readFile(style)]);
  const pixels = await sharp(content).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: 60, height: 40, data: new Uint8Array(pixels.data) };
  await folder.write("quick.json", JSON.stringify(quick));
  const forms: Paintable[] = [
    { content, style, preset: quick, size },
    { content: bytes, style: painting, preset: quick, size },
    { content: raw, style: [{ picture: sharp(style) }], preset: folder.at("quick.json"), size },
    { preset: full },
    { style: [style], preset: { ...full, decode: { ...full.decode, styles: [] } } },
  ];
  for (const form of forms) assert.deepEqual((await stylise(form)).picture.data, due.data);
  const { report: named } = await stylise({ content, style, preset: folder.at("quick.json"), size });
  assert.equal(named.preset, "quick");
});

Deno.test("without a preset the short form paints by `painting`, and weights of several paintings count", async () => {
  await using folder = await workshop();
  const { pictures } = folder;
  assert.match((await explain({ ...pictures, size: 96 })).map(({ text }) => text).join("\n"), /wasserstein/);
  const [{ text }] = (await explain({ ...pictures, style: [pictures.style, { picture: pictures.content, weight: 3 }] }))
    .filter(({ about }) => about === "paintings");
  assert.equal(text, `${pictures.style} (weight 1), ${pictures.content} (weight 3)`);
});

Deno.test("what is wrong with the short form is told by its keys", async () => {
  await using folder = await workshop();
  const { pictures, quick } = folder;
  const wrong = (asked: Json) => clearError(() => stylise(asked as Paintable));
  const stray = await wrong({ ...pictures, presett: "monet" });
  assert.equal(stray.message, "Cannot use the key presett beside content");
  assert.match(stray.hint!, /^did you mean preset\? the keys here are content, style, preset, size/);
  assert.match((await wrong({ ...pictures, optimise: { iterations: 3 } })).hint!, /go into it/);
  assert.match(
    (await wrong({ ...pictures, preset: await loadPreset(quick, [], { incomplete: true }) })).hint!,
    /loadPreset/,
  );
  assert.match((await wrong({ ...pictures, preset: "monnet" })).hint!, /did you mean monet\?/);
  assert.match((await wrong({ ...pictures, size: 3 })).message, /decode\.size: must be >= 16: current value is 3$/);
  for (const none of [undefined, null, 5] as unknown as Json[]) {
    assert.match((await wrong(none)).message, /a preset is/);
  }
});

Deno.test("a folder is painted by whatever stylise takes, and so is explained", async () => {
  await using folder = await workshop();
  const { quick, pictures, full } = folder;
  await landscape(40, 30).png().toFile(folder.at("second.png"));
  const contents = [folder.at("photo.png"), folder.at("second.png")];
  const style = await Deno.readFile(pictures.style);
  const encode = (name: string) => ({ output: folder.at(`{name}-${name}.png`) });
  const forms: Record<string, Paintable> = {
    short: { style, size: 40, preset: { ...quick, encode: encode("short") } },
    full: { ...full, encode: encode("full") },
    loaded: await loadPreset({ ...full, encode: encode("loaded") }),
    file: await folder.write("file.json", JSON.stringify({ ...full, encode: encode("file") })),
  };
  const pictures40: Uint8Array[] = [];
  for (const [name, form] of Object.entries(forms)) {
    const results = await Array.fromAsync(styliseFolder(form, contents));
    assert.deepEqual(results.map(({ state }) => state), ["painted", "painted"], name);
    pictures40.push(await sharp(await Deno.readFile(folder.at(`second-${name}.png`))).raw().toBuffer());
    const told = Object.fromEntries((await explain(form)).map(({ about, text }) => [about, text]));
    assert.match(told.sizes, name === "short" ? /^40×30$/ : /^40×27$/, name);
  }
  for (const pixels of pictures40) assert.deepEqual(pixels, pictures40[0]);
  await assert.rejects(Array.fromAsync(styliseFolder({ ...quick, encode: encode("a") }, contents)), PresetError);
});

Deno.test("overrides are plain objects, one or several, with pictures in memory too; the last one wins", async () => {
  await using folder = await workshop();
  const { full, pictures } = folder;
  const style = await Deno.readFile(pictures.style);
  const one = await loadPreset(full, { decode: { size: 48 } });
  const two = await loadPreset(full, [{ decode: { size: 32 } }, {
    decode: { size: 48, styles: [{ picture: style }] },
  }]);
  const [first, second] = [one, two].map(({ chain }) =>
    chain[0].options as { size: number; styles: { picture: string }[] }
  );
  assert.deepEqual([first.size, second.size], [48, 48]);
  assert.match(second.styles[0].picture, /^blob:/);
  assert.deepEqual((await stylise(two)).picture.data, (await stylise(one)).picture.data);
  const { message } = await clearError(() => loadPreset(full, { optimise: { seed: -1 } }));
  assert.equal(message, "the overrides: optimise.seed: must be >= 0: current value is -1");
  assert.match((await clearError(() => loadPreset("monet", { extends: "ink" }))).message, /^the overrides: extends: /);
});
