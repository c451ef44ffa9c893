import assert from "node:assert/strict";
import { relative } from "node:path";
import { impasto, type Outcome } from "../helpers/command.ts";
import { loadPreset } from "../../presets/load.ts";
import { stages } from "../../stages/mod.ts";
import type { Context } from "../../chain/stage.ts";
import type { Graph } from "../../graph/mod.ts";
import { styliseFolder } from "../../session/folder.ts";
import { filesMatching, isPattern } from "../../session/pattern.ts";
import { clearError } from "../helpers/errors.ts";
import { recipe, studio } from "../helpers/painting.ts";
import { landscape, plain, stored } from "../helpers/pictures.ts";

const tiny = ["--preset", "recipe.json", "--style", "painting.png", "--size", "32", "--set", "decode.scales=[]"];
const paint = [...tiny, "--iterations", "1", "--threads", "1"];

/** A folder `photos` with three photographs and two files that are none. */
async function album() {
  const folder = await studio();
  await Deno.mkdir(folder.at("photos"));
  for (const [i, name] of ["a", "b", "c"].entries()) {
    await landscape(40 + 4 * i, 30).jpeg().toFile(folder.at("photos", `${name}.jpg`));
  }
  const whole = await Deno.readFile(folder.at("photos", "a.jpg"));
  await Deno.writeFile(folder.at("photos", "cut.jpg"), whole.subarray(0, whole.length / 2));
  await Deno.writeTextFile(folder.at("photos", "text.jpg"), "no picture");
  return folder;
}

const namesIn = async (path: string) => (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
const statesIn = ({ out }: Outcome) =>
  out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ kind }) => kind === "photograph")
    .map(({ file, state, index, count }) => `${index + 1}/${count} ${file.split("/").at(-1)} ${state}`);

Deno.test("a pattern paints each photograph, lists what failed at the end, and skips what is done the next time", async () => {
  await using folder = await album();
  const args = [...paint, "--content", "photos/*.jpg", "--output", "out/{name}-{preset}.png", "--json"];
  const first = await impasto(args, { cwd: folder.path });
  assert.equal(first.code, 1);
  assert.deepEqual(await namesIn(folder.at("out")), ["a-recipe.png", "b-recipe.png", "c-recipe.png"]);
  const checkFailures = ({ complaints }: Outcome) => {
    assert.equal(complaints.length, 5);
    assert.equal(complaints[0], "2 of 5 failed:");
    assert(complaints[1].startsWith(`error: Cannot read ${folder.at("photos", "cut.jpg")} as a picture: `));
    assert(complaints[3].startsWith(`error: Cannot read ${folder.at("photos", "text.jpg")} as a picture: it is text`));
    assert.equal(complaints[4], "  name a picture");
  };
  checkFailures(first);
  const before = await Deno.readFile(folder.at("out", "a-recipe.png"));

  await Deno.remove(folder.at("out", "b-recipe.png"));
  const second = await impasto(args, { cwd: folder.path });
  assert.deepEqual(statesIn(second), [
    "1/5 a.jpg skipped",
    "2/5 b.jpg begun",
    "3/5 c.jpg skipped",
    "4/5 cut.jpg begun",
    "4/5 cut.jpg failed",
    "5/5 text.jpg begun",
    "5/5 text.jpg failed",
  ]);
  checkFailures(second);
  assert.deepEqual(await Deno.readFile(folder.at("out", "a-recipe.png")), before);
  // Another recipe is another picture.
  const third = await impasto([...args, "--style-weight", "3"], { cwd: folder.path });
  assert.equal(statesIn(third).filter((line) => line.endsWith("skipped")).length, 0);
});

