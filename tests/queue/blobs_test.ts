import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BlobLost, openBlobs } from "../../queue/blobs.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";

const bytes = new TextEncoder().encode("a photograph");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const place = `blobs/${sha256.slice(0, 2)}/${sha256}`;

Deno.test("a blob has the name of its hash, and nothing is written twice", async () => {
  await using folder = await temporaryFolder();
  const blobs = await openBlobs(folder.url("new", "blobs").href);
  assert.deepEqual(await blobs.put(bytes), { sha256, bytes: bytes.length });
  const path = folder.at("new", "blobs", place);
  assert.deepEqual(await Deno.readFile(path), bytes);
  const before = (await Deno.stat(path)).ino;
  const blob = await blobs.put(bytes);
  assert.equal((await Deno.stat(path)).ino, before);
  assert.deepEqual(await blobs.get(blob), bytes);
  assert.equal(await blobs.has(blob), true);
  await blobs.drop(blob);
  assert.equal(await blobs.has(blob), false);
});

Deno.test("a blob that is cut, or another's, is refused and written anew by the next put", async () => {
  await using folder = await temporaryFolder();
  const blobs = await openBlobs(folder.url().href);
  for (const damaged of [bytes.subarray(0, 5), bytes.map((byte) => byte ^ 1)]) {
    const blob = await blobs.put(bytes);
    await folder.write(place, damaged);
    await assert.rejects(blobs.get(blob), BlobLost);
    await blobs.put(bytes);
    assert.deepEqual(await blobs.get(blob), bytes);
  }
});

Deno.test("a blob whose name comes late is waited for, one that never comes is lost", async () => {
  await using folder = await temporaryFolder();
  const [one, other] = [await openBlobs(folder.url().href), await openBlobs(folder.url().href)];
  const blob = { sha256, bytes: bytes.length };
  const reading = one.get(blob);
  await other.put(bytes);
  assert.deepEqual(await reading, bytes);
  await one.drop(blob);
  await assert.rejects(one.get(blob), new RegExp(`^BlobLost: blob ${sha256} is not in file:`));
});

Deno.test("notes are written whole, and a damaged one is none", async () => {
  await using folder = await temporaryFolder();
  const blobs = await openBlobs(folder.url().href);
  assert.equal(await blobs.noted("results", "a"), undefined);
  await blobs.note("results", "a", { files: [] });
  assert.deepEqual(await blobs.noted("results", "a"), { files: [] });
  await folder.write("results/a.json", '{"files"');
  assert.equal(await blobs.noted("results", "a"), undefined);
});

Deno.test("an address that is no place for blobs, and a folder that cannot be made, are refused", async () => {
  await using folder = await temporaryFolder();
  await folder.write("file", "");
  assert.match((await clearError(() => openBlobs("/shared"))).message, /^Cannot use \/shared for blobs/);
  const inFile = await clearError(() => openBlobs(folder.url("file", "blobs").href));
  assert.match(inFile.message, /^Cannot use .*file\/blobs for blobs: /);
});
