import assert from "node:assert/strict";
import { temporaryFolder } from "../helpers/folders.ts";

const files = import.meta.resolve("../../base/files.ts");
const temporaries = import.meta.resolve("../../base/temporaries.ts");

Deno.test("a program that ends at once leaves nothing of a write that the system makes late", async () => {
  await using folder = await temporaryFolder();
  const program = `
    import { writeAtomically } from "${files}";
    import { removeTemporaries } from "${temporaries}";
    const late = async (path) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await Deno.writeTextFile(path, "half");
    };
    writeAtomically("late.txt", late);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const removed = removeTemporaries();
    writeAtomically("later.txt", new Uint8Array(9));
    await removed;
    Deno.exit(3);`;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    cwd: folder.path,
    stderr: "inherit",
  }).output();
  assert.equal(code, 3);
  assert.deepEqual(await folder.list(), []);
});
