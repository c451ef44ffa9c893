import assert from "node:assert/strict";
import { fuzzPresets } from "./fuzz.ts";

Deno.test("damaged presets are sound or give faults as data", async () => {
  const { faults, read } = await fuzzPresets(150, 7);
  assert.deepEqual(faults, []);
  assert(read > 0 && read < 150, `${read} were read`);
});
