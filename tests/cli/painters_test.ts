import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { painterModel } from "../../painters/onnx_model.ts";
import { cropOf } from "../../painters/crop.ts";
import { repainted } from "../../painters/repainting.ts";
import { openEngine } from "../../engines/mod.ts";
import { loadPicture } from "../../pictures/read_picture.ts";
import { openPainter, writePainter } from "../../weights/painter_file.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { studio } from "../helpers/painting.ts";
import { assertSameBytes } from "../helpers/same_bytes.ts";
import { weightsFile } from "../helpers/weights_files.ts";
import { differences, networkFile } from "../painters/networks.ts";
import { shippedPainter } from "../../weights/painter_file.ts";
import { smallPainter } from "../painters/small_painter.ts";

const path = (name: string) => fileURLToPath(networkFile(name));
const small = ["--size", "48", "--threads", "1", "--engine", "onnx-cpu"];

Deno.test("a network of others is imported to a file, and paints without a preset and a painting", async () => {
  await using folder = await studio();
  const run = async (...args: string[]) => {
    const outcome = await impasto(args, { cwd: folder.path });
    assert.equal(outcome.code, 0, outcome.err);
    return outcome;
  };
  const { out } = await run("weights", "import", path("style.model"), "--painter", "mine.painter");
  assert.deepEqual(out.split("\n"), [
    "mine is here: a painter (fast-neural-style-4-6-8-1), mine.painter",
    "paint with it: --painter mine.painter --content PHOTO",
    "",
  ]);
  assert.match(
    (await run("weights", "import", path("style.model"), "--painter", "mine.painter")).out,
    /mine-2\.painter$/m,
  );
  await run("--content", "photo.png", "--painter", "mine.painter", "--output", "out.png", ...small);
  await run("--content", "photo.png", "--painter", path("style.pth"), "--output", "direct.png", ...small);

  const size = { width: 48, height: 32 };
  const painter = await openPainter(folder.url("mine.painter"));
  assert.deepEqual(painter.rows.map(({ name }) => name), ["mine"]);
  const photograph = await (await loadPicture(folder.url("photo.png").href)).pixels(size);
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const { data } = await repainted(painter, photograph, [{ row: painter.rows[0].values }], engine);
  for (const name of ["out.png", "direct.png"]) {
    const picture = await (await loadPicture(folder.url(name).href)).pixels(size);
    assert(differences(data.map((level) => Math.min(255, Math.max(0, level))), picture.data).most < 1);
  }
});

Deno.test("a network in ONNX is stored, listed, verified, painted with, exported and removed", async () => {
  await using folder = await studio();
  const cache = folder.at("cache");
  const run = async (...args: string[]) => {
    const outcome = await impasto(args, { cwd: folder.path, env: { IMPASTO_CACHE: cache } });
    assert.equal(outcome.code, 0, outcome.err);
    return outcome.out.trimEnd().split("\n");
  };
  const stored = folder.at("cache", "weights", "one.safetensors");
  assert.deepEqual(await run("weights", "import", path("one.onnx"), "--name", "one"), [
    "one is here: a painter (network in ONNX), with levels of 0..1 (as its results are, and --range says another), " +
    stored,
    "paint with it: --painter stored:one --content PHOTO",
  ]);
  const line = (await run("weights", "list")).find((line) => line.startsWith("one "));
  assert.match(line!, /^one +network in ONNX +painter .* that of its source .*one\.safetensors$/);
  assert.deepEqual(await run("weights", "verify", "one"), ["one is sound"]);
  const other = ["weights", "import", path("style.pth"), "--name", "one"];
  const refused = await impasto(other, { cwd: folder.path, env: { IMPASTO_CACHE: cache } });
  assert.equal(refused.code, 2);
  assert.match(refused.err, /^error: Cannot store one: \S*one\.onnx has that name\n.*--name, .*--overwrite/m);
  await run("weights", "import", path("one.onnx"), "--name", "one");
  await run("--content", "photo.png", "--painter", "stored:one", "--output", "out.png", ...small);
  const { size } = await loadPicture(folder.url("out.png").href);
  assert.deepEqual(size, { width: 48, height: 32 });
  await run("export", "stored:one", "--onnx", "again.onnx");
  assert.deepEqual(await Deno.readFile(folder.at("again.onnx")), await Deno.readFile(path("one.onnx")));
  assert.deepEqual(await run("weights", "remove", "one"), ["one is removed"]);
});

