import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";

/** The levels of a picture. */
async function levelsOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(path).removeAlpha().raw().toBuffer());
}

/** The mean difference of two pictures of one size, in levels. */
function distance(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((sum, level, i) => sum + Math.abs(level - b[i]), 0) / a.length;
}

Deno.test("--fast paints what --effort instant paints, and each style another picture", async () => {
  await using folder = await temporaryFolder();
  const painted = async (name: string, ...args: string[]) => {
    const output = folder.at(name);
    const outcome = await impasto([...args, "--size", "128", "--output", output]);
    assert.equal(outcome.code, 0, outcome.err);
    assert(!/step \d/.test(outcome.err), "it took steps");
    return await levelsOf(output);
  };
  const monet = await painted("a.png", "--preset", "monet", "--fast");
  assert.deepEqual(await painted("b.png", "--preset", "monet", "--effort", "instant"), monet);
  assert.deepEqual(await painted("c.png", "--preset", "monet", "--set", "method=painter"), monet);
  const ink = await painted("d.png", "--preset", "monet", "--fast", "--style", inRoot("examples/ink.jpg"));
  assert(distance(monet, ink) > 10);
  const photograph = await levelsOf(
    await folder.write(
      "e.png",
      new Uint8Array(await sharp(inRoot("examples/harbour.jpg")).resize(128, 96, { fit: "fill" }).png().toBuffer()),
    ),
  );
  assert(distance(monet, photograph) > 5);
});

Deno.test("--effort better takes a few steps from the painter's picture", async () => {
  await using folder = await temporaryFolder();
  const output = folder.at("a.png");
  const { code, err } = await impasto(["--preset", "ink", "--effort", "better", "--size", "96", "--output", output]);
  assert.equal(code, 0, err);
  assert.match(err, /scale 1\/1 96×72 {2}step 8\/8/);
});

Deno.test("masks part the styles of a painter, and colours may stay the photograph's", async () => {
  await using folder = await temporaryFolder();
  for (const preset of ["starry-sky", "pastel"]) {
    const output = folder.at(`${preset}.png`);
    const outcome = await impasto(["--preset", preset, "--fast", "--size", "96", "--output", output]);
    assert.equal(outcome.code, 0, outcome.err);
    assert((await levelsOf(output)).length > 0);
  }
});

Deno.test("what a painter cannot paint is one error, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const said = async (...args: string[]) => complaint(await impasto([...args, "--size", "96"], { cwd: folder.path }));
  const [unknown, way] = await said(
    "--preset",
    "monet",
    "--fast",
    "--style",
    inRoot("examples/gallery.jpg"),
    "--quiet",
  );
  assert.match(unknown, /not learnt these paintings/);
  assert.match(way, /impasto train .*monet, van-gogh/);
  assert.match((await said("--preset", "oil", "--fast", "--quiet"))[0], /not learnt/);
  assert.match((await said("--preset", "monet", "--effort", "fastest", "--quiet"))[1], /instant, better, best/);
  assert.match((await said("--preset", "monet", "--painter", "gone.painter", "--quiet"))[0], /gone\.painter/);
  assert.deepEqual(await folder.list(), []);
});

Deno.test("train without a preset, or with a strange time, is one line and its hint", async () => {
  assert.match(complaint(await impasto(["train", "--quiet"]))[0], /No preset to train/);
  assert.match(complaint(await impasto(["train", "monet", "--minutes", "soon", "--quiet"]))[0], /soon minutes/);
});
