import assert from "node:assert/strict";
import { keepPlace } from "../../../optimisers/handlers/keep_place.ts";
import { stopAfter } from "../../../optimisers/handlers/stop_after.ts";
import { descent } from "./toy.ts";

for (const [done, count, wanted] of [[0, 5, 5], [3, 5, 5], [0, 1, 1]]) {
  Deno.test(`after ${done} steps of an earlier run, ${count} end at number ${wanted}`, async () => {
    const place = { step: done };
    const notes: string[] = [];
    for await (const _ of stopAfter(count, place)(keepPlace(place)(descent(notes))));
    assert.equal(place.step, wanted);
    assert.deepEqual(notes, ["ended"]);
  });
}
