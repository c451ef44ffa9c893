import assert from "node:assert/strict";
import { impasto } from "../helpers/command.ts";
import { quick, quickOf, studio, tools } from "../helpers/painting.ts";

const short = [...quick, "--iterations", "1"];
type Folder = Awaited<ReturnType<typeof studio>>;

async function run(folder: Folder, ...args: string[]) {
  const { code, err, complaints } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 0, err);
  return complaints;
}

Deno.test("a second attempt in another way gets a numbered name, which the lines tell; the first one stays", async () => {
  await using folder = await studio();
  await run(folder, ...short);
  const first = await Deno.readFile(folder.at("out.png"));
  const [note] = await run(folder, ...short, "--style-weight", "3");
  assert.equal(
    note,
    `${folder.at("out.png")} was painted in another way and stays: this one becomes ${folder.at("out-2.png")}; ` +
      "--overwrite would replace it",
  );
  await run(folder, ...short, "--style-weight", "4");
  assert.deepEqual(await folder.list(), ["out-2.png", "out-3.png", "out.png", ...tools]);
  assert.deepEqual(await Deno.readFile(folder.at("out.png")), first);
  // The same way leads to the same file, also where it is said in other words.
  const second = await Deno.readFile(folder.at("out-2.png"));
  await run(folder, ...short, "--seed", "0", "--strength", "1", "--style-weight", "3");
  const [anew] = await run(folder, ...short);
  assert.equal(anew, `${folder.at("out.png")} was painted in this way before: it is painted anew`);
  assert.deepEqual(await Deno.readFile(folder.at("out-2.png")), second);
  assert.equal((await folder.list()).length, 3 + tools.length);
});

Deno.test("--overwrite replaces what was painted in another way, but no file of another's", async () => {
  await using folder = await studio();
  await run(folder, ...short);
  const first = await Deno.readFile(folder.at("out.png"));
  await run(folder, ...short, "--style-weight", "3", "--overwrite");
  assert.deepEqual(await folder.list(), ["out.png", ...tools]);
  assert.notDeepEqual(await Deno.readFile(folder.at("out.png")), first);
  await folder.write("out.png", "mine");
  const { code } = await impasto([...short, "--overwrite"], { cwd: folder.path });
  assert.deepEqual([code, await Deno.readTextFile(folder.at("out.png"))], [1, "mine"]);
});

Deno.test("a foreign file with a numbered name is left alone", async () => {
  await using folder = await studio();
  await folder.write("out-2.png", "mine");
  await run(folder, ...short);
  await run(folder, ...short, "--seed", "5");
  assert.deepEqual(await folder.list(), ["out-2.png", "out-3.png", "out.png", ...tools]);
  assert.equal(await Deno.readTextFile(folder.at("out-2.png")), "mine");
});

Deno.test("in a folder another preset's pictures stay, and the same one's are skipped, numbered ones too", async () => {
  await using folder = await studio();
  await Deno.mkdir(folder.at("photos"));
  for (const name of ["a.png", "b.png"]) await Deno.copyFile(folder.at("photo.png"), folder.at("photos", name));
  const all = [...quickOf("photos/*.png"), "--output", "photos/{name}-x.png", "--iterations", "1", "--json"];
  const states = async (...more: string[]) => {
    const { code, out, err } = await impasto([...all, ...more], { cwd: folder.path });
    assert.equal(code, 0, err);
    const records = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    return records.filter(({ kind }) => kind === "photograph").map(({ state }) => state);
  };
  const names = async () => (await Array.fromAsync(Deno.readDir(folder.at("photos")), ({ name }) => name)).sort();
  assert.deepEqual(await states(), ["begun", "begun"]);
  assert.deepEqual(await states("--seed", "2"), ["begun", "begun"]);
  const four = ["a-x-2.png", "a-x.png", "a.png", "b-x-2.png", "b-x.png", "b.png"];
  assert.deepEqual(await names(), four);
  assert.deepEqual(await states(), ["skipped", "skipped"]);
  assert.deepEqual(await states("--seed", "2"), ["skipped", "skipped"]);
  assert.deepEqual(await states("--seed", "3", "--overwrite"), ["begun", "begun"]);
  assert.deepEqual(await names(), four);
});

Deno.test("a second sheet of variations gets a numbered name", async () => {
  await using folder = await studio();
  const at = short.indexOf("--output");
  const vary = ["variations", ...short.slice(1).toSpliced(at - 1, 2), "--set", "optimise.seed=1,2"];
  for (const more of [[], [], ["--overwrite"]]) await run(folder, ...vary, ...more);
  assert.deepEqual(await folder.list(), [...tools, "recipe-variations-2.png", "recipe-variations.png"].sort());
});
