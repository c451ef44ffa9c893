import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { openPainter, writePainter } from "../../weights/painter_file.ts";
import { smallPainter } from "../painters/small_painter.ts";
import { command, complaintsIn, impasto } from "../helpers/command.ts";
import { quick, studio } from "../helpers/painting.ts";
import { stored } from "../helpers/pictures.ts";
import { hasSmallDisks, withSmallDisk } from "../helpers/small_disk.ts";

const mounts = await hasSmallDisks();

/** Definition of a test that needs a file system of its own. */
function mounting(name: string, fn: () => Promise<void>): Deno.TestDefinition {
  return { name: mounts ? name : `${name} (skipped: nothing can be mounted here)`, ignore: !mounts, fn };
}

const small = [...quick, "--output", "small/out.png"];
const endless = [...small, "--iterations", "1000000", "--set", "optimise.tolerance=0", "--json"];

Deno.test(mounting("on a full disk the picture goes elsewhere, whole, and one line says where", async () => {
  await using folder = await studio();
  assert.equal((await impasto(quick, { cwd: folder.path })).code, 0);
  const wanted = await stored(folder.at("out.png"));
  await Deno.remove(folder.at("out.png"));
  const { code, err, left } = await withSmallDisk(folder, [...small, "--quiet"], { kilobytes: 4 });
  assert.equal(code, 1);
  assert.deepEqual(complaintsIn(err), [
    `error: Cannot write ${folder.at("small/out.png")}: No space left on device; it is in ${
      folder.at("out.png")
    } instead`,
    "  move it once its own place can be written to",
  ]);
  assert.deepEqual(left, []);
  assert.deepEqual((await stored(folder.at("out.png"))).data, wanted.data);
}));

Deno.test(mounting("on a full disk a trained painter goes elsewhere, whole, and one line says where", async () => {
  await using folder = await studio();
  await writePainter(folder.at("from.painter"), smallPainter(["one"]));
  const args = ["train", "painting", "--style", "painting.png", "--content", "photo.png", "--content", "painting.png"];
  const more = ["--painter", "small/p.painter", "--size", "48", "--engine", "onnx-cpu", "--quiet"];
  const set = ["--set", "train.from=from.painter", "--set", "train.steps=1"];
  const { code, err, left } = await withSmallDisk(folder, [...args, ...more, ...set], { kilobytes: 4 });
  assert.equal(code, 1);
  const place = folder.at("p.painter");
  assert.equal(
    complaintsIn(err).at(-2),
    `error: Cannot write small/p.painter: No space left on device; it is in ${place} instead`,
  );
  assert.deepEqual((await openPainter(pathToFileURL(place))).rows.map(({ name }) => name), ["painting"]);
  assert.deepEqual(left, []);
}));

Deno.test(mounting("a checkpoint that does not fit is one warning, and the last one that did stays", async () => {
  await using folder = await studio();
  const run = [...endless, "--checkpoint", "0.001"];
  const told = "until grep -q 'goes on without a checkpoint' out.log; do kill -0 $run || break; sleep 0.05; done";
  const fills = `head -c 9M /dev/zero >small/filler; ${told}`;
  const { code, out, left } = await withSmallDisk(folder, run, { kilobytes: 4000, happens: fills });
  assert.equal(code, 130);
  const warnings = out.split("\n").filter((line) => line.includes("the run goes on without a checkpoint"));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /Cannot write .*out\.png\.checkpoint: No space left on device;/);
  // The picture takes less room than a checkpoint, and may have found some.
  assert.deepEqual(left.filter((name) => name !== "out.png"), ["filler", "out.png.checkpoint"]);
}));

Deno.test(
  mounting(
    "a folder that can only be read is one line with the picture's name before anything is painted",
    async () => {
      await using folder = await studio();
      const run = [...quick, "--output", "small/{name}-{preset}.png", "--json"];
      const { code, out, err } = await withSmallDisk(folder, run, {
        kilobytes: 4,
        before: "mount -o remount,ro small",
      });
      const { kind, code: fault } = JSON.parse(out);
      assert.deepEqual([code, kind, fault], [1, "error", "unwritable"]);
      assert.deepEqual(complaintsIn(err), [
        `error: Cannot write ${folder.at("small", "photo-recipe.png")}: Read-only file system`,
        "  its folder cannot be written to: name another place with --output",
      ]);
    },
  ),
);

Deno.test(mounting("init on a full disk leaves nothing", async () => {
  await using folder = await studio();
  const full = { kilobytes: 4, before: "head -c 4096 /dev/zero >small/filler" };
  const { code, err, left } = await withSmallDisk(folder, ["init", "small/mine"], full);
  assert.equal(code, 1);
  assert.deepEqual(complaintsIn(err), [
    "error: Cannot write small/mine.jsonc: No space left on device",
    "  make room, or choose another place",
  ]);
  assert.deepEqual(left, ["filler"]);
}));

Deno.test(mounting("where the folder can only be read by then, the picture goes elsewhere", async () => {
  await using folder = await studio();
  const change = { kilobytes: 1000, happens: "mount -o remount,ro small" };
  const { code, err, left } = await withSmallDisk(folder, endless, change);
  assert.equal(code, 130);
  assert.match(complaintsIn(err)[0], /^error: Cannot write .*small\/out\.png: Read-only file system; it is in /);
  assert.equal((await stored(folder.at("out.png"))).width, 48);
  assert.deepEqual(left, []);
}));

Deno.test({
  name: "where the folder is gone by then, the picture goes elsewhere, and takes nobody's place",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    await Deno.mkdir(folder.at("small"));
    await folder.write("out.png", "mine");
    const child = command(endless, { cwd: folder.path }).spawn();
    const err = new Response(child.stderr).text();
    let out = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      out += text;
      if (!out.includes('"step":3') || !(await folder.list()).includes("small")) continue;
      await Deno.remove(folder.at("small"), { recursive: true });
      child.kill("SIGINT");
    }
    assert.equal((await child.status).code, 130);
    const place = folder.at("out-2.png");
    const [line] = complaintsIn(await err);
    assert.equal(
      line,
      `error: Cannot write ${folder.at("small/out.png")}: No such file or directory; it is in ${place} instead`,
    );
    assert.equal((await stored(place)).width, 48);
    assert.equal(await Deno.readTextFile(folder.at("out.png")), "mine");
  },
});
