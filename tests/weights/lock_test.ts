import assert from "node:assert/strict";
import { locked } from "../../weights/lock.ts";
import { temporaryFolder } from "../helpers/folders.ts";

/** Holds a lock until it is released. */
function holding(path: string) {
  const [begun, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = locked(path, async () => {
    begun.resolve();
    await release.promise;
  });
  return { begun: begun.promise, release: release.resolve, held };
}

Deno.test("work under one lock is done one after the other, and who waits is told so once", async () => {
  await using folder = await temporaryFolder();
  const first = holding(folder.at("lock"));
  await first.begun;
  let waits = 0;
  const order: string[] = [];
  const second = locked(folder.at("lock"), async () => void order.push("second"), {
    onWait() {
      waits++;
      order.push("waiting");
      first.release();
    },
  });
  await Promise.all([first.held, second]);
  assert.deepEqual([order, waits], [["waiting", "second"], 1]);
});

Deno.test("who is interrupted while it waits does no work, and ends with the reason", async () => {
  await using folder = await temporaryFolder();
  const first = holding(folder.at("lock"));
  await first.begun;
  const stop = new AbortController();
  const work = () => Promise.reject(new Error("no work was due"));
  const waiting = locked(folder.at("lock"), work, {
    signal: stop.signal,
    onWait() {
      stop.abort(new Error("enough"));
      first.release();
    },
  });
  await assert.rejects(waiting, /^Error: enough$/);
  await first.held;
});

Deno.test("a lock is free again after work that failed", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(locked(folder.at("lock"), () => Promise.reject(new Error("it failed"))), /it failed/);
  assert.equal(await locked(folder.at("lock"), () => Promise.resolve(5)), 5);
});
