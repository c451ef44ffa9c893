import assert from "node:assert/strict";
import { dirname } from "node:path";
import { rescue, rescued } from "../../base/rescue.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("what cannot be written where the user stands goes to their own folder, else to a temporary one", async () => {
  await using home = await temporaryFolder();
  const before = Deno.env.get("HOME");
  Deno.env.set("HOME", home.path);
  try {
    const failing = (folders: readonly string[]) => async (path: string) => {
      if (folders.includes(dirname(path))) throw new Error("full");
      await Deno.writeTextFile(path, "whole");
    };
    const failure = new Error("the first");
    const toHome = await rescue("/gone/a.png", failure, failing([Deno.cwd()]));
    assert.equal(toHome, home.at("a.png"));
    const again = await rescue("/gone/a.png", failure, failing([Deno.cwd()]));
    assert.equal(again, home.at("a-2.png"));
    const toTemporary = await rescue("/gone/a.png", failure, failing([Deno.cwd(), home.path]));
    assert.equal(await Deno.readTextFile(toTemporary), "whole");
    assert(![Deno.cwd(), home.path].includes(dirname(toTemporary)));
    await Deno.remove(dirname(toTemporary), { recursive: true });
    const long = `/gone/${"年".repeat(90)}.png`;
    const named = await rescue(long, failure, failing([Deno.cwd()]));
    assert.equal(named, home.at("picture.png"));
    const nowhere = () => Promise.reject(new Error("full"));
    await assert.rejects(rescue("/gone/a.png", failure, nowhere), (error) => error === failure);
  } finally {
    if (before === undefined) Deno.env.delete("HOME");
    else Deno.env.set("HOME", before);
  }
});

Deno.test("resume is named where a checkpoint lies there, and else not", () => {
  const hintOf = (resumable: boolean) => rescued(new Error("full"), "/b/a.png", { exitCode: 1, resumable }).hint;
  assert.equal(hintOf(false), "move it once its own place can be written to");
  assert.match(hintOf(true)!, /^move it .*; `resume` goes on from the last checkpoint$/);
});
