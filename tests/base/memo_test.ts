import assert from "node:assert/strict";
import { memo } from "../../base/memo.ts";

Deno.test("a memo makes each key once, forgets failures, and of too many keys those that were not asked for", async () => {
  const share = memo(2);
  const made: string[] = [];
  const ask = (key: string) => share(key, async () => made.push(key));
  await Promise.all(["a", "a", "b", "a", "c"].map(ask));
  await ask("a");
  assert.deepEqual(made, ["a", "b", "c"]);
  await ask("b");
  assert.deepEqual(made, ["a", "b", "c", "b"]);
  await assert.rejects(share("d", () => Promise.reject(new Error("no"))), /no/);
  assert.equal(await share("d", async () => 1), 1);
});
