import assert from "node:assert/strict";
import { networks, parameterShapes } from "../../networks/network.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { quick, quickOf, recipe, studio, tools } from "../helpers/painting.ts";
import { painted, read, stored } from "../helpers/pictures.ts";
import { filled, safetensors } from "../helpers/safetensors.ts";
import { serve } from "../helpers/server.ts";
import { inRoot, inShared, needingShared } from "../helpers/shared.ts";

interface ProgressRecord {
  readonly kind: string;
  readonly [key: string]: unknown;
}

const recordsIn = (out: string): ProgressRecord[] => out.trimEnd().split("\n").map((line) => JSON.parse(line));

Deno.test("a photograph is repainted: the picture has its shape, is new, and nothing else is written", async () => {
  await using folder = await studio();
  const { code, out, complaints } = await impasto(quick, { cwd: folder.path });
  assert.equal(code, 0, complaints.join("\n"));
  assert.deepEqual(await folder.list(), ["out.png", ...tools]);
  const { width, height, channels } = await stored(folder.at("out.png"));
  assert.deepEqual([width, height, channels], [48, 32, 3]);
  // Where there is no terminal, progress is plain lines.
  assert.match(complaints[0], /^scale 1\/1 48×32 {2}step 1\/3 {2}loss \S+ {2}\d+:\d\d left$/);
  assert.equal(out, `painted ${folder.at("out.png")}\n`);
});

Deno.test("--json prints one record per line, and the objective falls", async () => {
  await using folder = await studio();
  const args = [...quick, "--json", "--set", "decode.scales=[32]", "--snapshots", "2"];
  const { code, out, complaints } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0);
  assert.deepEqual(complaints, []);
  const records = recordsIn(out);
  const steps = records.filter(({ kind }) => kind === "step");
  assert.deepEqual(
    steps.map(({ scale, scales, width, height, step, steps }) => [scale, scales, width, height, step, steps]),
    [0, 1].flatMap((scale) => [1, 2, 3].map((step) => [scale, 2, [32, 48][scale], [21, 32][scale], step, 3])),
  );
  for (const { value, terms } of steps) {
    assert(Number.isFinite(value));
    assert.deepEqual(Object.keys(terms as object).sort().at(0), "content/conv3_4");
  }
  const valuesOf = (index: number) => steps.filter(({ scale }) => scale === index).map(({ value }) => value as number);
  for (const values of [valuesOf(0), valuesOf(1)]) assert(values[2] < values[0], String(values));
  const stages = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess", "encode"];
  assert.deepEqual([...new Set(records.filter(({ kind }) => kind === "stage").map(({ stage }) => stage))], stages);
  const files = records.filter(({ kind }) => kind === "snapshot" || kind === "picture").map(({ file }) => file);
  assert.deepEqual(files, ["out-1-2.png", "out-2-2.png", "out.png"].map((name) => folder.at(name)));
  // Snapshots of a coarse scale have the size that was asked for, too.
  for (const name of ["out-1-2.png", "out-2-2.png", "out.png"]) {
    const { width, height } = await stored(folder.at(name));
    assert.deepEqual([width, height], [48, 32], name);
  }
});

Deno.test("a picture that the run reads is never written over", async () => {
  await using folder = await studio();
  for (const input of ["photo.png", "painting.png"]) {
    const before = await Deno.readFile(folder.at(input));
    const outcome = await impasto([...quick, "--output", input], { cwd: folder.path });
    assert.equal(outcome.code, 2);
    assert.match(
      complaint(outcome)[0],
      new RegExp(`Cannot write .*${input}: it is one of the pictures that this run reads`),
    );
    assert.deepEqual(await Deno.readFile(folder.at(input)), before);
  }
  if (Deno.build.os === "windows") return;
  // A painted picture may be painted again, and over: so links must not lead there unseen.
  assert.equal((await impasto(quick, { cwd: folder.path })).code, 0);
  await Deno.symlink("out.png", folder.at("link.png"));
  for (const [content, output] of [["out.png", "link.png"], ["link.png", "out.png"]]) {
    const outcome = await impasto([...quickOf(content), "--output", output], { cwd: folder.path });
    assert.match(complaint(outcome)[0], /it is one of the pictures that this run reads$/);
  }
});

