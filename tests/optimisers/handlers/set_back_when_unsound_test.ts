import assert from "node:assert/strict";
import { BlowUp } from "../../../optimisers/finite.ts";
import { type Setbacks, setBackWhenUnsound } from "../../../optimisers/handlers/set_back_when_unsound.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";
import { stepOf } from "./toy.ts";

/** What becomes of steps that are begun anew each time: one list of values, or of what they throw, for each try. */
async function resumption(tries: readonly (readonly (number | Error)[])[], descent: Setbacks) {
  const seen: unknown[] = [];
  let count = 0;
  const steps = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Iterate> {
      seen.push(`try with ${descent.setbacks} setbacks from ${descent.last?.value ?? "the best image"}`);
      for (const value of tries[count++]) {
        if (typeof value !== "number") throw value;
        yield stepOf(value);
      }
    },
  };
  const handler = setBackWhenUnsound(descent, ({ message }) => void seen.push(message));
  try {
    for await (const step of handler(steps)) {
      descent.step++;
      descent.last = step;
      seen.push(step.value);
    }
  } catch (error) {
    seen.push(error);
  }
  return seen;
}

const blowUp = new BlowUp("out of all bounds");

Deno.test("after a blow-up the steps begin anew from the best image, with one setback more each time", async () => {
  assert.deepEqual(await resumption([[5, 4, blowUp], [4, blowUp], [3, 2]], { step: 0, setbacks: 0 }), [
    "try with 0 setbacks from the best image",
    ...[5, 4, "out of all bounds"],
    "try with 1 setbacks from the best image",
    ...[4, "out of all bounds"],
    "try with 2 setbacks from the best image",
    ...[3, 2],
  ]);
});

Deno.test("the fourth blow-up passes, those of an earlier run counted", async () => {
  for (const setbacks of [0, 2, 3]) {
    const tries = [[1, blowUp], [blowUp], [blowUp], [blowUp]].slice(setbacks);
    const descent = { step: 7, setbacks };
    const seen = await resumption(tries, descent);
    assert.equal(seen.at(-1), blowUp);
    assert.equal(seen.filter((each) => each === "out of all bounds").length, 3 - setbacks);
    assert.equal(descent.setbacks, 3);
  }
});

Deno.test("a blow-up before the first step passes, and so does any other error after it", async () => {
  const failure = new Error("the engine is gone");
  for (const [tries, error] of [[[[blowUp]], blowUp], [[[2, failure]], failure]] as const) {
    const descent = { step: 0, setbacks: 0 };
    assert.equal((await resumption(tries, descent)).at(-1), error);
    assert.equal(descent.setbacks, 0);
  }
});

Deno.test("who leaves the steps early ends the try at hand", async () => {
  const ended: number[] = [];
  let count = 0;
  const steps = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Iterate> {
      const number = ++count;
      try {
        yield stepOf(1);
        if (number === 1) throw blowUp;
        yield stepOf(2);
      } finally {
        ended.push(number);
      }
    },
  };
  for await (const { value } of setBackWhenUnsound({ step: 1, setbacks: 0 }, () => {})(steps)) {
    if (value === 2) break;
  }
  assert.deepEqual(ended, [1, 2]);
});
