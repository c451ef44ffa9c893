import assert from "node:assert/strict";
import { slots } from "../../base/slots.ts";

Deno.test("at most so many are inside at a time, and who comes first is served first", async () => {
  const places = slots(2);
  const order: string[] = [];
  let [inside, most] = [0, 0];
  const run = async (name: string) => {
    using _ = await places.enter();
    order.push(name);
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve));
    inside--;
  };
  await Promise.all(["a", "b", "c", "d", "e"].map(run));
  assert.deepEqual([order.join(""), most, inside], ["abcde", 2, 0]);
});

Deno.test("who leaves while waiting is rejected with the reason, and takes no place", async () => {
  const places = slots(1);
  const first = await places.enter();
  const stop = new AbortController();
  const ahead: number[] = [];
  const gone = places.enter(stop.signal, (count) => ahead.push(count));
  const later = places.enter(undefined, (count) => ahead.push(count));
  const reason = new Error("gone home");
  stop.abort(reason);
  await assert.rejects(gone, (error) => error === reason);
  await assert.rejects(places.enter(stop.signal), (error) => error === reason);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using _ = await later;
  assert.deepEqual(ahead, [0, 1]);
  let served = false;
  places.enter().then(() => served = true);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(served, false);
});
