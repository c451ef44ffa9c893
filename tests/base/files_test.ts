import assert from "node:assert/strict";
import { checkName, checkWritable, replaceAtomically, writeAtomically } from "../../base/files.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("a file is written whole, takes the place of an older one, and leaves nothing beside it", async () => {
  await using folder = await temporaryFolder();
  await folder.write("a.bin", "an older and much longer content");
  await writeAtomically(folder.at("a.bin"), Uint8Array.of(1, 2, 3));
  assert.deepEqual(await Deno.readFile(folder.at("a.bin")), Uint8Array.of(1, 2, 3));
  assert.deepEqual(await folder.list(), ["a.bin"]);
});

Deno.test("where a file cannot take its name, nothing is left", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.at("taken", "inside"), { recursive: true });
  const error = await clearError(() => writeAtomically(folder.at("taken"), Uint8Array.of(1)));
  assert(error.message.startsWith(`Cannot write ${folder.at("taken")}: `));
  assert.deepEqual(await folder.list(), ["taken"]);
});

Deno.test({
  name: "a pipe or a device is refused, and stays, before and at the write",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await temporaryFolder();
    const path = folder.at("pipe");
    await new Deno.Command("mkfifo", { args: [path] }).output();
    for (const attempt of [() => checkWritable(path), () => writeAtomically(path, Uint8Array.of(1))]) {
      assert.equal(
        (await clearError(attempt)).message,
        `Cannot write ${path}: it is a device or a pipe, and no file`,
      );
    }
    assert((await Deno.stat(path)).isFifo);
    assert.deepEqual(await folder.list(), ["pipe"]);
  },
});

Deno.test("a place that can be written to is found so without a trace", async () => {
  await using folder = await temporaryFolder();
  await folder.write("old.png", "old");
  await checkWritable(folder.at("new.png"));
  await checkWritable(folder.at("old.png"));
  assert.deepEqual(await folder.list(), ["old.png"]);
  assert.equal(await Deno.readTextFile(folder.at("old.png")), "old");
});

Deno.test("a folder that is missing, or no folder, or one in the file's place is found before anything is painted", async () => {
  await using folder = await temporaryFolder();
  await folder.write("file", "");
  await Deno.mkdir(folder.at("folder.png"));
  assert.equal(
    (await clearError(() => checkWritable(folder.at("none", "a.png")))).message,
    `Cannot write ${folder.at("none", "a.png")}: there is no folder ${folder.at("none")}`,
  );
  assert.equal(
    (await clearError(() => checkWritable(folder.at("file", "a.png")))).message,
    `Cannot write ${folder.at("file", "a.png")}: ${folder.at("file")} is no folder`,
  );
  assert.equal(
    (await clearError(() => checkWritable(folder.at("folder.png")))).message,
    `Cannot write ${folder.at("folder.png")}: there is a folder of that name`,
  );
});

Deno.test({
  name: "a folder that cannot be written to is found before anything is painted (skipped for root, who can)",
  ignore: Deno.uid() === 0,
  async fn() {
    await using folder = await temporaryFolder();
    await Deno.mkdir(folder.at("shut"));
    await Deno.chmod(folder.at("shut"), 0o555);
    const error = await clearError(() => checkWritable(folder.at("shut", "a.png")));
    assert.match(error.message, /ermission denied/);
  },
});

Deno.test("a name that the file system refuses is found before anything is painted", async () => {
  await using folder = await temporaryFolder();
  const long = folder.at(`${"年".repeat(90)}.png`);
  const error = await clearError(() => checkWritable(long));
  assert(error.message.startsWith(`Cannot write ${long}: the file system refuses this name: `), error.message);
  await checkWritable(folder.at(`${"年".repeat(80)}.png`));
  await clearError(() => checkName(folder.at("nul\0.png")));
  // A folder that takes nothing has nothing against a name.
  await checkName(folder.at("none", "a.png"));
  assert.deepEqual(await folder.list(), []);
});

Deno.test({
  name: "a file keeps its mode, and one that is read-only is refused, before and at the write",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await temporaryFolder();
    const path = await folder.write("a.png", "old");
    const modeOf = async () => (await Deno.stat(path)).mode! & 0o777;
    for (const mode of [0o640, 0o606]) {
      await Deno.chmod(path, mode);
      await checkWritable(path);
      await writeAtomically(path, Uint8Array.of(1));
      assert.equal(await modeOf(), mode);
      await replaceAtomically(path, (temporary) => Deno.writeTextFile(temporary, "new"));
      assert.equal(await modeOf(), mode);
    }
    await Deno.chmod(path, 0o444);
    for (const write of [() => checkWritable(path), () => writeAtomically(path, Uint8Array.of(1))]) {
      assert.equal((await clearError(write)).message, `Cannot write ${path}: the file there is read-only`);
    }
    assert.equal(await Deno.readTextFile(path), "new");
    assert.deepEqual(await folder.list(), ["a.png"]);
  },
});

Deno.test({
  name: "a symbolic link stays, and what it leads to is written, whether or not that is there",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await temporaryFolder();
    await Deno.mkdir(folder.at("deep"));
    await Deno.symlink("deep/b.png", folder.at("a.png"));
    await Deno.symlink("a.png", folder.at("first.png"));
    for (const text of ["one", "two"]) {
      await checkWritable(folder.at("first.png"));
      await writeAtomically(folder.at("first.png"), new TextEncoder().encode(text));
      assert.equal(await Deno.readTextFile(folder.at("deep", "b.png")), text);
      assert.equal(await Deno.readLink(folder.at("first.png")), "a.png");
    }
    await Deno.symlink("none/c.png", folder.at("lost.png"));
    const error = await clearError(() => checkWritable(folder.at("lost.png")));
    assert.match(error.message, /there is no folder .*none$/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.at("deep")), ({ name }) => name), ["b.png"]);
  },
});
