import assert from "node:assert/strict";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { studio, tools } from "../helpers/painting.ts";
import { stored } from "../helpers/pictures.ts";
import { linesOf } from "../../studio/letters.ts";
import { contactSheet } from "../../studio/sheet.ts";

const pictures = ["--content", "photo.png", "--style", "painting.png", "--threads", "1", "--iterations", "1"];
const vary = ["variations", "recipe.json", ...pictures, "--size", "48", "--set", "decode.scales=[]"];

Deno.test("variations paints every combination onto one sheet: a row for each of the first values", async () => {
  await using folder = await studio();
  const varied = ["loss-build.styleWeight=0,40", "optimise.seed=3", "decode.styleScale=0.5,1,2", "decode.scales=[]"];
  const sets = varied.flatMap((set) => ["--set", set]);
  const args = [...pictures, "--iterations", "3", "--size", "48", ...sets, "--json"];
  const { code, out, err } = await impasto(["variations", "recipe.json", ...args], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.deepEqual(await folder.list(), ["painting.png", "photo.png", "recipe-variations.png", "recipe.json"]);
  const sheet = await stored(folder.at("recipe-variations.png"));
  // Cells of 48×32 with a label of lines of 16 below, and 8 between them.
  const { length } = await linesOf("styleWeight=40  styleScale=0.5", 48, 16);
  const rowHeight = 32 + 16 * length + 8;
  assert.deepEqual([sheet.width, sheet.height], [8 + 3 * 56, 8 + 2 * rowHeight]);
  const labels = out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ kind }) => kind === "photograph");
  assert.deepEqual(labels.map(({ file }) => file), [
    ...["0.5", "1", "2"].map((scale) => `styleWeight=0  styleScale=${scale}`),
    ...["0.5", "1", "2"].map((scale) => `styleWeight=40  styleScale=${scale}`),
  ]);
  // Without a style the three are one picture; with it, the first row and the second differ.
  const cell = (column: number, row: number) =>
    [5, 20, 40].map((x) => sheet.at(8 + column * 56 + x, 8 + row * rowHeight + 16).join()).join(" ");
  assert.equal(cell(0, 0), cell(1, 0));
  assert.notEqual(cell(0, 0), cell(0, 1));
  const colours = (column: number, row: number) => new Set(cell(column, row).split(" ")).size;
  for (const row of [0, 1]) {
    for (const column of [0, 1, 2]) assert(colours(column, row) > 1, `blank at ${column}, ${row}`);
  }
});

Deno.test("the names of photograph and preset take their places in the sheet's name", async () => {
  await using folder = await studio();
  const args = [...vary, "--set", "optimise.seed=1,2", "--output", "{name} {preset}.png", "--quiet"];
  const { code, err } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0, err);
  assert((await folder.list()).includes("photo recipe.png"));
});

Deno.test("every label is legible: dark strokes on white, other words elsewhere, and no font is asked for", async () => {
  const picture = { width: 120, height: 10, data: new Uint8Array(120 * 10 * 3) };
  const bytes = async (label: string) => await contactSheet([{ label, picture }], { columns: 1 });
  const ink = async (label: string) => {
    const file = await Deno.makeTempFile({ suffix: ".png" });
    await Deno.writeFile(file, await bytes(label));
    const { data, width } = await stored(file);
    await Deno.remove(file);
    const below = data.subarray(width * 3 * 19);
    return below.filter((level, i) => i % 3 === 0 && level < 140).length;
  };
  assert.equal(await ink(" "), 0);
  const [one, two] = [await ink("x=1"), await ink("x=1 y=2")];
  assert(one > 15 && two > 1.5 * one, `${one} and ${two} dark pixels`);
  assert.notDeepEqual(await bytes("seed=1"), await bytes("seed=7"));
});

