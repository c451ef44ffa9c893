import assert from "node:assert/strict";
import { optimisers } from "../../optimisers/mod.ts";
import { command, complaint, impasto } from "../helpers/command.ts";
import type { TemporaryFolder } from "../helpers/folders.ts";
import { quick, studio, tools } from "../helpers/painting.ts";
import { landscape } from "../helpers/pictures.ts";

/** Two scales, noise at the start, a snapshot on the way, and a checkpoint as often as can be. */
const long = [...quick, "--set", "decode.scales=[32]", "--set", "optimise.start.noise=1", "--snapshots", "8"];
const often = [...long, "--iterations", "12", "--checkpoint", "0.001", "--json"];

/** Runs until so many records of a kind are there, then sends a signal. */
async function stopped(
  folder: TemporaryFolder,
  args: readonly string[],
  [kind, count]: readonly [string, number],
  signal: Deno.Signal,
) {
  const child = command(args, { cwd: folder.path }).spawn();
  const err = new Response(child.stderr).text();
  let out = "";
  let sent = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (sent || out.split(`"kind":"${kind}`).length <= count) continue;
    sent = true;
    child.kill(signal);
  }
  await err;
  return await child.status;
}

async function picturesOf(folder: TemporaryFolder): Promise<Record<string, Uint8Array>> {
  const names = (await folder.list()).filter((name) => !tools.includes(name));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await Deno.readFile(folder.at(name))] as const)),
  );
}

const unix = Deno.build.os !== "windows";

