import assert from "node:assert/strict";
import { join } from "node:path";
import { filesMatching, isPattern } from "../../session/pattern.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("a folder is meant by its name, with backslashes before its signs or without them", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.at("Holiday (2019)"));
  await Deno.mkdir(folder.at("{a,b}"));
  for (const path of ["Holiday (2019)/one.jpg", "Holiday (2019)/two.png", "{a,b}/three.jpg"]) {
    await folder.write(path, "x");
  }
  const found = async (pattern: string) =>
    (await filesMatching(folder.at(pattern))).map((path) => path.slice(folder.path.length + 1));
  assert.deepEqual(await found("Holiday (2019)/*.jpg"), [join("Holiday (2019)", "one.jpg")]);
  assert.deepEqual(await found("{a,b}/*"), [join("{a,b}", "three.jpg")]);
  if (Deno.build.os === "windows") return;
  assert.deepEqual(await found("Holiday \\(2019\\)/*.JPG"), ["Holiday (2019)/one.jpg"]);
  assert.deepEqual(await found("\\{a,b\\}/*"), ["{a,b}/three.jpg"]);
  assert(await isPattern(folder.at("Holiday \\(2019\\)", "*.jpg")));
  assert(!await isPattern(folder.at("Holiday (2019)", "one.jpg")));
});