Deno.test("a painter is exported with all of its styles, or those named", async () => {
  await using folder = await temporaryFolder();
  await writePainter(folder.at("three.painter"), smallPainter(["one", "two", "three"]));
  const run = async (...args: string[]) => {
    const outcome = await impasto(["export", "three.painter", "--onnx", "out.onnx", ...args], { cwd: folder.path });
    assert.equal(outcome.code, 0, outcome.err);
    return outcome.out.trimEnd().split("\n");
  };
  assert.deepEqual(await run(), [
    "out.onnx is here: 0.2 MB, weights in float16",
    "it takes photograph [1,3,H,W] in RGB of 0..255, and style [3], the shares of one, two, three; it gives picture, " +
    "the same",
  ]);
  const first = await Deno.readFile(folder.at("out.onnx"));
  await folder.write("out-2.onnx", new Uint8Array());
  await impasto(["export", "three.painter", "--onnx", "out-2.onnx"], { cwd: folder.path });
  assertSameBytes(await Deno.readFile(folder.at("out-2.onnx")), first);
  await Deno.remove(folder.at("out-2.onnx"));
  const [second] = await run("--styles", "two,one", "--json");
  assert.deepEqual([JSON.parse(second).styles, JSON.parse(second).path], [["two", "one"], "out-2.onnx"]);
  assertSameBytes(await Deno.readFile(folder.at("out.onnx")), first);
  const third = await run("--styles", "two", "--overwrite");
  assert.match(third[1], /^it takes photograph \[1,3,H,W\] in RGB of 0\.\.255; it gives/);
  assert.deepEqual(await folder.list(), ["out-2.onnx", "out.onnx", "three.painter"]);
});

Deno.test("of a preset the style that its painter has for the paintings is exported", async () => {
  await using folder = await studio();
  const painter = smallPainter(["one", "two"]);
  const digest = createHash("sha256").update(await Deno.readFile(folder.at("painting.png"))).digest("hex");
  const rows = [painter.rows[0], { ...painter.rows[1], learnt: [{ painting: digest, weight: 1 }] }];
  await writePainter(folder.at("two.painter"), { ...painter, rows });
  const args = ["export", "recipe.json", "--style", "painting.png", "--painter", "two.painter", "--onnx", "out.onnx"];
  const { code, err } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0, err);
  const { bytes } = painterModel(painter, [{ name: "recipe", values: painter.rows[1].values }]);
  assertSameBytes(await Deno.readFile(folder.at("out.onnx")), bytes);
});

