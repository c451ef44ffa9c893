import assert from "node:assert/strict";
import { checkName, checkWritable, writeAtomically } from "../../base/files.ts";
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
