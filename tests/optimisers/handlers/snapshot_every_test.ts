import assert from "node:assert/strict";
import { keepPlace } from "../../../optimisers/handlers/keep_place.ts";
import { snapshotEvery } from "../../../optimisers/handlers/snapshot_every.ts";
import { valued } from "./toy.ts";

for (const [count, wanted] of [[4, [4, 8]], [1, [3, 4, 5, 6, 7, 8, 9]], [0, []], [20, []]] as const) {
  Deno.test(`of steps 3 to 9 every ${count} is a snapshot of ${wanted.join(", ") || "none"}`, async () => {
    const place = { step: 2 };
    const sent: number[] = [];
    const snapshots = snapshotEvery(count, place, async () => {
      await new Promise((resolve) => setTimeout(resolve));
      sent.push(place.step);
    });
    for await (const _ of snapshots(keepPlace(place)(valued([1, 1, 1, 1, 1, 1, 1])))) {
      // It is sent before anybody else sees the step.
      assert.equal(sent.at(-1) === place.step, (wanted as readonly number[]).includes(place.step));
    }
    assert.deepEqual(sent, wanted);
  });
}
