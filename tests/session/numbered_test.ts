import assert from "node:assert/strict";
import { freePath } from "../../session/numbered.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("a path is free where nothing can be lost", async () => {
  await using folder = await temporaryFolder();
  const path = folder.at("a.png");
  const free = async () => (await freePath(path)).slice(path.length - "a.png".length);
  assert.equal(await free(), "a.png");
  await folder.write("a.png", "");
  assert.equal(await free(), "a.png");
  await folder.write("a.png", "x");
  assert.equal(await free(), "a-2.png");
  // A folder, a link to nowhere, and a link to what is not empty.
  await Deno.mkdir(folder.at("a-2.png"));
  await Deno.symlink(folder.at("nowhere"), folder.at("a-3.png"));
  await Deno.symlink(path, folder.at("a-4.png"));
  assert.equal(await free(), "a-5.png");
  await folder.write("a-5.png", "");
  assert.equal(await free(), "a-5.png");
});
