import assert from "node:assert/strict";
import { presetInXmp } from "../../pictures/xmp.ts";
import { readXmp } from "../../pictures/read_picture.ts";
import { commandArguments, complaintsIn } from "../helpers/command.ts";
import { cache } from "../helpers/cache.ts";
import { quick, quickOf, studio } from "../helpers/painting.ts";

/** Runs the command with bytes in standard input, which a shell may open as another stream. */
async function piped(args: readonly string[], input: Uint8Array, cwd: string, streams = "") {
  const child = new Deno.Command("sh", {
    args: ["-c", `exec "$@" ${streams}`, "sh", Deno.execPath(), ...commandArguments(args)],
    cwd,
    env: { NO_COLOR: "1", IMPASTO_CACHE: cache },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(input).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const err = new TextDecoder().decode(stderr);
  return { code, stdout, err, complaints: complaintsIn(err) };
}

const asThree = "3<&0 </dev/null";
const ignore = Deno.build.os === "windows";
const text = (value: object) => new TextEncoder().encode(JSON.stringify(value));

Deno.test({
  name: "pictures come from standard input or from any pipe, and the picture is that of the file",
  ignore,
  async fn() {
    await using folder = await studio();
    const photo = await Deno.readFile(folder.at("photo.png"));
    assert.equal((await piped(quick, photo, folder.path)).code, 0);
    const wanted = await Deno.readFile(folder.at("out.png"));
    const shorn = (bytes: Uint8Array) => bytes.subarray(-1000);
    for (const [content, streams] of [["-", ""], ["/dev/stdin", ""], ["/dev/fd/3", asThree]]) {
      await Deno.remove(folder.at("out.png"));
      const { code, err, complaints } = await piped(quickOf(content), photo, folder.path, streams);
      assert.equal(code, 0, err);
      const painted = await Deno.readFile(folder.at("out.png"));
      assert.deepEqual(shorn(painted), shorn(wanted));
      assert(complaints.some((line) => line.includes("will not repeat itself from /dev/")), err);
      assert.equal(JSON.parse(presetInXmp((await readXmp(painted))!)!).decode.content, "");
    }
  },
});

Deno.test({
  name: "a preset comes from a pipe; its paths start from the current folder, and it has a name",
  ignore,
  async fn() {
    await using folder = await studio();
    const preset = text({ extends: "recipe.json", decode: { content: "photo.jpg" } });
    for (const [name, streams] of [["-", ""], ["/dev/fd/3", asThree]]) {
      const args = ["--preset", name, "--style", "painting.png", "--dry-run", "--quiet"];
      const { code, stdout, err } = await piped(args, preset, folder.path, streams);
      assert.equal(code, 0, err);
      const { name: own, decode: { content } } = JSON.parse(new TextDecoder().decode(stdout));
      assert.deepEqual([own, content], ["preset", folder.url("photo.jpg").href]);
    }
    const wrong = await piped(["validate", "-"], text({ decode: { siz: 3 } }), folder.path);
    assert.equal(wrong.complaints[0], "error: the piped preset: decode.siz: unknown key");
    const watched = await piped(["--preset", "-", "--watch"], preset, folder.path);
    assert.equal(watched.complaints[0], "error: Cannot watch -: a pipe gives its bytes once");
  },
});

Deno.test({
  name: "a picture goes to a pipe, and nothing else with it",
  ignore,
  async fn() {
    await using folder = await studio();
    const nothing = new Uint8Array();
    assert.equal((await piped(quick, nothing, folder.path)).code, 0);
    const wanted = await Deno.readFile(folder.at("out.png"));
    await Deno.remove(folder.at("out.png"));
    const before = await folder.list();
    const { code, stdout, err } = await piped([...quick, "--output", "-"], nothing, folder.path);
    assert.equal(code, 0, err);
    assert.deepEqual(stdout.subarray(0, 8), wanted.subarray(0, 8));
    assert.deepEqual(stdout.subarray(-1000), wanted.subarray(-1000));
    const jpeg = await piped([...quick, "-o", "-.jpg", "--quality", "40"], nothing, folder.path);
    assert.deepEqual([...jpeg.stdout.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    assert.deepEqual(await folder.list(), before);
    const mixed = await piped([...quick, "--output", "-", "--json"], nothing, folder.path);
    assert.equal(mixed.complaints[0], "error: Cannot paint to standard output with --json");
    const many = await piped([...quick, "--output", "-", "--content", "*.png"], nothing, folder.path);
    assert.equal(many.complaints[0], "error: Cannot paint several pictures to standard output");
  },
});