Deno.test("masks of the preset's own photograph are one warning where another is painted, and none where they are said", async () => {
  await using folder = await studio();
  for (const name of ["other.png", "mask.png"]) await Deno.copyFile(folder.at("photo.png"), folder.at(name));
  const styles = [{ picture: "painting.png", mask: "mask.png" }, { picture: "other.png" }];
  const decode = { content: "photo.png", styles };
  await folder.write("masked.json", JSON.stringify({ extends: "./recipe.json", decode }));
  const at = quick.indexOf("--content");
  const bare = [...quick.toSpliced(at, 4), "--preset", "masked.json", "--iterations", "1"];
  const warnings = async (...more: string[]) => {
    const { code, complaints } = await impasto([...bare, ...more], { cwd: folder.path });
    assert.equal(code, 0, complaints.join("\n"));
    return complaints.filter((line) => line.startsWith("warning:"));
  };
  assert.deepEqual(await warnings("--content", "other.png"), [
    `warning: the preset's mask ${folder.at("mask.png")} belongs to ${folder.at("photo.png")}: ` +
    "--set decode.styles.0.mask=FILE sets another, --style paints without",
  ]);
  assert.deepEqual(await warnings(), []);
  assert.deepEqual(await warnings("--content", "photo.png"), []);
  assert.deepEqual(await warnings("--content", "other.png", "--set", "decode.styles.0.mask=photo.png"), []);
  assert.deepEqual(await warnings("--content", "other.png", "--style", "painting.png"), []);
});

Deno.test("--quiet prints nothing at all", async () => {
  await using folder = await studio();
  const { code, out, complaints } = await impasto([...quick, "--quiet"], { cwd: folder.path });
  assert.deepEqual([code, out, complaints], [0, "", []]);
  assert((await folder.list()).includes("out.png"));
});

Deno.test("--snapshots writes pictures on the way, each with a line of every term", async () => {
  await using folder = await studio();
  const { code, complaints } = await impasto([...quick, "--snapshots", "1"], { cwd: folder.path });
  assert.equal(code, 0);
  assert.deepEqual(await folder.list(), [
    "out-1.png",
    "out-2.png",
    "out-3.png",
    "out.png",
    ...tools,
  ]);
  const lines = complaints.filter((line) => line.startsWith("snapshot "));
  assert.equal(lines.length, 3);
  for (const [i, line] of lines.entries()) {
    assert(line.startsWith(`snapshot ${folder.at(`out-${i + 1}.png`)}  `), line);
    for (const term of ["content/conv3_4", "style/conv1_1", "style/conv2_1", "style/conv3_1"]) {
      assert.match(line, new RegExp(`${term} [0-9.e+-]+`));
    }
  }
});

Deno.test("the same seed gives the same bytes, another seed others", async () => {
  await using folder = await studio();
  const noisy = [...quick, "--overwrite", "--set", "optimise.start.noise=1", "--quiet", "--seed"];
  const bytesOf = async (seed: string) => {
    assert.equal((await impasto([...noisy, seed], { cwd: folder.path })).code, 0);
    return await Deno.readFile(folder.at("out.png"));
  };
  const pixelsOf = async () => (await stored(folder.at("out.png"))).data;
  const first = await bytesOf("5");
  const pixels = await pixelsOf();
  assert.deepEqual(await bytesOf("5"), first);
  await bytesOf("6");
  assert.notDeepEqual(await pixelsOf(), pixels);
});

Deno.test("a picture repeats itself byte for byte from the preset inside it", async () => {
  await using folder = await studio();
  assert.equal((await impasto([...quick, "--quiet"], { cwd: folder.path })).code, 0);
  const first = await Deno.readFile(folder.at("out.png"));
  await Deno.rename(folder.at("out.png"), folder.at("older.png"));
  // The name of the picture is no part of it: the repetition bears the default one.
  const { code, complaints } = await impasto(["--preset", "older.png", "--quiet"], { cwd: folder.path });
  assert.deepEqual([code, complaints], [0, []]);
  assert.deepEqual(await Deno.readFile(folder.at("photo-recipe.png")), first);
});

