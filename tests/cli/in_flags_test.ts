import assert from "node:assert/strict";
import { inFlags } from "../../cli/in_flags.ts";
import { inRoot } from "../helpers/shared.ts";

Deno.test("the command says flags where presets and programs say keys", () => {
  const lines: Readonly<Record<string, string>> = {
    "name another file with `encode.output`": "name another file with --output",
    "grant 2GB with `memory`, or take `decode.size` 640 or less": "grant 2GB with --memory, or take --size 640 or less",
    "name a picture with `decode.content`": "name a picture with --content FILE",
    "name another painter with `train.painter`": "name another painter with --painter FILE",
    "larger (`decode.scales`)": "larger (decode.scales)",
    "`resume` goes on": "--resume goes on",
    "fetch it with `git lfs pull`, take `extends` out": "fetch it with `git lfs pull`, take `extends` out",
  };
  for (const [keys, flags] of Object.entries(lines)) assert.equal(inFlags(keys), flags);
});

Deno.test("no line of the library names a flag of the command", async () => {
  const rooms = ["base", "chain", "engines", "graph", "networks", "objective", "optimisers", "pictures", "presets"];
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(inRoot(path))) {
      if (isDirectory) await visit(`${path}/${name}`);
      if (!name.endsWith(".ts")) continue;
      const code = (await Deno.readTextFile(inRoot(`${path}/${name}`))).replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, "");
      for (const line of code.split("\n")) {
        // Deno's own flags, and commands to type.
        const known = /--allow|--no-lock|weights import/;
        if (/["'`(\s]--[a-z-]+[^\w.-]/.test(line) && !known.test(line)) found.push(`${path}/${name}: ${line.trim()}`);
      }
    }
  };
  for (const room of [...rooms, "session", "stages", "studio", "weights"]) await visit(room);
  // Masks of another photograph are told by the command alone.
  assert.deepEqual(found.filter((line) => !line.startsWith("session/foreign_masks.ts")), []);
});
