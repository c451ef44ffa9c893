import assert from "node:assert/strict";
import { clearError } from "../helpers/errors.ts";
import { album, coordinator, paintAll, workerHere } from "../helpers/queue.ts";
import { connect, noteQueue, prefix } from "../../queue/connection.ts";
import { machineOf, queueOf } from "../../queue/machine.ts";
import { statusOf } from "../../queue/status.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";
import { hasSmallDisks, withSmallDisk } from "../helpers/small_disk.ts";

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
      await using worker = await workerHere({ ...there, timing: { lock: 1000 } });
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

Deno.test(needingRedis("ten thousand jobs are done once each, and the queue forgets most of them", async () => {
  await using redis = await startRedis();
  await using connection = await connect(redis.url);
  const { Queue, Worker } = connection.bullmq;
  const name = queueOf(machineOf("onnx-cpu", 1));
  await noteQueue(connection, name);
  const queue = new Queue(name, { connection: connection.redis, prefix });
  const opts = { removeOnComplete: { age: 3600, count: 1000 } };
  const all = Array.from({ length: 10_000 }, (_, i) => ({ name: "photograph", data: { title: `p${i}` }, opts }));
  for (let i = 0; i < all.length; i += 1000) await queue.addBulk(all.slice(i, i + 1000));
  assert.equal((await statusOf(redis.url)).waiting, 10_000);
  const done = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const worker = new Worker(name, (job) => Promise.resolve(done.add(job.data.title).size), {
    connection: connection.options,
    prefix,
  });
  worker.on("completed", () => ++count === 10_000 && resolve());
  await promise;
  await worker.close();
  assert.equal(done.size, 10_000);
  const { waiting, running, done: kept } = await statusOf(redis.url);
  assert.deepEqual([waiting, running, kept], [0, [], 1000]);
}));

const diskTest = needingRedis(
  "blobs on a disk that is full, or that is read-only, end the run with what to do",
  async () => {
    await using redis = await startRedis();
    for (
      const [kilobytes, before, reason] of [[8, ":", "No space left"], [
        64,
        "mount -o remount,ro small",
        "Read-only",
      ]] as const
    ) {
      await using folder = await album(1);
      const args = ["--preset", "recipe.json", "--style", "painting.png", "--content", "p1.png", "--output", "out.png"];
      const aside = ["--queue", redis.url, "--blobs", folder.url("small", "blobs").href];
      const { code, err } = await withSmallDisk(folder, [...args, ...aside], { kilobytes, before });
      assert.equal(code, 1, err);
      assert.match(
        err,
        new RegExp(
          `^error: Cannot (write|use) ${folder.at("small", "blobs")}.*: ${reason}.*\\n {2}every machine has`,
          "m",
        ),
      );
    }
  },
);
const mounts = await hasSmallDisks();
Deno.test({
  ...diskTest,
  name: mounts ? diskTest.name : `${diskTest.name} (skipped: nothing can be mounted here)`,
  ignore: diskTest.ignore || !mounts,
});
