import assert from "node:assert/strict";
import { clearError } from "../helpers/errors.ts";
import { album, coordinator, paintAll, workerHere } from "../helpers/queue.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";

/** The error of a photograph that failed, which must be clear. */
const failing = (error: unknown) => clearError(() => Promise.reject(error));
const states = (results: readonly { readonly state: string }[]) => results.map(({ state }) => state);

Deno.test(
  needingRedis(
    "a Redis that is killed and forgets everything, for longer than a hold lasts, loses no photograph",
    async () => {
      await using redis = await startRedis();
      await using folder = await album(3);
      const there = { queue: redis.url, blobs: folder.blobs };
      const expected = await folder.alone();
      const notices: string[] = [];
      await using by = await coordinator({
        ...there,
        onNotice: ({ message }) => notices.push(message),
      });
      const running = paintAll(folder, "out", by);
      await using worker = await workerHere(there);
      await worker.heard("begun");
      await redis.kill();
      await new Promise((done) => setTimeout(done, 1500));
      await redis.restart();
      assert.deepEqual(states(await running), ["painted", "painted", "painted"]);
      assert.deepEqual(await folder.pictures("out"), expected);
      assert(notices.includes("the queue cannot be reached; waiting until it is back"));
      assert(notices.includes("the queue is back"));
    },
  ),
);

Deno.test(
  needingRedis("a Redis that is gone for good ends coordinator and worker after a while, with what to do", async () => {
    await using redis = await startRedis();
    await using folder = await album(1);
    const there = { queue: redis.url, blobs: folder.blobs, timing: { patience: 500 } };
    await using by = await coordinator(there);
    await using worker = await workerHere({ ...there, machine: { version: "0", engine: "onnx-cpu", threads: 1 } });
    const running = paintAll(folder, "out", by);
    await redis.kill();
    const [{ state, error }] = await running;
    assert.equal(state, "failed");
    assert.match((await failing(error)).message, /^The queue was gone for 0:0\d$/);
    await assert.rejects(worker.ended, { message: /^The queue was gone for/ });
  }),
);

Deno.test(needingRedis("a Redis that is full says so", async () => {
  await using redis = await startRedis();
  await using folder = await album(1);
  const there = { queue: redis.url, blobs: folder.blobs };
  await using by = await coordinator(there);
  await redis.ask("config", "set", "maxmemory", "1mb");
  const [{ state, error }] = await paintAll(folder, "out", by);
  assert.equal(state, "failed");
  const full = /^The queue at redis:\/\/127\.0\.0\.1:\d+ is full/;
  assert.match((await failing(error)).message, full);
  assert.match((await clearError(() => coordinator(there))).message, full);
}));

Deno.test(needingRedis("a Redis that would throw jobs away is warned of", async () => {
  await using redis = await startRedis("--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru");
  await using folder = await album(1);
  const notices: string[] = [];
  await using _ = await coordinator({
    queue: redis.url,
    blobs: folder.blobs,
    onNotice: ({ message }) => notices.push(message),
  });
  assert.deepEqual(notices, [
    `redis://127.0.0.1:${redis.port} throws jobs away if its memory is full: ` +
    "set its maxmemory-policy to noeviction (it is allkeys-lru)",
  ]);
}));
