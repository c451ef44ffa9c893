import assert from "node:assert/strict";
import { fuzzPictures, pictureFormats } from "./fuzz.ts";

for (const format of pictureFormats) {
  Deno.test(`damaged pictures of the format ${format} are read or refused, and none is black in silence`, async () => {
    const { faults, read } = await fuzzPictures(format, 40, 7);
    assert.deepEqual(faults, []);
    assert(read < 40, "some damage must show");
  });
}
