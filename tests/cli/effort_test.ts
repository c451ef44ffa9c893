import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";
import { Buffer } from "node:buffer";

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

Deno.test("flags of stages that do not run are named, others are not", async () => {
  await using folder = await temporaryFolder();
  const warned = async (...args: string[]) => {
    const { code, err } = await impasto([...args, "--preset", "ink", "--size", "64", "--output", folder.at("a.png")]);
    assert.equal(code, 0, err);
    return [...err.matchAll(/(--[\w. -]+) is without effect/g)].map(([, flag]) => flag);
  };
  const steps = ["--iterations", "3", "--set", "loss-build.styleWeight=2", "--strength", "0.5"];
  assert.deepEqual(await warned("--fast", ...steps), ["--iterations", "--set loss-build.styleWeight"]);
  const painter = ["--painter", inRoot("weights/painter.safetensors")];
  assert.deepEqual(await warned("--effort", "better", ...painter, ...steps), []);
  assert.deepEqual(await warned("--learning-rate", "3", ...steps), ["--learning-rate"]);
  const start = ["--start", inRoot("examples/valley.jpg"), "--minutes", "3"];
  assert.deepEqual(await warned("--fast", ...start), ["--start", "--minutes"]);
  assert.deepEqual(await warned(...start, "--iterations", "1"), ["--minutes"]);
  assert.deepEqual(await warned("--fast", ...steps.slice(0, 2), "--output", "-"), ["--iterations"]);
});

Deno.test("masks part the styles of a painter, and colours may stay the photograph's", async () => {
  await using folder = await temporaryFolder();
  const painted = async (name: string, ...args: string[]) => {
    const output = folder.at(`${name}.png`);
    const outcome = await impasto([...args, "--fast", "--size", "96", "--output", output]);
    assert.equal(outcome.code, 0, outcome.err);
    return await levelsOf(output);
  };
  for (const preset of ["starry-sky", "pastel"]) assert((await painted(preset, "--preset", preset)).length > 0);
  const [left, right] = await Promise.all(["left", "right"].map(async (side) => {
    const half = Buffer.from(Array.from({ length: 96 * 72 }, (_, i) => (i % 96 < 48) === (side === "left") ? 255 : 0));
    const file = folder.at(`${side}.png`);
    await sharp(half, { raw: { width: 96, height: 72, channels: 1 } }).png().toFile(file);
    return file;
  }));
  const [monet, ink] = [inRoot("examples/monet.jpg"), inRoot("examples/ink.jpg")];
  const photograph = ["--content", inRoot("examples/harbour.jpg")];
  const both = await painted(
    "both",
    ...[...photograph, "--style", monet, "--mask", left, "--style", ink, "--mask", right],
  );
  const alone = await Promise.all([monet, ink].map((style, i) => painted(`${i}`, ...photograph, "--style", style)));
  /** The mean difference between the two pictures in columns that lie far enough from the border of the masks. */
  const apart = (a: Uint8Array, b: Uint8Array, from: number) => {
    const inside = (levels: Uint8Array) => levels.filter((_, i) => (Math.floor(i / 3) % 96 - from + 96) % 96 < 32);
    return distance(inside(a), inside(b));
  };
  assert(1.3 * apart(both, alone[0], 0) < apart(both, alone[1], 0), "the left is not monet's");
  assert(1.3 * apart(both, alone[1], 64) < apart(both, alone[0], 64), "the right is not ink's");

  const chroma = (levels: Uint8Array) => {
    const channel = (c: number) => levels.filter((_, i) => i % 3 === c);
    const [red, green, blue] = [0, 1, 2].map(channel);
    return [Array.from(red, (r, i) => r - green[i]), Array.from(blue, (b, i) => b - green[i])].flat();
  };
  const own = await sharp(inRoot("examples/harbour.jpg")).resize(96, 72, { fit: "fill" }).raw().toBuffer();
  const far = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / a.length;
  const kept = await painted("kept", "--preset", "monet", ...photograph, "--set", "deprocess.colours=photograph");
  assert(2 * far(chroma(kept), chroma(own)) < far(chroma(alone[0]), chroma(own)), "colours are not the photograph's");
});

