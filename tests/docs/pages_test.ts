import assert from "node:assert/strict";
import { join } from "node:path";
import { fileOf, layersFor, strips } from "../../docs/strips.ts";
import { keyOf, recipeFileOf, recipes } from "../../docs/recipes.ts";
import { pageWithKeys } from "../../docs/write_keys.ts";
import { multiply, type Shape, square } from "../../graph/mod.ts";
import { networks } from "../../networks/network.ts";
import { losses } from "../../objective/losses/mod.ts";
import { type Iterate, type Loss, type Optimiser, type Resumption, totalOf } from "../../mod.ts";
import { loadPreset } from "../../presets/load.ts";
import { stylise } from "../../session/session.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { recipe } from "../helpers/painting.ts";
import { landscape, strokes } from "../helpers/pictures.ts";
import { inRoot, root } from "../helpers/shared.ts";
import { quadratic } from "../optimisers/functions.ts";

Deno.test("the list of keys is the one that the schema makes: else run `deno task docs`", async () => {
  assert.equal(await Deno.readTextFile(inRoot("docs/presets.md")), await pageWithKeys());
});

Deno.test("every strip is there, is shown, and sets a key that a preset has; all together they are small", async () => {
  const page = await Deno.readTextFile(inRoot("docs/presets.md"));
  const files = await Array.fromAsync(Deno.readDir(inRoot("docs/pictures")), ({ name }) => `pictures/${name}`);
  const expected = [...Object.keys(strips).map(fileOf), ...(await recipes()).map(recipeFileOf)];
  assert.deepEqual(files.sort(), expected.sort());
  for (const [key, { values }] of Object.entries(strips)) {
    assert(page.includes(`](${fileOf(key)})`), key);
    for (const value of values) {
      await loadPreset({ extends: "monet", decode: { size: 208, scales: [] } }, layersFor(key, value));
    }
  }
  const sizes = await Promise.all(files.map(async (file) => (await Deno.stat(join(inRoot("docs"), file))).size));
  assert(sizes.reduce((sum, size) => sum + size, 0) < 1.5e6);
});

Deno.test("the page begins with eight recipes, each a sound preset of five lines, with its picture", async () => {
  const page = await Deno.readTextFile(inRoot("docs/presets.md"));
  const all = await recipes();
  assert.equal(page.indexOf("## "), page.indexOf("## Recipes"));
  assert.deepEqual(all.map(keyOf), [
    "recipe.stronger-strokes",
    "recipe.keep-my-colours",
    "recipe.only-the-sky",
    "recipe.two-paintings",
    "recipe.larger-strokes",
    "recipe.a-poster",
    "recipe.a-series-in-one-style",
    "recipe.pure-texture",
  ]);
  await using folder = await temporaryFolder();
  for (const recipe of all) {
    assert.equal(recipe.json.trimEnd().split("\n").length, 5, recipe.title);
    assert((await loadPreset(await folder.write("mine.json", recipe.json))).chain.length > 0);
    assert(page.includes(`![${recipe.title}](${recipeFileOf(recipe)})`), recipe.title);
  }
});

Deno.test("the page lists every layer of each network, and says which losses take layers", async () => {
  const page = await Deno.readTextFile(inRoot("docs/presets.md"));
  const rowOf = (name: string) => page.split("\n").find((line) => line.startsWith(`| \`${name}\` `))!;
  for (const [name, { layers }] of Object.entries(networks)) {
    for (const layer of layers) {
      const named = rowOf(name).includes(layer.name);
      assert.equal(named, layer.type === "conv" && !layer.hidden, `${name} ${layer.name}`);
    }
  }
  for (const [name, { sort }] of Object.entries(losses)) {
    assert.equal(rowOf(name).includes("no `layers`"), sort === "image", name);
  }
});

Deno.test("the README names every loss", async () => {
  const page = await Deno.readTextFile(inRoot("README.md"));
  assert.deepEqual(Object.keys(losses).filter((name) => !page.includes(`\`${name}\``)), []);
});

/** The code of a page, with its imports turned to the module. */
async function codeIn(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(inRoot(page));
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) =>
    code.replaceAll(/from "\.\.\/([^"]+)"/g, (_, path) => `from "${new URL(path, root).href}"`)
  );
}

Deno.test("the stage of the page is complete in 20 lines; it, the loss and the optimiser do what the page says", async () => {
  const [stage, , loss, optimiser] = await codeIn("docs/stages.md");
  assert(stage.trimEnd().split("\n").length <= 20);
  await using folder = await temporaryFolder();
  await folder.write("film_grain.ts", stage);
  await folder.write("dark.ts", loss);
  await folder.write("descent.ts", optimiser);
  const grey = { width: 48, height: 32, data: new Uint8Array(48 * 32 * 3).fill(128) };
  const preset = {
    ...recipe,
    threads: 1,
    decode: { content: grey, styles: [{ picture: grey }], size: 48, scales: [] },
    "loss-build": { terms: { dark: { loss: folder.at("dark.ts"), strength: 2 } } },
    optimise: { optimiser: { optimiser: folder.at("descent.ts"), levels: 2 }, iterations: 3 },
  };
  const chain = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
  const { picture: plain, report } = await stylise({ ...preset, pipeline: chain });
  const grain = { stage: folder.at("film_grain.ts"), amount: 0.2 };
  const { picture: grainy } = await stylise({ ...preset, pipeline: [...chain, grain] });
  // Down the gradient of a mean square lies 0: each step takes its own length off the root.
  const left = Math.sqrt(meanSquare(128)) - 2 * (1 + 1 / Math.sqrt(2) + 1 / Math.sqrt(3));
  assert(Math.abs(report.value / (2 * left ** 2) - 1) < 1e-4);
  const noise = grainy.data.map((level, i) => level - plain.data[i]);
  assert(Math.max(...noise.map(Math.abs)) <= 0.2 * 127.5 + 1e-4);
  const deviation = Math.sqrt(noise.reduce((sum, n) => sum + n * n, 0) / noise.length);
  assert(Math.abs(deviation - 0.2 * 255 / Math.sqrt(12)) < 1, `deviation ${deviation}`);
  const area = 48 * 32;
  assert(noise.every((n, i) => Math.abs(n - noise[i % area]) < 1e-3), "all colours have the same grain");
});