Deno.test("a run of many tells the time for all that are to be painted, and the name of each picture for a script", async () => {
  await using folder = await album();
  const args = [...paint, "--content", "photos/[abc].jpg", "--output", "out/{name}.png"];
  const first = await impasto(args, { cwd: folder.path });
  assert.equal(first.code, 0, first.err);
  assert.equal(first.out, ["a", "b", "c"].map((name) => `painted ${folder.at("out", `${name}.png`)}\n`).join(""));
  const [a, b, c] = first.complaints.filter((line) => /^\d\/3 /.test(line));
  assert.equal(a, `1/3 ${folder.at("photos", "a.jpg")}`);
  assert.match(b, /^2\/3 \S+b\.jpg {2}\d+:\d\d left for all$/);
  assert.equal(c, `3/3 ${folder.at("photos", "c.jpg")}`);
  const steps = first.complaints.filter((line) => line.includes("step 1/1"));
  assert.deepEqual(steps.map((line) => /left, \d+:\d\d for all$/.test(line)), [true, true, false]);
  // What is there already takes no time.
  for (const name of ["a", "c"]) await Deno.remove(folder.at("out", `${name}.png`));
  const { out } = await impasto([...args, "--json"], { cwd: folder.path });
  const records = out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ kind }) => kind === "photograph");
  assert.deepEqual(records.map(({ state, remaining }) => [state, remaining]), [
    ["begun", 2],
    ["skipped", 1],
    ["begun", 1],
  ]);
  assert.deepEqual(records.map(({ secondsLeft }) => secondsLeft > 0), [false, true, true]);
});

Deno.test("--content may be given several times, for files and patterns, and each photograph is painted once", async () => {
  await using folder = await album();
  const contents = ["photos/b.jpg", "photos/[ab].jpg", "photo.png"].flatMap((content) => ["--content", content]);
  const args = [...paint, ...contents, "--output", "out/{name}.png", "--json"];
  const outcome = await impasto(args, { cwd: folder.path });
  assert.equal(outcome.code, 0, outcome.err);
  assert.deepEqual(statesIn(outcome), ["1/3 b.jpg begun", "2/3 a.jpg begun", "3/3 photo.png begun"]);
  assert.deepEqual(await namesIn(folder.at("out")), ["a.png", "b.png", "photo.png"]);
});

Deno.test("what this program did not paint is never written over, and what it did is no photograph", async () => {
  await using folder = await album();
  await plain(8, 8, [1, 2, 3]).png().toFile(folder.at("photos", "b-recipe.png"));
  const mine = await Deno.readFile(folder.at("photos", "b-recipe.png"));
  const args = [...paint, "--content", "photos/{a,b}*.*g", "--output", "photos/{name}-{preset}.png", "--json"];
  for (const expected of ["begun", "skipped"]) {
    const { code, out, complaints, err } = await impasto(args, { cwd: folder.path });
    assert.equal(code, 1, err);
    assert.match(
      complaints[1],
      /b\.jpg: Cannot write .*b-recipe\.png: there is a file that this program did not paint/,
    );
    assert.deepEqual(await Deno.readFile(folder.at("photos", "b-recipe.png")), mine);
    const states = statesIn({ out } as Outcome);
    assert(states.includes(`1/3 a.jpg ${expected}`), states.join());
  }
  assert(!(await namesIn(folder.at("photos"))).includes("a-recipe-recipe.png"));
});

Deno.test("two photographs never become one picture", async () => {
  await using folder = await album();
  const preset = await loadPreset({
    ...recipe,
    decode: { content: "any.jpg", styles: [{ picture: folder.at("painting.png") }] },
    encode: { output: folder.at("one.png") },
  });
  const contents = await filesMatching(folder.at("photos", "*.jpg"));
  assert.equal(contents.length, 5);
  const error = await clearError(() => styliseFolder(preset, contents).next());
  assert.match(error.message, /a\.jpg and .*b\.jpg would both become .*one\.png/);
  assert.deepEqual([error.exitCode, error.hint], [2, "put {name} into `encode.output`"]);
});

