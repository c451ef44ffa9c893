import assert from "node:assert/strict";
import { checkpointEvery } from "../../../optimisers/handlers/checkpoint_every.ts";
import { passed, valued } from "./toy.ts";

Deno.test("a checkpoint is saved at the steps at which one is due, before the next is asked for", async () => {
  const notes: string[] = [];
  async function* steps() {
    for (const step of [1, 2, 3, 4]) {
      notes.push(`step ${step}`);
      yield* valued([step]);
    }
  }
  const keeper = {
    due: (seconds: number) => {
      assert.equal(seconds, 60);
      return /[24]/.test(notes.at(-1)!);
    },
    save: async () => {
      await new Promise((resolve) => setTimeout(resolve));
      notes.push("saved");
    },
  };
  assert.deepEqual(await passed(checkpointEvery(60, keeper), steps()), [1, 2, 3, 4]);
  assert.deepEqual(notes, ["step 1", "step 2", "saved", "step 3", "step 4", "saved"]);
});

Deno.test("none is saved every 0 seconds", async () => {
  const save = () => Promise.reject(new Error("none is wanted"));
  assert.deepEqual(await passed(checkpointEvery(0, { due: () => true, save }), valued([2, 1])), [2, 1]);
});
