/**
 * A stage's options may stand beside its name in the pipeline: whoever reads an option must see these, and what the
 * command line lays over them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { planLine } from "../../studio/plan.ts";
import { watch } from "../../studio/watch.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { recipe, studio } from "../helpers/painting.ts";
import { landscape, stored } from "../helpers/pictures.ts";

const between = ["mean-subtract", "feature-extract", "loss-build"];

/** A folder with a preset all of whose options stand in its pipeline. */
async function atelier() {
  const folder = await studio();
  const json = {
    threads: 1,
    engine: "onnx-cpu",
    "loss-build": recipe["loss-build"],
    pipeline: [
      { stage: "decode", content: "photo.png", styles: [{ picture: "painting.png" }], size: 48, scales: [] },
      ...between,
      { stage: "optimise", iterations: 2, checkpoint: 0.001 },
      "deprocess",
      { stage: "encode", output: "{name}-painted.png" },
    ],
  };
  await folder.write("own.json", JSON.stringify(json));
  return folder;
}

Deno.test("a foreign file at the output is refused if the photograph is named in the pipeline", async () => {
  await using folder = await atelier();
  await folder.write("photo-painted.png", "letters from home");
  const outcome = await impasto(["--preset", "own.json"], { cwd: folder.path });
  assert.equal(outcome.code, 1);
  assert.match(complaint(outcome)[0], /photo-painted\.png: there is a file that this program did not paint$/);
  assert.equal(await Deno.readTextFile(folder.at("photo-painted.png")), "letters from home");
});

Deno.test("an input at the output is refused if both are named in the pipeline", async () => {
  await using folder = await atelier();
  const before = await Deno.readFile(folder.at("photo.png"));
  const outcome = await impasto(["--preset", "own.json", "--output", "{name}.png"], { cwd: folder.path });
  assert.equal(outcome.code, 2);
  assert.match(complaint(outcome)[0], /photo\.png: it is one of the pictures that this run reads$/);
  assert.deepEqual(await Deno.readFile(folder.at("photo.png")), before);
});

Deno.test("flags and --set win over options in the pipeline", async () => {
  await using folder = await atelier();
  await landscape(30, 60).png().toFile(folder.at("other.png"));
  const args = ["--preset", "own.json", "--content", "other.png", "--size", "32", "--set", "optimise.iterations=1"];
  const { code, out, err } = await impasto([...args, "--json"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const { width, height } = await stored(folder.at("other-painted.png"));
  assert.deepEqual([width, height], [16, 32]);
  const steps = out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ kind }) => kind === "step");
  assert.equal(steps.length, 1);
});

Deno.test("a preset that extends one with options in its pipeline may set them in the stage's section", async () => {
  await using folder = await atelier();
  await folder.write("mine.json", JSON.stringify({ extends: "own.json", decode: { size: 20 } }));
  const { code, err } = await impasto(["--preset", "mine.json"], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.equal((await stored(folder.at("photo-painted.png"))).width, 20);
});

Deno.test("a fault in an option of the pipeline is told at its place, one from the command line at its own", async () => {
  await using folder = await atelier();
  await folder.write("wrong.json", JSON.stringify({ extends: "own.json", pipeline: [{ stage: "decode", size: 3 }] }));
  const inFile = await impasto(["validate", "wrong.json"], { cwd: folder.path });
  assert.match(
    complaint(inFile)[0],
    /^error: wrong\.json: pipeline\.0\.size: decode: must be >= 16: current value is 3$/,
  );
  const inCall = await impasto(["validate", "own.json", "--output", "a.gif"], { cwd: folder.path });
  assert.match(complaint(inCall)[0], /^error: command line: encode\.output: "a\.gif" does not end in a format/);
});

Deno.test("two photographs become two pictures if the preset names one in its pipeline", async () => {
  await using folder = await atelier();
  await Deno.mkdir(folder.at("photos"));
  for (const [name, side] of [["a", 40], ["b", 60]] as const) {
    await landscape(60, side).png().toFile(folder.at("photos", `${name}.png`));
  }
  const { code, err } = await impasto(["--preset", "own.json", "--content", "photos/*.png"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const [a, b] = await Promise.all(["a", "b"].map((name) => stored(folder.at(`${name}-painted.png`))));
  assert.deepEqual([a.height, b.height], [32, 48]);
});

Deno.test("a preview, an explanation and a plan see the options of the pipeline", async () => {
  await using folder = await atelier();
  const json = JSON.parse(await Deno.readTextFile(folder.at("own.json")));
  Object.assign(json.pipeline[0], { size: 400, enlarge: true });
  await folder.write("large.json", JSON.stringify(json));
  const stop = new AbortController();
  for await (const preview of watch(folder.at("large.json"), [], { signal: stop.signal })) {
    assert("picture" in preview, "error" in preview ? String(preview.error) : "");
    assert.deepEqual([preview.picture.width, preview.report.scales.length], [256, 1]);
    break;
  }
  stop.abort();
  const { code, out, err } = await impasto(["explain", "large.json"], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.match(out, /^ {2}photograph +\S*photo\.png, 60×40$/m);
  assert.match(out, /^ {2}painting +\S*painting\.png$/m);
  assert.match(out, /^ {2}sizes +400×267$/m);
  assert.match(out, /^ {2}optimiser +lbfgs, 2 steps;/m);
  assert.match(out, /^ {2}result +\S*photo-painted\.png$/m);
  assert.match(await planLine(await loadPreset(folder.at("large.json"))), /^400×267: /);
});

Deno.test("the checkpoint of a run lies beside the picture that the pipeline names, and holds the same options", async () => {
  await using folder = await atelier();
  const args = ["--preset", "own.json", "--json", "--resume", "--iterations", "400", "--set", "optimise.tolerance=0"];
  const { command } = await import("../helpers/command.ts");
  const child = command(args, { cwd: folder.path }).spawn();
  let out = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!out.includes('"kind":"checkpoint"') && (out += text).includes('"kind":"checkpoint"')) child.kill("SIGKILL");
  }
  await child.stderr.cancel();
  await child.status;
  assert((await folder.list()).includes("photo-painted.png.checkpoint"), (await folder.list()).join());
  const other = await impasto([...args, "--size", "40"], { cwd: folder.path });
  assert.equal(other.code, 2);
  assert.match(other.complaints[0], /Cannot resume from \S*: decode\.size was 48 and is 40$/);
});

Deno.test("a painted picture repeats a preset whose options stand in the pipeline", async () => {
  await using folder = await atelier();
  assert.equal((await impasto(["--preset", "own.json"], { cwd: folder.path })).code, 0);
  const first = await stored(folder.at("photo-painted.png"));
  const { code, err } = await impasto(["--preset", "photo-painted.png", "--output", "again.png"], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.deepEqual((await stored(folder.at("again.png"))).data, first.data);
});