Deno.test("of several files for one picture, what is no picture is told, and so are pairs; the rest is painted", async () => {
  await using folder = await studio();
  await Deno.mkdir(folder.at("card"));
  for (const name of ["IMG_1.jpg", "IMG_2.jpg", "IMG_2.png", "IMG_3.png"]) {
    await landscape(40, 30).toFile(folder.at("card", name));
  }
  await folder.write("card/IMG_1.CR2", `II*\0${"\0".repeat(4)}CR\x02\0${"\0".repeat(100)}`);
  await folder.write("card/IMG_4.CR3", "a");
  await folder.write("card/IMG_4.XMP", "b");
  const args = [...paint, "--content", "card/*", "--output", "out/{name}.png", "--json"];
  const outcome = await impasto(args, { cwd: folder.path });
  assert.equal(outcome.code, 1);
  assert.deepEqual(await namesIn(folder.at("out")), ["IMG_1.png", "IMG_3.png"]);
  const failed = statesIn(outcome).filter((line) => line.endsWith("failed")).map((line) => line.split(" ")[1]);
  assert.deepEqual(failed, ["IMG_1.CR2", "IMG_2.jpg", "IMG_2.png", "IMG_4.CR3", "IMG_4.XMP"]);
  assert.equal(outcome.complaints[0], "5 of 7 failed:");
  assert.match(outcome.complaints[1], /IMG_1\.CR2 as a picture: it is a camera's raw file/);
  assert.match(outcome.complaints[3], /IMG_2\.jpg and .*IMG_2\.png would both become .*IMG_2\.png$/);
  assert.equal(outcome.complaints[4], "  rename one of them, or paint one in a run of its own with another --output");
  assert.match(outcome.complaints[7], /IMG_4\.CR3 as a picture: it is text/);
});

Deno.test({
  name: "a folder that may not be looked into is told, and the rest is painted (skipped for root, who looks anywhere)",
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  async fn() {
    await using folder = await studio();
    const shut = folder.at("card", "lost+found");
    for (const path of [shut, folder.at("card", "DCIM")]) await Deno.mkdir(path, { recursive: true });
    await Deno.rename(folder.at("photo.png"), folder.at("card", "DCIM", "A.PNG"));
    await Deno.chmod(shut, 0);
    const args = [...paint, "--content", "card/**/*.png", "--output", "out/{name}.png"];
    const { code, complaints } = await impasto(args, { cwd: folder.path });
    assert.equal(code, 1);
    assert.deepEqual(await namesIn(folder.at("out")), ["A.png"]);
    const what = `Cannot look into the folder ${shut}: Permission denied`;
    assert.equal(complaints[0], `warning: ${what}; it is left out`);
    assert.deepEqual(complaints.slice(-2), [`error: ${what}`, "  let it be read, or move it away"]);
    assert.equal((await clearError(() => filesMatching(folder.at("card", "**", "*.png")))).message, what);
    await Deno.chmod(shut, 0o700);
  },
});

Deno.test("a pattern that nothing matches is told, and a file of that very name is no pattern", async () => {
  await using folder = await album();
  const none = await impasto([...paint, "--content", "photos/*.tif", "--output", "{name}.png"], { cwd: folder.path });
  assert.equal(none.code, 2);
  assert.match(none.complaints[0], /^error: No picture matches .*photos\/\*\.tif$/);
  await Deno.copyFile(folder.at("photo.png"), folder.at("photo[1].png"));
  const one = await impasto([...paint, "--content", "photo[1].png", "--output", "one.png"], { cwd: folder.path });
  assert.equal(one.code, 0, one.err);
  assert.equal((await stored(folder.at("one.png"))).width, 32);
});

Deno.test("patterns enter folders where they say so", async () => {
  await using folder = await album();
  await Deno.mkdir(folder.at("photos", "deep"));
  await Deno.copyFile(folder.at("photos", "a.jpg"), folder.at("photos", "deep", "d.jpg"));
  const matching = async (pattern: string) =>
    (await filesMatching(folder.at(...pattern.split("/")))).map((path) => path.slice(folder.at("photos").length + 1));
  assert.deepEqual(await matching("photos/?.jpg"), ["a.jpg", "b.jpg", "c.jpg"]);
  assert.deepEqual(await matching("photos/**/[cd].jpg"), ["c.jpg", "deep/d.jpg"]);
  assert.deepEqual(await matching("photos/d*/*.jpg"), ["deep/d.jpg"]);
});

Deno.test("the paintings are looked at once for all photographs", async () => {
  await using folder = await album();
  let compiled = 0;
  const extract = stages.find(({ name }) => name === "feature-extract")!;
  const counting = {
    ...extract,
    create: (options: object) => {
      const run = extract.create(options);
      return async (input: unknown, context: Context) => {
        const watched = async () => {
          const inner = await context.compute.engine();
          return {
            ...inner,
            compile: (graph: Graph) => {
              if (Object.keys(graph.outputs).some((name) => name.endsWith("outer"))) compiled++;
              return inner.compile(graph);
            },
          };
        };
        return await run(input, { ...context, compute: { ...context.compute, engine: watched } });
      };
    },
  };
  const preset = await loadPreset({
    ...recipe,
    threads: 1,
    pipeline: ["decode", "mean-subtract", { stage: counting }, "loss-build", "optimise", "deprocess", "encode"],
    decode: { content: "any.jpg", styles: [{ picture: folder.at("painting.png") }], size: 32, scales: [] },
    optimise: { iterations: 1 },
    encode: { output: folder.at("{name}.png") },
  });
  const contents = ["a", "b", "c"].map((name) => folder.at("photos", `${name}.jpg`));
  const states = await Array.fromAsync(styliseFolder(preset, contents), ({ state }) => state);
  assert.deepEqual(states, ["painted", "painted", "painted"]);
  assert.equal(compiled, 1);
});

Deno.test("an interrupted picture is kept, and painted again the next time", async () => {
  await using folder = await album();
  const preset = await loadPreset({
    ...recipe,
    threads: 1,
    decode: { content: "any.jpg", styles: [{ picture: folder.at("painting.png") }], size: 32, scales: [] },
    optimise: { iterations: 5 },
    encode: { output: folder.at("{name}.png") },
  });
  const stop = new AbortController();
  const contents = [folder.at("photos", "a.jpg"), folder.at("photos", "b.jpg")];
  const results = await Array.fromAsync(styliseFolder(preset, contents, {
    signal: stop.signal,
    keep: true,
    onProgress: (event) => {
      if (event.kind === "step" && event.step === 3) stop.abort();
    },
  }));
  assert.deepEqual(results.map(({ state, report }) => [state, report?.interrupted]), [["painted", true]]);
  assert((await folder.list()).includes("a.png"));
  const again = await Array.fromAsync(styliseFolder(preset, contents), ({ state }) => state);
  assert.deepEqual(again, ["painted", "painted"]);
  assert.deepEqual(await Array.fromAsync(styliseFolder(preset, contents), ({ state }) => state), [
    "skipped",
    "skipped",
  ]);
});

Deno.test("a photograph whose picture or checkpoint would have too long a name fails before it is begun", async () => {
  await using folder = await studio();
  for (const signs of [80, 82]) await Deno.copyFile(folder.at("photo.png"), folder.at(`${"年".repeat(signs)}.png`));
  const args = [...paint, "--content", "{年*,photo}.png", "--output", "{name}-{preset}.png", "--json"];
  const { code, out, complaints, err } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 1, err);
  assert.match(complaints[1], /年-recipe\.png\.checkpoint: the file system refuses this name: /);
  assert.match(complaints[3], /年-recipe\.png(\.checkpoint)?: the file system refuses this name: /);
  assert.match(complaints[2], /^ {2}take a shorter .*--output$/);
  assert(!out.split("\n").some((line) => line.includes('"step"') && line.includes("年")));
  assert((await folder.list()).includes("photo-recipe.png"));
  assert.equal((await folder.list()).length, 6);
});

