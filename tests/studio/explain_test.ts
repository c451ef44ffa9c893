import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { adam } from "../../optimisers/adam.ts";
import type { Optimiser } from "../../optimisers/optimiser.ts";
import { plannedScales } from "../../studio/estimate.ts";
import { explain } from "../../studio/explain.ts";
import { planLine, planOf } from "../../studio/plan.ts";
import { impasto } from "../helpers/command.ts";
import { recipe, studio } from "../helpers/painting.ts";
import { serve } from "../helpers/server.ts";
import { landscape, strokes } from "../helpers/pictures.ts";

Deno.test("explain tells sizes, layers, terms, steps, result, downloads, time and memory", async () => {
  await using folder = await studio();
  const pictures = ["--content", "photo.png", "--style", "painting.png=2", "--style", "photo.png"];
  const args = [
    "explain",
    "recipe.json",
    ...pictures,
    "--size",
    "300",
    "--enlarge",
    "--iterations",
    "[50,20]",
    "--threads",
    "1",
  ];
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
  assert.match(said.optimiser, /^lbfgs, 70 steps \(50 \+ 20\); a scale ends early where/);
  assert.equal(said.result, folder.at("photo-recipe.png"));
  assert.equal(said.downloads, "none");
  assert.match(said.estimate, /^at most about \d+ evaluations in \d.*, and \d+MB of memory on this machine$/);
  assert(Number(/(\d+) evaluations/.exec(said.estimate)![1]) >= 70);
  assert.equal(said.plan, "the whole picture at once at the last size");
  assert.match(said.efforts, /^best alone: the painter that ships has not learnt this/);
  assert.deepEqual(await folder.list(), ["painting.png", "photo.png", "recipe.json"]);
});

Deno.test("explain tells that a photograph is smaller than the size, and stays so", async () => {
  await using folder = await studio();
  const args = ["explain", "recipe.json", "--content", "photo.png", "--style", "painting.png", "--size", "300"];
  const { out } = await impasto([...args, "--iterations", "2", "--threads", "1"], { cwd: folder.path });
  assert.match(out, /^ {2}sizes +60×40; the photograph is smaller than 300 and not enlarged$/m);
});

Deno.test("explain tells the masks of each painting", async () => {
  await using folder = await studio();
  await folder.write(
    "masked.json",
    JSON.stringify({
      extends: "./recipe.json",
      decode: { styles: [{ picture: "painting.png", mask: "photo.png", pictureMask: "painting.png" }] },
    }),
  );
  const { code, out, err } = await impasto(["explain", "masked.json", "--size", "48"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const masks = `mask ${folder.at("photo.png")}, picture mask ${folder.at("painting.png")}`;
  assert(out.includes(`${folder.at("painting.png")} (${masks})`), out);
});

Deno.test("explain names what is to be downloaded, and times a network that is not at hand", async () => {
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
  assert.match(
    said.downloads,
    /^the network vgg19 \(81 MB; CC BY 4\.0, .*\) from \S+, .*photo\.png.*, .*painting\.png/,
  );
  assert.match(said.estimate, /, judged with random weights of the same size$/);
});

Deno.test("the plan counts what L-BFGS remembers, and goes by windows where the memory is short", async () => {
  const size = { width: 1024, height: 768 };
  const plan = async (history: number, memory: string, optimiser = "lbfgs") =>
    planOf(await loadPreset({ extends: "monet", memory, optimise: { optimiser, lbfgs: { history } } }), size)!;
  const [ten, thirty] = [await plan(10, "16GB"), await plan(30, "16GB")];
  assert.equal(thirty.bytes - ten.bytes, 2 * 20 * 3 * 4 * 1024 * 768);
  assert.equal((await plan(30, "16GB", "adam")).bytes, (await plan(1, "16GB")).bytes);
  assert.equal(ten.reductions, undefined);
  const short = await plan(30, "700MB");
  assert(short.reductions![0].slopes.tiles.length > 1);
  assert(short.bytes <= 700e6, "fewer steps are remembered where the memory is short");
});

Deno.test("the plan counts what an optimiser of one's own says that it remembers", async () => {
  const size = { width: 1024, height: 768 };
  const plan = async (more: Partial<Optimiser>) => {
    const optimiser: Optimiser = { ...adam, name: "own", ...more };
    return planOf(await loadPreset({ extends: "monet", memory: "16GB", optimise: { optimiser: { optimiser } } }), size);
  };
  const { bytes } = (await plan({}))!;
  const seen: unknown[] = [];
  const { bytes: more } = (await plan({
    memory: ({ beta1 }, length, room) => {
      seen.push(beta1, length, room);
      return 1000;
    },
  }))!;
  assert.equal(more, bytes + 1000);
  assert.deepEqual(seen, [0.9, 3 * 1024 * 768, 16e9 - bytes]);
});

Deno.test("the plan in one line says the size, the way and the memory, and what stands for a missing photograph", async () => {
  const line = async (content: string) =>
    await planLine(
      await loadPreset({ extends: "painting", memory: "4GB", decode: { content } }, [], { incomplete: true }),
    );
  assert.match(await line(""), /^512×384: the whole picture at once; about \d+MB of memory \(no photograph yet: /);
  assert.match(await line("nowhere.jpg"), /\(Cannot read \S+nowhere\.jpg: there is no such file: one of 4:3 stands/);
  assert.match(
    await line("impasto:examples/harbour.jpg"),
    /^512×384: the whole picture at once; about \d+MB of memory$/,
  );
});

Deno.test("the steps of a list serve the scales in order, the last one the rest", async () => {
  const preset = await loadPreset("monet");
  const sizes = [1, 2, 3, 4].map((n) => ({ width: n, height: n }));
  assert.deepEqual(plannedScales(preset, sizes).map(({ steps }) => steps), [36, 11, 11, 11]);
});

Deno.test("explain tells what each effort takes where the painter that ships has learnt the painting", async () => {
  const preset = { extends: "monet", threads: 1, decode: { size: 64, scales: [] }, optimise: { iterations: 2 } };
  const said = Object.fromEntries((await explain(preset)).map(({ about, text }) => [about, text]));
  assert.match(said.efforts, /^instant \d+ s, better \d+ s, best \d+ s, and a start/);
  const fast = Object.fromEntries(
    (await explain({ ...preset, method: "painter" })).map((line) => [line.about, line.text]),
  );
  assert.equal(fast.painter, "the one that ships, in the styles of its paintings");
  assert.match(fast.estimate, /^about \d+ s, and a start/);
  assert.equal(fast.network, undefined);
});

Deno.test("explain asks for no painting where rows of a painter are named, and tells why one cannot be painted", async () => {
  await using folder = await studio();
  const said = async (name: string) => {
    const preset = await loadPreset(
      {
        extends: "painting",
        decode: { content: folder.at("photo.png"), size: 64 },
        method: "painter",
        repaint: { styles: { [name]: 1 } },
      },
      [],
      { incomplete: true },
    );
    return Object.fromEntries((await explain(preset)).map(({ about, text }) => [about, text]));
  };
  const known = await said("ink");
  assert.equal(known.painting, undefined);
  assert.match(known.estimate, /^about /);
  assert.match((await said("inc")).estimate, /^none: The painter has no style inc$/);
});