Deno.test("the stage of the page that mirrors does so at the last scale, and leaves the coarse one alone", async () => {
  const [, mirror] = await codeIn("docs/stages.md");
  await using folder = await temporaryFolder();
  await folder.write("mirror.ts", mirror);
  const painting = { picture: await strokes(50, 50).png().toBuffer() };
  const decode = { content: await landscape(60, 40).png().toBuffer(), styles: [painting], size: 48, scales: [32] };
  const preset = { ...recipe, engine: "onnx-cpu", threads: 1, decode, optimise: { iterations: 2 } };
  const [before, after] = [["decode", "mean-subtract", "feature-extract", "loss-build", "optimise"], ["deprocess"]];
  const { picture: plain } = await stylise({ ...preset, pipeline: [...before, ...after] });
  const own = { stage: folder.at("mirror.ts") };
  const notes: string[] = [];
  const { picture: mirrored } = await stylise({ ...preset, pipeline: [...before, own, ...after] }, {
    onProgress: (event) => event.kind === "note" && notes.push(event.message),
  });
  assert.deepEqual(notes.filter((note) => note.startsWith("mirrored")), ["mirrored at scale 2 of 2"]);
  const { width } = plain;
  assert.deepEqual(mirrored.data, plain.data.map((_, i) => plain.data[i - i % width + width - 1 - i % width]));
  assert.notDeepEqual(mirrored.data, plain.data);
});

Deno.test("the loss of the page has the same value and gradient in a picture seen at once and tile by tile", async () => {
  const [, , loss] = await codeIn("docs/stages.md");
  await using folder = await temporaryFolder();
  await folder.write("dark.ts", loss);
  let shown: Shape = [];
  const probe = {
    name: "probe",
    description: "sees how much is shown at once",
    sort: "image",
    options: {},
    build: ({ image, pixels, owned }) => {
      shown = image.shape;
      return multiply(totalOf(square(image), owned), 1e-9 / pixels);
    },
  } satisfies Loss<"image">;
  const photograph = await landscape(640, 480).png().toBuffer();
  const stepsWithin = async (memory: string) => {
    const values: number[] = [];
    await stylise({
      engine: "onnx-cpu",
      threads: 1,
      memory,
      decode: { content: photograph, styles: [{ picture: photograph }], size: 640, scales: [] },
      "loss-build": { terms: { dark: { loss: folder.at("dark.ts"), weight: 1e-4 }, probe: { loss: probe } } },
      optimise: { iterations: 2 },
    }, { onProgress: (event) => event.kind === "step" && values.push(event.terms.dark) });
    return { values, shown };
  };
  const { hint = "" } = await clearError(() => stepsWithin("1MB"));
  const [least] = /\d+MB/.exec(hint) ?? [];
  const [whole, tiled] = [await stepsWithin("8GB"), await stepsWithin(least!)];
  assert.deepEqual(whole.shown, [1, 3, 480, 640]);
  assert(tiled.shown[3] < 640, `${tiled.shown}`);
  assert(whole.values[1] < 0.9 * whole.values[0], `${whole.values}`);
  for (const [i, value] of tiled.values.entries()) assert(Math.abs(value / whole.values[i] - 1) < 1e-4, `${value}`);
});

Deno.test("the optimiser of the page paints, and goes on from any of its steps as if nothing had happened", async () => {
  const [, , , code] = await codeIn("docs/stages.md");
  await using folder = await temporaryFolder();
  await folder.write("descent.ts", code);
  const { default: descent }: { default: Optimiser } = await import(folder.url("descent.ts").href);
  const painting = { picture: await strokes(50, 50).png().toBuffer() };
  const values: number[] = [];
  await stylise({
    ...recipe,
    engine: "onnx-cpu",
    threads: 1,
    decode: { content: await landscape(60, 40).png().toBuffer(), styles: [painting], size: 60, scales: [] },
    optimise: { optimiser: descent, iterations: 20 },
  }, { onProgress: (event) => event.kind === "step" && values.push(event.value) });
  assert(values[19] < 0.6 * values[0], `${values}`);

  const walked = async (start: Float32Array, steps: number, resumption?: Resumption) => {
    const seen: Iterate[] = [];
    for await (const iterate of descent.minimise(quadratic(8, 10).evaluate, start, { levels: 1 }, resumption)) {
      seen.push(structuredClone(iterate));
      if (seen.length === steps) return seen;
    }
    assert.fail("it ended early");
  };
  const start = new Float32Array(8);
  const whole = await walked(start, 6);
  const from = whole[2] as Resumption["from"];
  assert.deepEqual(await walked(from!.image, 3, { from }), whole.slice(3));
  const [careful] = await walked(start, 1, { stepFactor: 0.1 });
  assert(Math.abs(Math.hypot(...careful.image) / Math.hypot(...whole[0].image) - 0.1) < 1e-5);
});

/** The mean square of a grey picture in the convention of the network. */
function meanSquare(level: number): number {
  return [123.68, 116.779, 103.939].reduce((sum, mean) => sum + (level - mean) ** 2, 0) / 3;
}