Deno.test({
  name: "folders that are there are meant by their names, and a sign with a backslash by itself",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    const names = ["Holiday (2019)", "{a,b}", "plus+(x)", "@(x)", "[ab]", "!(no)", "a*"];
    for (const name of names) {
      await Deno.mkdir(folder.at(name, "deep"), { recursive: true });
      await Deno.writeTextFile(folder.at(name, "one (1).jpg"), "");
      await Deno.writeTextFile(folder.at(name, "Two.JPG"), "");
      await Deno.writeTextFile(folder.at(name, "deep", "[3].jpg"), "");
    }
    for (const name of names) {
      const matching = async (...pattern: string[]) => {
        assert(await isPattern(folder.at(...pattern)), pattern.join("/"));
        return (await filesMatching(folder.at(...pattern))).map((path) => relative(folder.at(name), path));
      };
      assert.deepEqual(await matching(name, "*.jpg"), ["Two.JPG", "one (1).jpg"]);
      assert.deepEqual(await matching(name.replaceAll(/\W/g, "\\$&"), "*.JPG"), ["Two.JPG", "one (1).jpg"]);
      assert.deepEqual(await matching(name, "**", "*.jpg"), ["Two.JPG", "deep/[3].jpg", "one (1).jpg"]);
      assert.deepEqual(await matching(name, "*", "\\[3\\].jpg"), ["deep/[3].jpg"]);
      assert.deepEqual(await matching(name, "one \\(1\\).jpg"), ["one (1).jpg"]);
      assert(!await isPattern(folder.at(name, "one (1).jpg")));
    }
    assert(!await isPattern(folder.at("@(x)", "none.jpg")));
    // What is no folder is a pattern still.
    assert.equal((await filesMatching(folder.at("{plus*,@*}", "[t]wo.jpg"))).length, 2);
  },
});
