import assert from "node:assert/strict";
import { keepPlace, type Standing } from "../../../optimisers/handlers/keep_place.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";
import { stepOf } from "./toy.ts";

Deno.test("the steps are counted on from those of an earlier run, and the last one is kept as it is", async () => {
  const place: Standing = { step: 5 };
  const given = [stepOf(3), stepOf(1), stepOf(2)];
  async function* steps(): AsyncGenerator<Iterate> {
    yield* given;
  }
  const seen = [];
  for await (const step of keepPlace(place)(steps())) seen.push([place.step, place.last === step]);
  assert.deepEqual(seen, [[6, true], [7, true], [8, true]]);
  assert.equal(place.last, given[2]);
});
