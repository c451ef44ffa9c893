import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { estimateMemory, plannedScales } from "../../studio/estimate.ts";
import { explain } from "../../studio/explain.ts";
import { impasto } from "../helpers/command.ts";
import { recipe, studio } from "../helpers/painting.ts";
import { serve } from "../helpers/server.ts";
import { landscape, strokes } from "../helpers/pictures.ts";

Deno.test("explain tells sizes, layers, terms, steps, result, downloads, time and memory", async () => {
  await using folder = await studio();
  const pictures = ["--content", "photo.png", "--style", "painting.png=2", "--style", "photo.png"];
  const args = ["explain", "recipe.json", ...pictures, "--size", "300", "--iterations", "[50,20]", "--threads", "1"];
  const { code, out, err } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0, err);
  const said = Object.fromEntries(
    out.trimEnd().split("\n").slice(2).map((line) => /^ {2}(\S+) +(.*)$/.exec(line)!.slice(1)),
  );
  assert.equal(said.photograph, `${folder.at("photo.png")}, 60×40`);
  assert.equal(said.paintings, `${folder.at("painting.png")} (weight 2), ${folder.at("photo.png")} (weight 1)`);
  assert.equal(said.sizes, "128×85 → 300×200, coarse to fine");
  assert.match(said.network, /^vgg19-mini, seen at conv1_1, conv2_1, conv3_1, conv3_4; average pooling, zero padding$/);
  assert.match(said.style, /^gram, weight 10: .*; at conv1_1, conv2_1, conv3_1$/);
  assert.match(said.optimiser, /^lbfgs, 70 steps \(50 \+ 20\), an evaluation each and a few more/);
  assert.equal(said.result, folder.at("photo-recipe.png"));
  assert.equal(said.downloads, "none");
  assert.match(said.estimate, /^about \d.* and \d\.\d GB of memory on this machine$/);
  assert.deepEqual(await folder.list(), ["painting.png", "photo.png", "recipe.json"]);
});

Deno.test("explain names what is to be downloaded, and judges a network that is not at hand by one that is", async () => {
  const [photo, painting] = await Promise.all(
    [landscape(60, 40), strokes(50, 50)].map(async (picture) =>
      new Uint8Array(await picture.png().toBuffer()) as Uint8Array<ArrayBuffer>
    ),
  );
  await using server = serve({ "/photo.png": photo, "/painting.png": painting });
  const preset = await loadPreset({
    ...recipe,
    network: "vgg19",
    threads: 1,
    decode: {
      content: server.url("photo.png").href,
      styles: [{ picture: server.url("painting.png").href }],
      size: 300,
    },
  });
  const said = Object.fromEntries((await explain(preset)).map(({ about, text }) => [about, text]));
  assert.match(said.downloads, /photo\.png.*, .*painting\.png/);
  assert.match(said.estimate, /judged by vgg19-mini, as the weights of vgg19 are not at hand$/);
});

Deno.test("the memory estimate grows with the pixels, the layers and the steps that are remembered", async () => {
  const preset = await loadPreset("monet");
  const bytes = (side: number, layers: readonly string[], history = 20) =>
    estimateMemory(
      {
        ...preset,
        sections: { ...preset.sections, optimise: { ...preset.sections.optimise, lbfgs: { history } } },
      },
      { width: side, height: side },
      layers,
    );
  const base = bytes(0, ["conv1_1"]);
  const [small, large] = [bytes(256, ["conv3_4"]), bytes(512, ["conv3_4"])];
  assert(bytes(256, ["conv1_1"]) < small && small < large);
  assert(Math.abs((large - small) / (small - bytes(0, ["conv3_4"])) - 3) < 1e-9);
  assert(base > 100e6);
  assert.equal(bytes(256, ["conv1_1"], 30) - bytes(256, ["conv1_1"], 20), 2 * 10 * 3 * 4 * 256 ** 2);
});

Deno.test("the steps of a list serve the scales in order, the last one the rest", async () => {
  const preset = await loadPreset("monet");
  const sizes = [1, 2, 3, 4].map((n) => ({ width: n, height: n }));
  assert.deepEqual(plannedScales(preset, sizes).map(({ steps }) => steps), [100, 60, 32, 32]);
});
