import assert from "node:assert/strict";
import { resolve } from "node:path";
import { ScratchFailure, scratchFile, scratchIn } from "../../base/scratch.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("what is written to a scratch file comes back, and its name is gone before it is of use", async () => {
  await using folder = await temporaryFolder();
  {
    await using scratch = await scratchFile(folder.path);
    await scratch.write(3, Float32Array.of(4, 5, 6));
    await scratch.write(0, Float32Array.of(1, 2, 3).subarray(1));
    const two = new Float32Array(2);
    await scratch.read(4, two);
    assert.deepEqual(two, Float32Array.of(5, 6));
    await scratch.read(0, two);
    assert.deepEqual(two, Float32Array.of(2, 3));
    await assert.rejects(scratch.read(5, two));
    if (Deno.build.os !== "windows") assert.deepEqual(await folder.list(), []);
  }
  assert.deepEqual(await folder.list(), []);
});

for (const atOnce of ["written", "read"]) {
  Deno.test(`a scratch file is ${atOnce} at many places at once`, async () => {
    await using scratch = await scratchFile();
    const stretches = Array.from({ length: 50 }, (_, i) => new Float32Array(1000 + i).fill(i));
    const found = stretches.map(({ length }) => new Float32Array(length).fill(NaN));
    const write = (i: number) => scratch.write(2000 * i, stretches[i]);
    const read = (i: number) => scratch.read(2000 * i, found[i]);
    for (const [i] of stretches.entries()) if (atOnce !== "written") await write(i);
    await Promise.all(stretches.map((_, i) => atOnce === "written" ? write(i) : read(i)));
    for (const [i] of stretches.entries()) if (atOnce !== "read") await read(i);
    const wrong = [...stretches.keys()].filter((i) => !found[i].every((value) => value === i));
    assert.deepEqual(wrong, []);
  });
}

const noPlaces = {
  "a folder that is missing": "none",
  ...Deno.build.os === "linux" && { "a folder without room": "/proc" },
};
for (const [what, place] of Object.entries(noPlaces)) {
  Deno.test(`${what} is no place for a scratch file`, async () => {
    await using folder = await temporaryFolder();
    await assert.rejects(scratchFile(resolve(folder.path, place)), ScratchFailure);
    assert.deepEqual(await folder.list(), []);
  });
}

Deno.test("a scratch file is a possibility only where it may be written and read without a question", () => {
  assert(scratchIn());
  assert(scratchIn("anywhere"));
});
for (const refused of ["read", "write"] as const) {
  Deno.test({
    name: `without the permission to ${refused} there is no scratch file`,
    permissions: { read: true, write: true, [refused]: false },
    fn: () => {
      assert.equal(scratchIn(), undefined);
      assert.equal(scratchIn("anywhere"), undefined);
    },
  });
}
