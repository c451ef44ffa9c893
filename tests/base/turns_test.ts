import assert from "node:assert/strict";
import { turns } from "../../base/turns.ts";

Deno.test("tasks run one at a time in their order, each gives its own result, and a failure stops none", async () => {
  const inTurn = turns();
  const log: string[] = [];
  const task = (name: string, pauses: number) =>
    inTurn(async () => {
      log.push(`${name} begins`);
      for (let i = 0; i < pauses; i++) await Promise.resolve();
      log.push(`${name} ends`);
      if (name === "b") throw new RangeError("b fails");
      return name;
    });
  const outcomes = await Promise.allSettled([task("a", 30), task("b", 10), task("c", 0)]);
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  assert.deepEqual(outcomes.map((outcome) => outcome.status === "fulfilled" ? outcome.value : outcome.reason.message), [
    "a",
    "b fails",
    "c",
  ]);
});
