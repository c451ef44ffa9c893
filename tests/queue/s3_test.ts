import assert from "node:assert/strict";
import { BlobLost, openBlobs } from "../../queue/blobs.ts";
import { clearError } from "../helpers/errors.ts";
import { serveS3 } from "../helpers/s3_server.ts";

const keys = { id: "AKID", secret: "a/secret+key" };
const bytes = new TextEncoder().encode("a photograph");

/** Puts keys into the environment until it is disposed of. */
function withKeys(id: string, secret: string): Disposable {
  const given = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  for (const [name, value] of Object.entries(given)) Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      for (const name of Object.keys(given)) Deno.env.delete(name);
    },
  };
}

Deno.test("blobs in a bucket: signed, whole, checked, written once a day, and tried again", async () => {
  await using server = serveS3("bucket", keys);
  using _ = withKeys(keys.id, keys.secret);
  const blobs = await openBlobs(`s3://bucket/some/place?endpoint=${server.url}`);
  const blob = await blobs.put(bytes);
  const key = `some/place/blobs/${blob.sha256.slice(0, 2)}/${blob.sha256}`;
  assert.deepEqual([...server.objects.keys()], [key]);
  const puts = () => server.asked.filter((method) => method === "PUT").length;
  await blobs.put(bytes);
  assert.equal(puts(), 1);
  server.objects.set(key, { bytes, changed: new Date(Date.now() - 2 * 86_400_000) });
  await blobs.put(bytes);
  assert.equal(puts(), 2);
  server.failNext(2);
  assert.deepEqual(await blobs.get(blob), bytes);
  server.objects.set(key, { bytes: bytes.subarray(1), changed: new Date() });
  await assert.rejects(blobs.get(blob), BlobLost);
  assert.equal(server.objects.size, 0);
  await blobs.put(bytes);
  await blobs.note("results", "a", { files: [] });
  assert.deepEqual(await blobs.noted("results", "a"), { files: [] });
  assert.equal(await blobs.noted("results", "b"), undefined);
  await blobs.drop(blob);
  assert.equal(await blobs.has(blob), false);
});

Deno.test("a bucket that is none, other keys and no keys end at once with what to do", async () => {
  await using server = serveS3("bucket", keys);
  const open = (bucket: string) => clearError(() => openBlobs(`s3://${bucket}/?endpoint=${server.url}`));
  {
    using _ = withKeys(keys.id, keys.secret);
    assert.equal((await open("other")).message, "Cannot use s3://other: The specified bucket does not exist (404)");
  }
  {
    using _ = withKeys(keys.id, "another");
    const { message } = await open("bucket");
    assert.equal(message, "Cannot use s3://bucket: The request signature does not match. (403)");
  }
  const { message, exitCode } = await open("bucket");
  assert.deepEqual([message, exitCode], ["Cannot use s3://bucket for blobs: there are no keys", 2]);
});
