import assert from "node:assert/strict";
import { resolve } from "node:path";
import { cacheFolder, cacheVariables } from "../../base/cache_folder.ts";
import { clearError } from "../helpers/errors.ts";
import { inRoot } from "../helpers/shared.ts";

const folderIn = (os: typeof Deno.build.os, environment: Record<string, string>) =>
  cacheFolder(os, (variable) => environment[variable] ?? "");

Deno.test("the cache is in the platform's own folder, and where its variable says", () => {
  const home = resolve("/home/a");
  assert.equal(folderIn("linux", { HOME: home }), resolve("/home/a/.cache/impasto"));
  assert.equal(folderIn("linux", { HOME: home, XDG_CACHE_HOME: resolve("/x") }), resolve("/x/impasto"));
  assert.equal(folderIn("linux", { HOME: home, XDG_CACHE_HOME: "relative" }), resolve("/home/a/.cache/impasto"));
  assert.equal(folderIn("darwin", { HOME: home, XDG_CACHE_HOME: "/x" }), resolve("/home/a/Library/Caches/impasto"));
  assert.equal(folderIn("windows", { HOME: home, LOCALAPPDATA: resolve("/l") }), resolve("/l/impasto"));
  for (const os of ["linux", "darwin", "windows"] as const) {
    assert.equal(folderIn(os, { HOME: home, LOCALAPPDATA: home, IMPASTO_CACHE: "mine" }), resolve("mine"));
  }
});

Deno.test("an environment without a home is one clear error", async () => {
  assert.match((await clearError(() => folderIn("linux", {}))).hint!, /IMPASTO_CACHE/);
});

Deno.test({
  name: "without a permission for the environment nobody is asked, and the error says what to do",
  permissions: { env: false },
  fn: async () => void await clearError(() => cacheFolder()),
});

Deno.test("deno.json lets the command see every variable that counts", async () => {
  const { permissions } = JSON.parse(await Deno.readTextFile(inRoot("deno.json")));
  for (const variable of cacheVariables) assert(permissions.default.env.includes(variable), variable);
});
