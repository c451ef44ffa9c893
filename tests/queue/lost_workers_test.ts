import assert from "node:assert/strict";
import { album, coordinator, hasty, paintAll, workerApart } from "../helpers/queue.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";

Deno.test(
  needingRedis(
    "workers that are killed in work, between rename and completion, and idle lose nothing, and one that comes later ends the run",
    async () => {
      await using redis = await startRedis();
      await using folder = await album(4);
      const { blobs } = folder;
      const there = { queue: redis.url, blobs, timing: { lock: 1000 } };
      const expected = await folder.alone();
      await using by = await coordinator(there);
      // The first one dies over its second photograph, the second one between its first result and the word of it.
      await using idle = await workerApart({ ...there, die: { at: "ready" } });
      await idle.process.status;
      const running = paintAll(folder, "out", by);
      await using first = await workerApart({ ...there, die: { at: "begun", count: 2 } });
      await using second = await workerApart({ ...there, die: { at: "done" } });
      await Promise.all([first.process.status, second.process.status]);
      await using last = await workerApart({ ...there, timing: {} });
      assert.deepEqual((await running).map(({ state }) => state), Array(4).fill("painted"));
      assert.deepEqual(await folder.pictures("out"), expected);
      const begun = [first, second, last].flatMap(({ events }) => events.filter(({ kind }) => kind === "begun"));
      // Two were begun by those that died, and one that was done was handed in again.
      assert(begun.length >= 6, `${begun.length} were begun`);
    },
  ),
);

Deno.test(
  needingRedis("a worker that freezes and comes back makes the same bytes once more, and harms nothing", async () => {
    await using redis = await startRedis();
    await using folder = await album(1);
    const there = { queue: redis.url, blobs: folder.blobs };
    const expected = await folder.alone();
    await using by = await coordinator(there);
    await using frozen = await workerApart({ ...there, timing: { lock: 600 } });
    const running = paintAll(folder, "out", by);
    await frozen.heard("begun");
    frozen.process.kill("SIGSTOP");
    await using other = await workerApart(there);
    assert.deepEqual((await running).map(({ state }) => state), ["painted"]);
    await other.heard("done");
    frozen.process.kill("SIGCONT");
    await frozen.heard("done");
    assert.deepEqual(await folder.pictures("out"), expected);
    assert.deepEqual(await paintAll(folder, "out", by).then((all) => all.map(({ state }) => state)), ["skipped"]);
  }),
);

Deno.test(needingRedis("a photograph that kills its workers fails in the end, and the others are painted", async () => {
  await using redis = await startRedis();
  await using folder = await album(2);
  // A hold that a busy machine loses by itself would count as a death.
  const timing = { lock: 3000, losses: 1 };
  const there = { queue: redis.url, blobs: folder.blobs, timing };
  await using by = await coordinator({ ...there });
  let over = false;
  const running = paintAll(folder, "out", by).finally(() => over = true);
  let deaths = 0;
  while (!over) {
    await using worker = await workerApart({ ...there, die: { at: "begun", title: "p1" } });
    await Promise.race([worker.process.status, running]);
    if (worker.events.some((event) => event.kind === "begun" && event.title === "p1")) deaths++;
  }
  const states = Object.fromEntries((await running).map(({ content, state, error }) => [content, [state, error]]));
  assert.equal(states[folder.at("p2.png")][0], "painted");
  const [state, error] = states[folder.at("p1.png")];
  assert.equal(state, "failed");
  assert.equal((error as Error).message, "Its worker was lost each time that it was tried");
  assert.equal(deaths, 2);
  assert(hasty.losses > timing.losses);
}));