Deno.test("opacity passes through, and pictures and preset may come from the network", async () => {
  await using folder = await studio();
  const photo = await painted(40, 40, (x, y) => [5 * x, 100, 5 * y, x < 20 ? 0 : 255]).png().toBuffer();
  await using server = serve({
    "/p/photo.png": new Uint8Array(photo),
    "/p/painting.png": await Deno.readFile(folder.at("painting.png")),
    "/p/mine.json": JSON.stringify({
      ...recipe,
      decode: { content: "photo.png", styles: [{ picture: "painting.png" }], size: 48, enlarge: true, scales: [] },
      optimise: { iterations: 1 },
      encode: { output: "{preset}-{content}.webp" },
    }),
  });
  const { code, err } = await impasto(["--preset", server.url("/p/mine.json").href], { cwd: folder.path });
  assert.equal(code, 0, err);
  const { at, channels } = await stored(folder.at("mine-photo.webp"));
  assert.equal(channels, 4);
  assert.equal(at(3, 24)[3], 0);
  assert.equal(at(44, 24)[3], 255);
});

Deno.test("two paintings share the style by their weights", async () => {
  await using folder = await studio();
  await painted(40, 40, () => [0, 0, 255]).png().toFile(folder.at("blue.png"));
  const blueness = async (...styles: string[]) => {
    const more = ["--set", "loss-build.contentWeight=0", "--iterations", "12", "--quiet", "--overwrite"];
    const args = [...quick.filter((arg, i) => arg !== "--style" && quick[i - 1] !== "--style"), ...more];
    assert.equal((await impasto([...args, ...styles.flatMap((s) => ["--style", s])], { cwd: folder.path })).code, 0);
    const { channels } = await (await read(folder.at("out.png"))).stats();
    return channels[2].mean - channels[0].mean;
  };
  const mostly = await blueness("painting.png=1", "blue.png=9");
  const hardly = await blueness("painting.png=9", "blue.png=1");
  assert(mostly > hardly + 20, `${mostly} and ${hardly}`);
});

Deno.test("a file that this program did not paint is never written over; one that it did is, and an empty one", async () => {
  await using folder = await studio();
  for (const mine of ["no picture", await Deno.readFile(folder.at("photo.png"))]) {
    await folder.write("out.png", mine);
    const outcome = await impasto([...quick, "--json"], { cwd: folder.path });
    assert.equal(outcome.code, 1);
    assert.deepEqual(complaint(outcome), [
      `error: Cannot write ${folder.at("out.png")}: there is a file that this program did not paint`,
      "  name another file with --output, or move it away",
    ]);
    assert.equal((await Deno.stat(folder.at("out.png"))).size, mine.length);
  }
  await folder.write("out.png", "");
  for (const seed of ["1", "2"]) {
    const { code, err } = await impasto([...quick, "--seed", seed], { cwd: folder.path });
    assert.equal(code, 0, err);
  }
});