Deno.test("a label beneath a narrow picture takes several lines instead of smaller letters", async () => {
  assert.deepEqual(await linesOf("styleWeight=0.1  seed=1", 300, 16), ["styleWeight=0.1  seed=1"]);
  assert.deepEqual(await linesOf("styleWeight=0.1  seed=1", 180, 16), ["styleWeight=0.1", "seed=1"]);
  assert.deepEqual(await linesOf("styleWeight=0.1  seed=1", 96, 16), ["style", "Weight=0.1", "seed=1"]);
  assert.deepEqual(await linesOf("description=mmmmmm", 60, 16), ["descri", "ption=", "mmm", "mmm"]);
  await using folder = await studio();
  const heightOf = async (width: number) => {
    const picture = { width, height: 10, data: new Uint8Array(width * 10 * 3) };
    const bytes = await contactSheet([{ label: "styleWeight=0.1  seed=1", picture }], { columns: 1 });
    return (await stored(await folder.write("sheet.png", bytes))).height;
  };
  assert.equal(await heightOf(96), await heightOf(300) + 32);
});

Deno.test("nothing to vary, an unsound value and an unknown preset are told before anything is painted", async () => {
  await using folder = await studio();
  const cases: [readonly string[], RegExp][] = [
    [["variations", "recipe.json", ...pictures], /^error: There is nothing to vary$/],
    [["variations"], /^error: No preset to vary$/],
    [[...vary, "--set", "optimise.seed=1,x"], /^error: command line: optimise\.seed: must be a whole number/],
    [["variations", "none.json", "--set", "optimise.seed=1,2"], /^error: Cannot find the preset none\.json$/],
    [[...vary, "--set", "optimise.seed=1,2", "--output", "photo.png"], /^error: Cannot write .*photo\.png: it is one/],
    [[...vary, "--set", "optimise.seed=1,2", "--output", "sheet.tif"], /^error: Cannot write a sheet as \.tif$/],
  ];
  for (const [args, message] of cases) {
    const outcome = await impasto(args, { cwd: folder.path });
    assert.equal(outcome.code, 2);
    assert.match(complaint(outcome)[0], message);
    assert.deepEqual(await folder.list(), tools);
  }
});