Deno.test("flags that contradict each other are one error", async () => {
  const hints = async (...args: string[]) => complaint(await impasto([...args, "--quiet"]))[0];
  assert.match(await hints("--preset", "monet", "--fast", "--effort", "better"), /--fast with --effort better/);
  assert.match(await hints("--preset", "monet", "--painter", "x", "--effort", "best"), /--painter with --effort best/);
  assert.match(await hints("--preset", "monet", "--start", "x", "--effort", "better"), /--start with --effort better/);
});

Deno.test("train counts what the preset says, keeps painters that are there, and needs more than a sample", async () => {
  await using folder = await temporaryFolder();
  const dry = async (...args: string[]) => {
    const { code, out, err } = await impasto(["train", ...args, "--dry-run"], { cwd: folder.path });
    assert.equal(code, 0, err);
    return { ...JSON.parse(out), err };
  };
  const [a, b] = [inRoot("examples/valley.jpg"), inRoot("examples/ink.jpg")];
  const said = { train: { steps: 77 }, encode: { output: "own.png" } };
  await Deno.writeTextFile(folder.at("mine.json"), JSON.stringify({ extends: "monet", ...said }));
  const own = await dry("./mine.json", "--content", a, "--content", b);
  assert.equal(own.train.steps, 77);
  assert.deepEqual(own.train.photographs.length, 2);
  assert.match(own.encode.output, /own\.png$/);
  assert.equal((await dry("./mine.json", "--content", a, "--minutes", "2")).train.steps, 200);
  await Deno.copyFile(inRoot("weights/painter.safetensors"), folder.at("monet.painter"));
  const kept = await dry("monet", "--content", a);
  assert.equal(kept.train.steps, 1000);
  assert.match(kept.train.painter, /monet-2\.painter$/);
  assert.match(kept.encode.output, /monet-2-sample\.png$/);
  assert.match((await dry("monet", "--content", a, "--resume")).train.painter, /monet-2\.painter$/);
  await Deno.writeTextFile(folder.at("monet.painter.checkpoint"), "");
  assert.match((await dry("monet", "--content", a, "--resume")).train.painter, /monet\.painter$/);
  await Deno.rename(folder.at("monet.painter.checkpoint"), folder.at("monet-2.painter.checkpoint"));
  assert.match((await dry("monet", "--content", a, "--resume")).train.painter, /monet-2\.painter$/);
  await Deno.mkdir(folder.at("photos"));
  for (const [i, photo] of [a, b].entries()) await Deno.copyFile(photo, folder.at("photos", `${i}.jpg`));
  assert.equal((await dry("monet", "--content", folder.at("photos"))).train.photographs.length, 2);
  const refused = async (...args: string[]) =>
    complaint(await impasto(["train", "monet", "--content", b, "--quiet", ...args], { cwd: folder.path }))[0];
  await Deno.copyFile(a, folder.at("photo"));
  assert.match(await refused("--painter", "photo"), /photo: there is a file that is no painter/);
  assert.match(await refused("--painter", "new.jpg"), /new\.jpg: \.jpg is the ending of a picture/);
  assert.match(await refused("--minutes", "1", "--set", "train.steps=3"), /--minutes with train\.steps/);
  const alone = complaint(await impasto(["train", "painting", "--style", b, "--content", a, "--quiet"]));
  assert.match(alone[0], /one photograph: it is kept for the sample/);
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
  const [other, instead] = await said("--preset", "oil", "--fast", "--quiet");
  assert.match(other, /paintings as they are/);
  assert.match(instead, /deprocess\.colours/);
  assert.match((await said("--preset", "monet", "--effort", "fastest", "--quiet"))[1], /instant, better, best/);
  assert.match((await said("--preset", "monet", "--painter", "gone.painter", "--quiet"))[0], /gone\.painter/);
  assert.deepEqual(await folder.list(), []);
});

Deno.test("train without a preset, or with a strange time, is one line and its hint", async () => {
  assert.match(complaint(await impasto(["train", "--quiet"]))[0], /No preset to train/);
  assert.match(complaint(await impasto(["train", "monet", "--minutes", "soon", "--quiet"]))[0], /soon minutes/);
});