Deno.test("an output folder that is missing is made, and goes away again if the run fails", async () => {
  await using folder = await studio();
  const into = ["--output", "new/er/out.png"];
  const failed = await impasto([...quickOf("none.png"), ...into], { cwd: folder.path });
  assert.equal(failed.code, 1);
  assert.deepEqual(await folder.list(), tools);
  const { code, err } = await impasto([...quick, ...into], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.equal((await stored(folder.at("new", "er", "out.png"))).width, 48);
});

for (
  const [what, output, message] of [
    ["a file", "photo.png/out.png", /^error: Cannot write .*photo\.png\/out\.png: .*photo\.png is no folder$/],
  ] as const
) {
  Deno.test(`an output folder that is ${what} is one line before anything is painted`, async () => {
    await using folder = await studio();
    const outcome = await impasto([...quick, "--output", output, "--json"], { cwd: folder.path });
    assert.equal(outcome.code, 1);
    assert.match(complaint(outcome)[0], message);
    assert.deepEqual(await folder.list(), tools);
  });
}

/** Runs with one thing wrong: an exit code, one line and its hint, and nothing written. */
async function failing(
  prepare: (folder: Awaited<ReturnType<typeof studio>>) => Promise<readonly string[]>,
  content = "photo.png",
  code = 1,
) {
  await using folder = await studio();
  const args = await prepare(folder);
  const before = await folder.list();
  const outcome = await impasto([...quickOf(content), "--quiet", ...args], { cwd: folder.path });
  assert.equal(outcome.code, code, outcome.err);
  assert.deepEqual(await folder.list(), before);
  return { folder: folder.path, line: complaint(outcome)[0], hint: complaint(outcome)[1] };
}

Deno.test("text instead of a picture is one line that names it", async () => {
  const { folder, line } = await failing(async (folder) => {
    await folder.write("text.jpg", "hello");
    return [];
  }, "text.jpg");
  assert(line.startsWith(`error: Cannot read ${folder}/text.jpg as a picture: `), line);
});

Deno.test("a painting that is cut short is one line that names it", async () => {
  const { folder, line } = await failing(async (folder) => {
    const bytes = await Deno.readFile(folder.at("painting.png"));
    return ["--style", await folder.write("cut.png", bytes.subarray(0, bytes.length / 2))];
  });
  assert(line.startsWith(`error: Cannot read ${folder}/cut.png as a picture: `), line);
});

Deno.test("a picture that is not there is one line that names it", async () => {
  const { folder, line } = await failing(() => Promise.resolve([]), "none.jpg");
  assert.equal(line, `error: Cannot read ${folder}/none.jpg: there is no such file`);
});

const mini = inRoot("weights/vgg19-mini.safetensors");

Deno.test("weights that are cut short are one line that names them", async () => {
  const { folder, line } = await failing(
    async (folder) => {
      const bytes = await Deno.readFile(mini);
      return ["--weights", await folder.write("cut.safetensors", bytes.subarray(0, bytes.length / 2))];
    },
    "photo.png",
    2,
  );
  assert.match(line, /: "conv\S+" ends at byte \d+ of \d+: the file is cut short$/);
  assert(line.startsWith(`error: command line: weights: Cannot use ${folder}/cut.safetensors as weights: `), line);
});

Deno.test("a file with the first layers serves a preset that needs no more, and else lists those it holds", async () => {
  const shapes = [...parameterShapes(networks.vgg19, ["conv1_2"])];
  const first = safetensors(
    Object.fromEntries(shapes.map(([name, shape], i) => [name, filled(shape, 0.01 * (i + 1))])),
  );
  const { line, hint } = await failing(async (folder) => ["--weights", await folder.write("w.safetensors", first)]);
  assert.match(line, /^error: Cannot find conv2_1\.weight in .*w\.safetensors$/);
  assert.equal(hint, "  it holds these layers: conv1_1, conv1_2");

  await using folder = await studio();
  await folder.write("w.safetensors", first);
  const terms = { style: { loss: "gram", layers: { conv1_1: 1, conv1_2: 1 } } };
  await folder.write(
    "mine.json",
    JSON.stringify({ network: "vgg19", weights: "w.safetensors", "loss-build": { terms } }),
  );
  const { code, err } = await impasto([...quick, "--preset", "mine.json"], { cwd: folder.path });
  assert.equal(code, 0, err);
});

Deno.test("a number that is none in the weights stops the run at its step, and names the term", async () => {
  const { line, hint } = await failing(async (folder) => {
    const bytes = await Deno.readFile(mini);
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
    const { dtype, data_offsets: [start] } = header["conv1_1.head.bias"];
    // All ones in the exponent and one in the fraction: not a number, in each of the types.
    const pattern = { F32: [0, 0, 0xc0, 0x7f], F16: [0, 0x7e], BF16: [0xc0, 0x7f] }[dtype as "F32"];
    bytes.set(pattern, 8 + headerLength + start);
    return ["--weights", await folder.write("nan.safetensors", bytes)];
  });
  assert.match(line, /^error: The objective is no longer finite at step 1 of scale 1: style\/conv1_1 is out of range$/);
  assert.match(hint, /check the weights file/);
});

Deno.test(needingShared(
  "weights/vgg19-conv1-3.safetensors",
  "the first layers of the real VGG-19 paint",
  async () => {
    await using folder = await studio();
    const weights = ["--weights", inShared("weights/vgg19-conv1-3.safetensors")];
    const { code, complaints } = await impasto([...quick, ...weights, "--iterations", "2"], { cwd: folder.path });
    assert.equal(code, 0, complaints.join("\n"));
    const { out } = await impasto([...quick, ...weights, "--dry-run"], { cwd: folder.path });
    assert.equal(JSON.parse(out).network, "vgg19", "who brings weights means their network");
  },
));