Deno.test("wrong calls and wrong networks are one line and its hint, and nothing is written", async () => {
  await using folder = await studio();
  await writePainter(folder.at("a.painter"), smallPainter(["one"]));
  await folder.write("cut.painter", (await Deno.readFile(folder.at("a.painter"))).subarray(0, 4000));
  const before = await folder.list();
  const grey = path("grey.onnx");
  const paint = ["--content", "photo.png", "--output", "out.png", ...small];
  const cases: readonly [string[], number, RegExp, RegExp][] = [
    [["weights", "import", path("one.onnx"), "--name", "vgg19"], 2, /^error: Cannot store .* as vgg19/, /another name/],
    [["weights", "import", path("one.onnx")], 2, /^error: The painter needs a name$/, /--name NAME/],
    [
      ["weights", "import", path("one.onnx"), "--name", "x", "--range", "2"],
      2,
      /^error: Unknown range 2$/,
      /--range 1/,
    ],
    [
      ["weights", "import", grey, "--name", "x"],
      1,
      /^error: Cannot use .*grey\.onnx as a painter: it takes "in0"/,
      /float32/,
    ],
    [
      ["weights", "import", path("smaller.onnx"), "--painter", "x"],
      1,
      /^error: Cannot paint with x: it makes 32×32/,
      /./,
    ],
    [
      ["weights", "import", fileURLToPath(weightsFile("zip.pth")), "--painter", "x"],
      1,
      /^error: Cannot use .*zip\.pth as a painter: it is a state dict, but not/,
      /fast_neural_style/,
    ],
    [
      ["weights", "import", fileURLToPath(weightsFile("zip.pth")), "--name", "x", "--range", "1"],
      2,
      /^error: Cannot use --range/,
      /leave it out/,
    ],
    [["export"], 2, /^error: Nothing to export$/, /export PRESET\|FILE --onnx OUT/],
    [["export", "a.painter"], 2, /^error: The model needs a place$/, /--onnx OUT/],
    [
      ["export", "a.painter", "--onnx", "a.painter"],
      2,
      /^error: Cannot write a\.painter: the run reads it$/,
      /another/,
    ],
    [["export", "a.painter", "--onnx", "b", "--styles", "x"], 2, /^error: The painter has no style x$/, /it has one$/],
    [["export", "cut.painter", "--onnx", "b"], 1, /^error: Cannot use .*cut\.painter as a painter: /, /./],
    [["export", "nowhere", "--onnx", "b"], 2, /^error: .*nowhere/, /./],
    [
      ["export", "a.painter", "--onnx", "b.JPG"],
      2,
      /model in ONNX to b\.JPG: \.jpg is the ending of a picture$/,
      /--onnx/,
    ],
    [
      ["weights", "import", path("style.model"), "--painter", "b.png"],
      2,
      /painter to b\.png: \.png is the ending of a picture$/,
      /--painter/,
    ],
    [[...paint, "--painter", "cut.painter"], 1, /^error: Cannot use .*cut\.painter as a painter: /, /./],
    [[...paint, "--painter", grey], 1, /^error: Cannot use .*grey\.onnx as a painter: /, /./],
    [[...paint, "--painter", "stored:none"], 1, /^error: There is no painter stored as none$/, /weights import FILE/],
    [
      ["weights", "import", fileURLToPath(shippedPainter), "--name", "x"],
      1,
      /^error: .*painter\.safetensors is a painter of Impasto already$/,
      /--painter/,
    ],
    [[...paint, "--painter", path("one.onnx"), "--set", "repaint.styles.x=1"], 2, /no style x$/, /it has one alone$/],
  ];
  for (const [args, code, message, hint] of cases) {
    const outcome = await impasto(args, { cwd: folder.path });
    const shown = { ...outcome, complaints: outcome.complaints.filter((line) => !line.startsWith("engine ")) };
    const lines = complaint(shown);
    assert.match(lines[0], message);
    assert.match(lines[1], hint);
    assert.equal(outcome.code, code, args.join(" "));
  }
  assert.deepEqual(await folder.list(), before);
});

Deno.test("many photographs are previewed on one sheet as --fast paints them, unless they are painted already", async () => {
  await using folder = await studio();
  await Deno.mkdir(folder.at("photos"));
  for (const name of ["a", "b"]) await Deno.copyFile(folder.at("photo.png"), folder.at("photos", `${name}.png`));
  await folder.write("photos/c.png", "no picture");
  const run = async (...args: string[]) =>
    await impasto(["--preset", "monet", "--output", "out/{name}.png", "--overwrite", ...small, ...args], {
      cwd: folder.path,
    });
  const quick = ["--content", "photos", "--iterations", "1", "--preview"];
  const first = await run(...quick);
  assert.equal(first.code, 1);
  assert.match(first.err, /preview: .*out\/monet-preview\.png/);
  const { width, height } = (await loadPicture(folder.url("out/monet-preview.png").href)).size;
  // Two pictures of 48 × 32, each with a line of words, and 8 pixels around all.
  assert.deepEqual([width, height], [8 + 2 * (48 + 8), 8 + 32 + 16 + 8]);
  await run("--content", "photo.png", "--fast", "--output", "fast.png");
  const [sheet, fast] = await Promise.all([
    (await loadPicture(folder.url("out/monet-preview.png").href)).pixels({ width, height }),
    (await loadPicture(folder.url("fast.png").href)).pixels({ width: 48, height: 32 }),
  ]);
  for (const left of [8, 64]) {
    const part = cropOf(sheet, { left, top: 8, width: 48, height: 32 });
    assert(differences(part, fast.data).most <= 1);
  }
  const quickly = await run("--content", "photos", "--fast", "--preview", "--output", "fast/{name}.png");
  assert.match(quickly.err, /preview: .*fast\/monet-preview\.png/);
  await Deno.remove(folder.at("out", "monet-preview.png"));
  assert.match((await run(...quick)).err, /there is no preview: Cannot read .*c\.png as a picture/);
  await Deno.remove(folder.at("photos", "c.png"));
  assert.doesNotMatch((await run(...quick)).err, /preview/);
  const alone = await run("--content", "photo.png", "--preview");
  assert.deepEqual(complaint(alone)[0], "error: Cannot preview one photograph: --preview is for many");
});
