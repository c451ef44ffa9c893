import assert from "node:assert/strict";
import { hashesOf } from "../../weights/hash.ts";
import { temporaryFolder } from "../helpers/folders.ts";

/** The hashes of "abc" that the standards give: FIPS 180-4 and RFC 1321. */
const ofAbc = {
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  md5: "900150983cd24fb0d6963f7d28e17f72",
};

Deno.test("a file's hashes are those of the standards, from the byte that is asked for, and no others", async () => {
  await using folder = await temporaryFolder();
  await folder.write("abc", "abc");
  await folder.write("xyabc", "xyabc");
  assert.deepEqual(await hashesOf(folder.url("abc"), ["sha256", "md5"]), ofAbc);
  assert.deepEqual(await hashesOf(folder.url("xyabc"), ["sha256"], 2), { sha256: ofAbc.sha256 });
  assert.deepEqual(await hashesOf(folder.url("abc"), ["md5"]), { md5: ofAbc.md5 });
});

Deno.test("a file of several megabytes has the hash that the platform gives it", async () => {
  await using folder = await temporaryFolder();
  const bytes = Uint8Array.from({ length: 2_500_001 }, (_, i) => i % 251);
  await folder.write("large", bytes);
  const due = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.equal((await hashesOf(folder.url("large"), ["sha256"])).sha256, due);
});
