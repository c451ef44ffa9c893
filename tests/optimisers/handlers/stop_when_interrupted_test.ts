import assert from "node:assert/strict";
import { interruptionBy } from "../../../optimisers/handlers/stop_when_interrupted.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";
import { bowl, descent, passed, valued } from "./toy.ts";

/**
 * Steps of three evaluations each; gives how many steps passed and how many evaluations were made.
 *
 * @param abortAt The evaluation in which the signal comes; a half less if it comes just before that one.
 */
async function searched(stop: AbortController, abortAt: number) {
  const interruption = interruptionBy(stop.signal);
  let evaluations = 0;
  const evaluate = interruption.guarded(async (image: Float32Array) => {
    if (++evaluations === abortAt) stop.abort();
    return bowl(image);
  });
  async function* steps(): AsyncGenerator<Iterate> {
    for (const image = Float32Array.of(4, 1);; image[0] /= 2) {
      if (evaluations + 0.5 === abortAt) stop.abort();
      await evaluate(image);
      await evaluate(image);
      yield { image, ...await evaluate(image) };
    }
  }
  const values = await passed(interruption.stopWhenInterrupted, steps());
  return { steps: values.length, evaluations, happened: interruption.happened };
}

Deno.test("a signal in the middle of a step ends it after the evaluation at hand", async () => {
  assert.deepEqual(await searched(new AbortController(), 4), { steps: 1, evaluations: 4, happened: true });
  assert.deepEqual(await searched(new AbortController(), 5), { steps: 1, evaluations: 5, happened: true });
});

Deno.test("a signal in the last evaluation of a step ends it after the step", async () => {
  assert.deepEqual(await searched(new AbortController(), 6), { steps: 2, evaluations: 6, happened: true });
});

Deno.test("a signal before the first evaluation of a step leaves it that one", async () => {
  assert.deepEqual(await searched(new AbortController(), 3.5), { steps: 1, evaluations: 4, happened: true });
});

Deno.test("a signal before the first step leaves it its first evaluation, which may be a step already", async () => {
  const stop = new AbortController();
  stop.abort();
  assert.deepEqual(await searched(stop, 0), { steps: 0, evaluations: 1, happened: true });
  const { stopWhenInterrupted } = interruptionBy(stop.signal);
  assert.deepEqual(await passed(stopWhenInterrupted, descent()), [12.5]);
});

Deno.test("a signal that a timer gives comes through, and the optimiser hears of the end", async () => {
  const stop = new AbortController();
  const notes: string[] = [];
  const interruption = interruptionBy(stop.signal);
  const steps = interruption.stopWhenInterrupted(descent(notes));
  let count = 0;
  for await (const _ of steps) {
    if (++count === 3) setTimeout(() => stop.abort());
    assert(count < 10, "the timer has no turn");
  }
  assert.deepEqual([interruption.happened, notes], [true, ["ended"]]);
});

Deno.test("steps that end of themselves are not interrupted, whether or not there is a signal", async () => {
  const stop = new AbortController();
  for (const signal of [undefined, stop.signal]) {
    const interruption = interruptionBy(signal);
    assert.deepEqual(await passed(interruption.stopWhenInterrupted, valued([2, 1])), [2, 1]);
    assert.equal(interruption.happened, false);
  }
  const interruption = interruptionBy(stop.signal);
  for await (const _ of interruption.stopWhenInterrupted(descent())) {
    stop.abort();
    break;
  }
  assert.equal(interruption.happened, false, "who leaves the steps has ended them");
});

Deno.test("what the optimiser throws passes", async () => {
  async function* broken() {
    yield* valued([2]);
    throw new Error("the engine is gone");
  }
  const interruption = interruptionBy(new AbortController().signal);
  await assert.rejects(passed(interruption.stopWhenInterrupted, broken()), /the engine is gone/);
  assert.equal(interruption.happened, false);
});