/** The cells of a sheet that are told while it is painted, and the file that it became. */
async function cellsOf(folder: Awaited<ReturnType<typeof studio>>, args: readonly string[]) {
  const { code, out, err } = await impasto(["variations", ...args, "--json"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const records = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  return {
    labels: records.filter(({ kind }) => kind === "photograph").map(({ file }) => file),
    file: records.find(({ kind }) => kind === "picture").file as string,
  };
}

const shortly = ["--threads", "1", "--size", "48", "--set", "decode.scales=[]"];

Deno.test("flags of options vary as --set does, paintings and photographs too; a file with a comma in its name is one", async () => {
  await using folder = await studio();
  await Deno.copyFile(folder.at("painting.png"), folder.at("a,b.png"));
  const common = ["recipe.json", "--content", "photo.png", ...shortly, "--iterations", "1"];
  const weights = await cellsOf(folder, [...common, "--style", "a,b.png", "--style-weight", "1,2,30"]);
  assert.deepEqual(weights.labels, ["styleWeight=1", "styleWeight=2", "styleWeight=30"]);
  const { width } = await stored(weights.file);
  assert.equal(width, 8 + 3 * 56);
  const both = ["--style", "painting.png,photo.png", "--colours", "painting,photograph", "--set", "optimise.seed=1"];
  const { labels } = await cellsOf(folder, [...common, ...both]);
  assert.deepEqual(labels, [
    "style=painting  colours=painting",
    "style=painting  colours=photograph",
    "style=photo  colours=painting",
    "style=photo  colours=photograph",
  ]);
  const lists = await cellsOf(folder, [...common, "--style", "painting.png", "--iterations", "[1,2],2", "--seed", "7"]);
  assert.deepEqual(lists.labels, ["iterations=[1,2]", "iterations=2"]);
});

Deno.test("several presets become one labelled sheet of one's own photograph, however they are named", async () => {
  await using folder = await studio();
  const args = ["--content", "photo.png", ...shortly, "--iterations", "4"];
  const sheets: Awaited<ReturnType<typeof stored>>[] = [];
  for (const named of [["--preset", "monet,ink"], ["--preset", "monet", "--preset", "ink"], ["monet,ink"]]) {
    const { labels, file } = await cellsOf(folder, [...named, ...args]);
    assert.deepEqual(labels, ["monet", "ink"]);
    sheets.push(await stored(file));
  }
  assert.deepEqual(await folder.list(), [
    "painting.png",
    "photo-presets-2.png",
    "photo-presets-3.png",
    "photo-presets.png",
    ...tools.slice(1),
  ]);
  assert.deepEqual(sheets[0].data, sheets[2].data);
  // Two pictures of the photograph's shape, which differ.
  const { length } = await linesOf("monet", 48, 16);
  assert.deepEqual([sheets[0].width, sheets[0].height], [8 + 2 * 56, 8 + 32 + 16 * length + 8]);
  const row = (left: number) => Array.from({ length: 48 }, (_, x) => sheets[0].at(left + x, 20).join());
  assert.notDeepEqual(row(8), row(64));
});

Deno.test("what cannot be painted leaves its place on the sheet empty, and is told", async () => {
  await using folder = await studio();
  const args = ["--fast", "--size", "48", "--content", "photo.png", "--output", "sheet.png", "--quiet"];
  const outcome = await impasto(["variations", "--preset", "oil,monet", ...args], { cwd: folder.path });
  assert.equal(outcome.code, 1);
  assert.match(complaint(outcome)[0], /^error: oil: A painter knows paintings as they are/);
  const sheet = await stored(folder.at("sheet.png"));
  assert.equal(sheet.width, 8 + 2 * 56);
  const row = (left: number) => new Set(Array.from({ length: 48 }, (_, x) => sheet.at(left + x, 20).join()));
  assert.deepEqual([...row(8)], ["255,255,255"]);
  assert(row(64).size > 10);
  // There is no sheet of nothing.
  const nothing = ["variations", "--preset", "oil", "--set", "decode.styleScale=0.5,1", ...args.with(-2, "none.png")];
  assert.equal((await impasto(nothing, { cwd: folder.path })).code, 2);
  assert(!(await folder.list()).includes("none.png"));
});

Deno.test("--set extends=… is a fault", async () => {
  await using folder = await studio();
  const outcome = await impasto([...vary, "--set", "extends=monet,ink"], { cwd: folder.path });
  assert.equal(outcome.code, 2);
  assert.deepEqual(complaint(outcome), [
    "error: Cannot use --set extends=monet,ink: what a preset builds on is not changed for a run",
    "  name another preset with --preset",
  ]);
});

Deno.test("commas inside brackets part no values", async () => {
  await using folder = await studio();
  const args = ["variations", "recipe.json", ...pictures, "--size", "48", "--quiet"];
  const { code, err } = await impasto([...args, "--set", "decode.scales=[],[24,32]"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const { width } = await stored(folder.at("recipe-variations.png"));
  assert.equal(width, 8 + 2 * 56);
});

Deno.test("on a sheet of several rows every picture stands whole above its own label", async () => {
  await using folder = await temporaryFolder();
  const colours = [[200, 10, 10], [10, 200, 10], [10, 10, 200], [200, 200, 10]];
  const [width, height] = [40, 30];
  const cells = colours.map((colour, i) => ({
    label: i === 0 ? "a=1  b=2  c=3" : "a=1",
    picture: { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, k) => colour[k % 3]) },
  }));
  const { length } = await linesOf(cells[0].label, width, 16);
  assert(length > 1);
  const sheet = await stored(await folder.write("sheet.png", await contactSheet(cells, { columns: 2 })));
  const rowHeight = height + 16 * length + 8;
  assert.deepEqual([sheet.width, sheet.height], [8 + 2 * (width + 8), 8 + 2 * rowHeight]);
  colours.forEach((colour, i) => {
    const [left, top] = [8 + (i % 2) * (width + 8), 8 + Math.floor(i / 2) * rowHeight];
    for (const [x, y] of [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]) {
      assert.deepEqual(sheet.at(left + x, top + y), colour, `picture ${i} at ${x}, ${y}`);
    }
    // Around it the paper is white, and so is the left edge of the label's line.
    for (const [x, y] of [[-1, 0], [width, 0], [0, -1]]) assert.deepEqual(sheet.at(left + x, top + y), [255, 255, 255]);
  });
});
