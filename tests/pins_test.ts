/**
 * Versions of packages: each stands in the lock file, no two places name different ones, and nothing is left over.
 *
 * @module
 */
import assert from "node:assert/strict";
import { inRoot } from "./helpers/shared.ts";

const text = /\.(ts|js|md|json|jsonc)$|^run$/;

/** Each place that names a version of a package, as `package@version` and its file. */
async function pinsIn(folder: string, pattern: RegExp): Promise<{ readonly pin: string; readonly file: string }[]> {
  const pins: { readonly pin: string; readonly file: string }[] = [];
  for await (const { name, isDirectory } of Deno.readDir(inRoot(folder))) {
    const file = `${folder}${name}`;
    if (isDirectory && ![".git", "node_modules"].includes(name)) pins.push(...await pinsIn(`${file}/`, pattern));
    if (isDirectory || !text.test(name)) continue;
    const found = (await Deno.readTextFile(inRoot(file))).matchAll(pattern);
    pins.push(...[...found].map(([, pin]) => ({ pin, file })));
  }
  return pins;
}

const nameOf = (pin: string) => pin.slice(0, pin.lastIndexOf("@"));

Deno.test("every package that code imports has one exact version, which the lock file knows, and it knows no other", async () => {
  const pins = await pinsIn("", /["']npm:((?:@[\w.-]+\/)?[\w.-]+@[^"'/]+)["']/g);
  const lock = JSON.parse(await Deno.readTextFile(inRoot("deno.lock")));
  const locked = Object.keys(lock.specifiers).map((specifier) => specifier.replace("npm:", "")).sort();
  assert.deepEqual([...new Set(pins.map(({ pin }) => pin))].sort(), locked);
  assert.deepEqual(locked.filter((pin) => !/@\d+\.\d+\.\d+$/.test(pin)), []);
  assert.equal(new Set(locked.map(nameOf)).size, locked.length);
  assert.deepEqual(pins.filter(({ pin }) => nameOf(pin) === "sharp").map(({ file }) => file), [
    "pictures/sharp_package.ts",
  ]);
});

Deno.test("programs that npx brings have one version each, wherever they stand", async () => {
  const pins = await pinsIn("", /(?<![\w-])((?:deno|bun|node)@\d+\.\d+\.\d+)\b/g);
  const names = Map.groupBy(pins, ({ pin }) => nameOf(pin));
  assert(names.has("deno"));
  for (const [name, places] of names) assert.equal(new Set(places.map(({ pin }) => pin)).size, 1, name);
});
