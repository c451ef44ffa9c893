import assert from "node:assert/strict";
import { complaint, impasto } from "../helpers/command.ts";
import { quick, quickOf, studio } from "../helpers/painting.ts";
import { inRoot } from "../helpers/shared.ts";

const all = ["--allow-read", "--allow-write", "--allow-ffi", "--allow-env"];
const without = (flag: string) => all.filter((other) => other !== flag);

/** Permissions of Deno, what is refused under them, and the flag that the hint names; HERE is the user's folder. */
const narrow: Readonly<Record<string, [readonly string[], RegExp, string]>> = {
  "nothing allowed": [[], /recipe\.json: Requires read access/, "--allow-read=HERE/recipe.json"],
  "no photograph readable": [
    [...without("--allow-read"), `--allow-read=${inRoot("")}`, "--allow-read=recipe.json"],
    /^error: Cannot read HERE\/photo\.png: Requires read access to "HERE\/photo\.png"/,
    "--allow-read=HERE/photo.png",
  ],
  "nothing writable": [
    without("--allow-write"),
    /^error: Cannot write HERE\/out\.png: Requires write access/,
    "--allow-write=HERE",
  ],
  "another folder writable": [
    [...without("--allow-write"), "--allow-write=/nowhere"],
    /^error: Cannot write HERE\/out\.png: Requires write access/,
    "--allow-write=HERE",
  ],
  "no native library": [
    without("--allow-ffi"),
    /^error: Stage decode failed: Requires ffi access to "\S+sharp\S+", run again with the --allow-ffi flag$/,
    "--allow-ffi",
  ],
  "no environment": [
    without("--allow-env"),
    /^error: Stage decode failed: Requires env access/,
    "--allow-env=npm_package_config_libvips",
  ],
};

for (const [what, [permissions, message, flag]] of Object.entries(narrow)) {
  Deno.test(`with ${what} the refusal is one line, and the hint names the flag`, async () => {
    await using folder = await studio();
    const outcome = await impasto([...quick, "--quiet"], { cwd: folder.path, permissions });
    assert.notEqual(outcome.code, 0);
    const [line, hint] = complaint(outcome).map((text) => text.replaceAll(folder.path, "HERE"));
    assert.match(line, message);
    assert.equal(hint, `  add ${flag} after \`deno run\`; -P grants all that deno.json declares`);
  });
}

Deno.test("a photograph from a host that Deno may not reach is refused with the flag for it", async () => {
  await using folder = await studio();
  const args = quickOf("http://127.0.0.1:45999/photo.png");
  const outcome = await impasto(args, { cwd: folder.path, permissions: all });
  assert.equal(outcome.code, 1);
  assert.match(complaint(outcome)[1], /add --allow-net=127\.0\.0\.1:45999 after `deno run`/);
});

Deno.test("whoever starts with nothing and follows the hints one by one gets a picture", async () => {
  await using folder = await studio();
  const permissions: string[] = [];
  for (let round = 0; round < 20; round++) {
    const outcome = await impasto([...quick, "--quiet"], { cwd: folder.path, permissions });
    if (outcome.code === 0) break;
    const [, flag] = /^ {2}add (--allow-\S+) after/.exec(complaint(outcome)[1]) ?? [];
    assert(flag && !permissions.includes(flag), outcome.err);
    permissions.push(flag);
  }
  assert((await folder.list()).includes("out.png"), permissions.join(" "));
  // Nothing but this folder, the module, and what sharp asks about the machine.
  assert(permissions.length > 5 && !permissions.includes("--allow-read"), permissions.join(" "));
});
