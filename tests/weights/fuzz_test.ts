import assert from "node:assert/strict";
import { type Format, formats } from "../../weights/open_any.ts";
import { fuzz } from "./fuzz.ts";

for (const format of Object.keys(formats) as Format[]) {
  Deno.test(`damaged files of the format ${format} give arrays or one clear error, soon and in little memory`, async () => {
    const { faults, read } = await fuzz(format, 40, 7);
    assert.deepEqual(faults, []);
    assert(read < 40, "some damage must show");
  });
}