for (const optimiser of Object.keys(optimisers)) {
  Deno.test({
    name: `a run with ${optimiser} that is killed and resumed again and again paints the same bytes`,
    ignore: !unix,
    async fn() {
      await using calm = await studio();
      await using folder = await studio();
      const args = [...often, "--optimiser", optimiser];
      assert.equal((await impasto(args, { cwd: calm.path })).code, 0);
      // In the middle of the coarse scale, at its end, and in the middle of the fine one.
      for (const [kind, count] of [["checkpoint", 2], ["stage", 9], ["checkpoint", 1]] as const) {
        assert.equal((await stopped(folder, [...args, "--resume"], [kind, count], "SIGKILL")).signal, "SIGKILL");
        assert((await folder.list()).includes("out.png.checkpoint"));
      }
      const { code, out } = await impasto([...args, "--resume"], { cwd: folder.path });
      assert.equal(code, 0);
      assert.match(out, /^\{"kind":"resumed"/);
      assert.deepEqual(await picturesOf(folder), await picturesOf(calm));
    },
  });
}

/** Darkens the photograph and the paintings, a plain stage right behind decode. */
const dusk = `export default {
  name: "dusk",
  description: "darkens all pictures",
  takes: "pictures",
  gives: "pictures",
  options: {},
  create: () => async ({ content, styles, ...rest }, { position }) => {
    if (position.length !== 1) throw new Error("it runs at each scale");
    const darker = (picture) => ({ ...picture, data: picture.data.map((level) => 0.5 * level) });
    return { ...rest, content: darker(content), styles: styles.map((style) => ({ ...style, picture: darker(style.picture) })) };
  },
};`;

Deno.test({
  name: "with a plain stage behind decode a run that is killed at any scale and resumed paints the same bytes",
  ignore: !unix,
  async fn() {
    await using calm = await studio();
    await using folder = await studio();
    const rest = ["mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess", "encode"];
    for (const { write } of [calm, folder]) {
      await write("dusk.ts", dusk);
      await write(
        "dusk.json",
        JSON.stringify({ extends: "./recipe.json", pipeline: ["decode", { stage: "./dusk.ts" }, ...rest] }),
      );
    }
    const args = [...often.with(1, "dusk.json"), "--snapshots", "0", "--set", "decode.scales=[24,32]"];
    assert.equal((await impasto(args, { cwd: calm.path })).code, 0);
    // At the first checkpoint of each scale.
    for (const scale of [0, 1, 2]) {
      const record = `checkpoint","file":"${
        folder.at("out.png.checkpoint")
      }","position":[{"of":"scale","index":${scale}`;
      assert.equal((await stopped(folder, [...args, "--resume"], [record, 1], "SIGKILL")).signal, "SIGKILL");
    }
    const { code, out } = await impasto([...args, "--resume"], { cwd: folder.path });
    assert.equal(code, 0);
    assert.match(out, /^\{"kind":"resumed".*"scale":2/);
    const pictures = async (from: TemporaryFolder) => (await picturesOf(from))["out.png"];
    assert.deepEqual(await pictures(folder), await pictures(calm));
  },
});

/** Two frames around the scales: nothing but a count. */
const frames = `export default {
  name: "frames",
  description: "a film of two frames",
  takes: "nothing",
  gives: "nothing",
  options: {},
  create: () => async () => ({ of: "frame", count: 2, at: async () => undefined }),
};`;

/** Keeps each frame's picture as a file of its own, and darkens the second frame. */
const framed = `export default {
  name: "framed",
  description: "a file for each frame",
  takes: "picture",
  gives: "picture",
  options: {},
  create: () => async (picture, { position }) => {
    const { index } = position.find(({ of }) => of === "frame");
    return { ...picture, name: "frame" + index, data: picture.data.map((level) => level / (1 + index)) };
  },
};`;

Deno.test({
  name: "frames around scales are each painted, and a film that is killed at any of them paints the same bytes",
  ignore: !unix,
  async fn() {
    await using calm = await studio();
    await using folder = await studio();
    const links = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
    for (const { write } of [calm, folder]) {
      await write("frames.ts", frames);
      await write("framed.ts", framed);
      const pipeline = [{ stage: "./frames.ts" }, ...links, { stage: "./framed.ts" }, "encode"];
      await write("film.json", JSON.stringify({ extends: "./recipe.json", pipeline }));
    }
    const shared = often.with(1, "film.json");
    const args = [...shared.with(shared.indexOf("out.png"), "{name}-film.png"), "--snapshots", "0"];
    const whole = await impasto(args, { cwd: calm.path });
    assert.equal(whole.code, 0, whole.err);
    const sizes = whole.out.split("\n").filter((line) => line.includes('"kind":"scale"')).map((line) =>
      JSON.parse(line)
    )
      .map(({ position, report }) => [...position.map(({ index }: { index: number }) => index), report.width]);
    assert.deepEqual(sizes, [[0, 0, 32], [0, 1, 48], [1, 0, 32], [1, 1, 48]]);
    for (const [frame, scale] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
      const place = `"position":[{"of":"frame","index":${frame},"count":2},{"of":"scale","index":${scale}`;
      const record = `checkpoint","file":"${folder.at("photo-film.png.checkpoint")}",${place}`;
      assert.equal((await stopped(folder, [...args, "--resume"], [record, 1], "SIGKILL")).signal, "SIGKILL");
    }
    assert.equal((await impasto([...args, "--resume"], { cwd: folder.path })).code, 0);
    const pictures = async (from: TemporaryFolder) =>
      await Promise.all(["frame0-film.png", "frame1-film.png"].map((name) => Deno.readFile(from.at(name))));
    const [first, second] = await pictures(calm);
    assert.notDeepEqual(first, second);
    assert.deepEqual(await pictures(folder), [first, second]);
  },
});

Deno.test({
  name: "after Ctrl-C a run goes on with --resume and paints the same bytes; the checkpoint is gone then",
  ignore: !unix,
  async fn() {
    await using calm = await studio();
    await using folder = await studio();
    const args = [...long, "--iterations", "12"];
    assert.equal((await impasto(args, { cwd: calm.path })).code, 0);
    const { code } = await stopped(folder, [...args, "--json"], ["step", 15], "SIGINT");
    assert.equal(code, 130);
    assert((await folder.list()).includes("out.png.checkpoint"));
    const resumed = await impasto([...args, "--resume"], { cwd: folder.path });
    assert.equal(resumed.code, 0);
    assert.match(resumed.complaints[0], /^resumed after step \d+ of scale 2 from .*out\.png\.checkpoint$/);
    assert.deepEqual(await picturesOf(folder), await picturesOf(calm));
  },
});

Deno.test({
  name: "a checkpoint of another preset, picture or version, or a damaged one, is refused and left as it is",
  ignore: !unix,
  async fn() {
    await using folder = await studio();
    const args = [...long, "--iterations", "1000"];
    await stopped(folder, [...args, "--json"], ["step", 3], "SIGINT");
    const path = folder.at("out.png.checkpoint");
    const checkpoint = await Deno.readFile(path);
    const refusal = async (...more: string[]) => {
      const outcome = await impasto([...args, "--resume", ...more], { cwd: folder.path });
      assert.equal(outcome.code, 2);
      const [line] = complaint(outcome);
      assert(line.startsWith(`error: Cannot resume from ${path}: `), line);
      return line.slice(`error: Cannot resume from ${path}: `.length);
    };
    assert.equal(await refusal("--seed", "5"), "optimise.seed was 0 and is 5");
    assert.equal(await refusal("--optimiser", "adam"), 'optimise.optimiser was "lbfgs" and is "adam"');
    assert.deepEqual(await Deno.readFile(path), checkpoint);

    const photo = await Deno.readFile(folder.at("photo.png"));
    await landscape(61, 40).png().toFile(folder.at("photo.png"));
    assert.equal(await refusal(), "decode.content is another file than it was");
    await folder.write("photo.png", photo);

    const text = new TextDecoder("latin1").decode(checkpoint);
    const [known, version] = /"version":"([^"]+)"/.exec(text)!;
    const at = text.indexOf(known);
    const older = checkpoint.slice();
    older.set(new TextEncoder().encode(known.replace(version, "9".repeat(version.length))), at);
    await folder.write("out.png.checkpoint", older);
    assert.equal(await refusal(), `version ${"9".repeat(version.length)} made it, and this is ${version}`);

    await folder.write("out.png.checkpoint", checkpoint.subarray(0, checkpoint.length - 5));
    assert.equal(await refusal(), "it is damaged");
  },
});

Deno.test("--resume without a checkpoint begins anew and says so; a run without it says what it will replace", async () => {
  await using folder = await studio();
  const fresh = await impasto([...quick, "--resume"], { cwd: folder.path });
  assert.equal(fresh.code, 0);
  const path = folder.at("out.png.checkpoint");
  assert.equal(fresh.complaints[0], `warning: there is no ${path} to resume from: the run begins anew`);
  await folder.write("out.png.checkpoint", "of somebody's");
  const other = await impasto(quick, { cwd: folder.path });
  assert.equal(other.code, 0);
  assert.match(other.complaints[1], /^warning: .*out\.png\.checkpoint holds an unfinished run/);
  assert.deepEqual(await folder.list(), ["out.png", ...tools]);
});

Deno.test("--checkpoint 0 keeps none", async () => {
  await using folder = await studio();
  const { out } = await impasto([...quick, "--json", "--checkpoint", "0"], { cwd: folder.path });
  assert(!out.includes('"kind":"checkpoint"'));
  const { out: kept } = await impasto([...quick, "--json"], { cwd: folder.path });
  assert.equal(kept.split('"kind":"checkpoint"').length, 2, "one at the end of the scale");
});
