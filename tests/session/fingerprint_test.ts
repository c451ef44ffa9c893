import assert from "node:assert/strict";
import { resolvePreset } from "../../presets/resolve.ts";
import { inputsOf } from "../../presets/inputs.ts";
import { digestsOf, fingerprintOf, firstDifference } from "../../session/fingerprint.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { recipe } from "../helpers/painting.ts";

/** A preset beside its pictures, with what they hold. */
async function recipeIn(folder: TemporaryFolder, changes: Record<string, unknown> = {}) {
  const json = { ...recipe, decode: { content: "photo.png", styles: [{ picture: "painting.png" }] }, ...changes };
  const preset = resolvePreset("mine", [{ source: "mine.json", json, base: folder.url("mine.json") }]);
  return fingerprintOf(preset, await digestsOf(inputsOf(preset)));
}

async function filled(photo = "a photograph"): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write("photo.png", photo);
  await folder.write("painting.png", "a painting");
  return folder;
}

Deno.test("SHA-256 of the files, addresses of other kinds and missing files left out", async () => {
  await using folder = await temporaryFolder();
  // FIPS 180-2, appendix B.1.
  await folder.write("abc", "abc");
  const there = folder.url("abc").href;
  assert.deepEqual(await digestsOf([there, folder.url("none").href, "https://example.org/abc"]), {
    [there]: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});

Deno.test("a folder counts by the names of its files and what they hold, wherever it is", async () => {
  const digestOf = async (files: Readonly<Record<string, string>>) => {
    await using folder = await temporaryFolder();
    await Deno.mkdir(folder.at("film"));
    for (const [name, text] of Object.entries(files)) await folder.write(`film/${name}`, text);
    const there = folder.url("film").href;
    return (await digestsOf([there]))[there];
  };
  const one = await digestOf({ "1.png": "a", "2.png": "b" });
  assert.match(one, /^[0-9a-f]{64}$/);
  assert.equal(await digestOf({ "2.png": "b", "1.png": "a" }), one);
  const others: Readonly<Record<string, string>>[] = [{ "1.png": "b", "2.png": "a" }, { "1.png": "a" }, {
    "1.png": "a",
    "3.png": "b",
  }];
  for (const files of others) assert.notEqual(await digestOf(files), one);
});

Deno.test("a picture in memory counts by what it holds: its address is another each time", async () => {
  const addresses = ["abc", "abc", "abd"].map((text) => URL.createObjectURL(new Blob([text])));
  const recipes = await Promise.all(addresses.map(async (content) => {
    const json = { ...recipe, decode: { content, styles: [{ picture: "https://example.org/painting.png" }] } };
    const preset = resolvePreset("mine", [{ source: "mine.json", json, base: new URL("file:///mine.json") }]);
    return fingerprintOf(preset, await digestsOf(inputsOf(preset)));
  }));
  assert.equal(firstDifference(recipes[0], recipes[1]), undefined);
  assert.equal(firstDifference(recipes[0], recipes[2]), "decode.content is another file than it was");
  addresses.forEach((address) => URL.revokeObjectURL(address));
});

Deno.test("the same preset with the same files is the same, wherever they are and whatever comes out", async () => {
  await using here = await filled();
  await using there = await filled();
  const moved = await recipeIn(there, { encode: { output: "other.png" } });
  assert.equal(firstDifference(await recipeIn(here), moved), undefined);
});

Deno.test("the first difference is told by its path: a number, a key, a file's content", async () => {
  await using here = await filled();
  await using there = await filled("another photograph");
  const mine = await recipeIn(here);
  assert.equal(
    firstDifference(mine, await recipeIn(here, { optimise: { seed: 3 } })),
    "optimise.seed was 0 and is 3",
  );
  const fewer = { "loss-build": { ...recipe["loss-build"], terms: { content: recipe["loss-build"].terms.content } } };
  assert.equal(
    firstDifference(mine, await recipeIn(here, fewer)),
    'loss-build.terms.style.loss was "gram" and is not there',
  );
  assert.equal(firstDifference(mine, await recipeIn(there)), "decode.content is another file than it was");
});

Deno.test("a picture whose address was signed anew is the same", async () => {
  await using folder = await filled();
  const named = (content: string) => recipeIn(folder, { decode: { content, styles: [{ picture: "painting.png" }] } });
  const then = await named("https://host/a.jpg?w=2&X-Amz-Signature=b");
  assert.equal(firstDifference(then, await named("https://me:pw@host/a.jpg?w=2&X-Amz-Signature=c")), undefined);
  const difference = firstDifference(then, await named("https://me:pw@host/a.jpg?w=3&X-Amz-Signature=c"));
  assert.equal(difference, 'decode.content was "https://host/a.jpg?w=2" and is "https://host/a.jpg?w=3"');
});
