import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { shipped } from "../../presets/shipped.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { recipe, studio, tools } from "../helpers/painting.ts";
import { plain } from "../helpers/pictures.ts";
import { inRoot } from "../helpers/shared.ts";

Deno.test("--help prints the commands and ends well, and so does no argument at all", async () => {
  for (const args of [["--help"], ["-h"], ["help"], []]) {
    const { code, out, complaints } = await impasto(args);
    assert.equal(code, 0);
    assert.match(out, /^ {2}impasto PHOTO PAINTING/m);
    assert.deepEqual(complaints, []);
  }
});

Deno.test("--version prints the version of deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(inRoot("deno.json")));
  const { code, out } = await impasto(["--version"]);
  assert.deepEqual([code, out], [0, `impasto ${version}\n`]);
});

Deno.test("presets lists what ships, a line each with its description", async () => {
  const { code, out } = await impasto(["presets"]);
  assert.equal(code, 0);
  const lines = out.trimEnd().split("\n");
  assert.equal(lines.length, shipped.length);
  for (const name of shipped) {
    const { description } = JSON.parse(await Deno.readTextFile(inRoot(`presets/${name}.json`)));
    assert(lines.some((line) => line.startsWith(`${name} `) && line.endsWith(` ${description}`)), name);
  }
});

Deno.test("validate finds every shipped preset sound", async () => {
  for (const name of shipped) {
    const { code, out } = await impasto(["validate", name]);
    assert.equal(code, 0);
    assert.match(out, /is a sound preset: vgg19(-mini)?, decode → .* → encode/);
  }
});

Deno.test("validate tells all faults of a file at once and exits with 2", async () => {
  await using folder = await temporaryFolder();
  const faulty = {
    ...recipe,
    optimise: { sed: 1, iterations: 0 },
    decode: { size: "big" },
    encode: { output: "a.gif" },
  };
  await folder.write("mine.json", JSON.stringify(faulty));
  const { code, out, complaints } = await impasto(["validate", "mine.json"], { cwd: folder.path });
  assert.deepEqual([code, out], [2, ""]);
  assert.deepEqual(complaints.filter((line) => line.startsWith("error:")).sort(), [
    'error: mine.json: decode.size: must be a whole number: current value is "big"',
    'error: mine.json: encode.output: "a.gif" does not end in a format that can be written',
    "error: mine.json: optimise.iterations: must be >= 1: current value is 0",
    "error: mine.json: optimise.sed: unknown key",
  ]);
  assert(complaints.some((line) => line.startsWith("  did you mean seed?")));
});

Deno.test("validate names every file that is not there with its key, and takes a pattern that matches", async () => {
  await using folder = await studio();
  const styles = [{ picture: "painting.png", mask: "m.png" }, { picture: "gone.png" }, {
    picture: "impasto:examples/monet.jpg",
  }];
  const decode = { content: "*.jpg", start: "https://a.invalid/b.jpg", styles };
  await folder.write("mine.json", JSON.stringify({ ...recipe, decode }));
  const { code, out, complaints } = await impasto(["validate", "mine.json"], { cwd: folder.path });
  assert.deepEqual([code, out], [2, ""]);
  const absent = { "decode.content": "*.jpg", "decode.styles.0.mask": "m.png", "decode.styles.1.picture": "gone.png" };
  assert.deepEqual(
    complaints.filter((line) => line.startsWith("error:")).sort(),
    Object.entries(absent).map(([key, name]) =>
      `error: mine.json: ${key}: names a file that is not there: ${folder.at(name)}`
    ),
  );
  const painting = { ...decode, content: "ph*.png", styles: [{ picture: "painting.png" }] };
  await folder.write("mine.json", JSON.stringify({ ...recipe, decode: painting }));
  const sound = await impasto(["validate", "mine.json"], { cwd: folder.path });
  assert.equal(sound.code, 0, sound.err);
});

Deno.test("validate names the key of a file that is missing among the options of a module", async () => {
  await using folder = await studio();
  const module = `{ name: "lut", description: "colours", takes: "picture", gives: "picture",
    options: { map: { type: "string", location: "read", default: "" } }, create: () => (picture) => picture }`;
  await folder.write("lut.ts", `export default ${module};`);
  const pipeline = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
  const lut = { stage: "./lut.ts", map: "gone.png" };
  await folder.write("mine.json", JSON.stringify({ ...recipe, pipeline: [...pipeline, lut, "encode"] }));
  const outcome = await impasto(["validate", "mine.json"], { cwd: folder.path });
  assert.equal(outcome.code, 2);
  assert.equal(
    complaint(outcome)[0],
    `error: mine.json: pipeline.6.map: names a file that is not there: ${folder.at("gone.png")}`,
  );
});

Deno.test("help, list, validation and its errors load neither sharp nor the engine", async () => {
  await using folder = await temporaryFolder();
  await folder.write("wrong.json", JSON.stringify({ netwrok: "vgg19" }));
  const harmless = { cwd: folder.path, permissions: ["--allow-read", "--deny-ffi", "--deny-env", "--deny-sys"] };
  assert.equal((await impasto(["--help"], harmless)).code, 0);
  assert.equal((await impasto(["presets"], harmless)).code, 0);
  assert.equal((await impasto(["validate", "monet"], harmless)).code, 0);
  const { code, complaints } = await impasto(["--preset", "wrong.json"], harmless);
  assert.equal(code, 2);
  assert.equal(complaints[0], "error: wrong.json: netwrok: unknown key");
  // Where a picture is to be read, the same permissions do not suffice: the test would notice.
  await plain(16, 16, [1, 2, 3]).png().toFile(folder.at("a.png"));
  const painting = ["--preset", "monet", "--content", "a.png", "--style", "a.png", "--output", "o.png"];
  const { code: refused, err } = await impasto(painting, {
    ...harmless,
    permissions: [...harmless.permissions, "--allow-write"],
  });
  assert.equal(refused, 1);
  assert.match(err, /Stage decode failed: Requires (env|ffi) access/);
});

Deno.test("--dry-run prints the complete preset, which loads again as the same", async () => {
  await using folder = await temporaryFolder();
  const args = [
    "--preset",
    "gatys",
    "--content",
    "photo.jpg",
    "--style",
    "a.jpg=2",
    "--style",
    "b.jpg",
    "--size",
    "99",
  ];
  const { code, out, complaints } = await impasto([...args, "--dry-run"], { cwd: folder.path });
  assert.equal(code, 0);
  assert.equal(complaints.length, 1);
  assert.match(
    complaints[0],
    /^plan: 99×74: the whole picture at once; about \d+MB of memory \(Cannot read \S+photo\.jpg: /,
  );
  const printed = JSON.parse(out);
  assert.equal(printed.decode.content, folder.url("photo.jpg").href);
  assert.equal(printed.decode.size, 99);
  assert.equal(printed.optimise.adam.beta2, 0.999);
  const file = await folder.write("again.json", out);
  const again = await loadPreset(file);
  const wanted = await loadPreset("gatys", [{
    source: "command line",
    base: new URL(`${folder.url().href}/`),
    json: {
      decode: {
        content: "photo.jpg",
        styles: [{ picture: "a.jpg", weight: 2 }, { picture: "b.jpg" }],
        size: 99,
      },
    },
  }]);
  assert.deepEqual(again, wanted);
  assert.deepEqual(await folder.list(), ["again.json"]);
});

Deno.test("--dry-run works before the pictures are named", async () => {
  await using folder = await studio();
  const { code, out } = await impasto(["--preset", "recipe.json", "--dry-run"], { cwd: folder.path });
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).decode.content, "");
});

Deno.test("--set reaches any key, and wins over the preset", async () => {
  await using folder = await studio();
  const args = [
    "--preset",
    "recipe.json",
    "--dry-run",
    "--set",
    "loss-build.terms.style.weight=3.5",
    "--set",
    "feature-extract.padding=reflect",
    "--set",
    "decode.scales=[32,64]",
  ];
  const { out } = await impasto(args, { cwd: folder.path });
  const printed = JSON.parse(out);
  assert.equal(printed["loss-build"].terms.style.weight, 3.5);
  assert.equal(printed["feature-extract"].padding, "reflect");
  assert.deepEqual(printed.decode.scales, [32, 64]);
});

Deno.test("--set changes one layer and keeps the others, replaces the map where it is given whole, and enters lists", async () => {
  const dryRun = async (...sets: string[]) => {
    await using folder = await studio();
    const args = ["--preset", "recipe.json", "--style", "a.jpg", "--style", "b.jpg", "--dry-run"];
    const { out, err } = await impasto([...args, ...sets.flatMap((set) => ["--set", set])], { cwd: folder.path });
    assert.notEqual(out, "", err);
    return JSON.parse(out);
  };
  const { decode, "loss-build": { terms } } = await dryRun(
    "loss-build.terms.style.layers.conv1_1=0.5",
    "decode.styles.1.weight=2",
  );
  assert.deepEqual(terms.style.layers, { conv1_1: 0.5, conv2_1: 1, conv3_1: 1 });
  assert.deepEqual(decode.styles.map(({ weight }: { weight: number }) => weight), [1, 2]);
  assert.match(decode.styles[1].picture, /b\.jpg$/);
  const whole = await dryRun('loss-build.terms.style.layers={"conv1_1":1}');
  assert.deepEqual(whole["loss-build"].terms.style.layers, { conv1_1: 1 });
});

Deno.test("without permissions the hint says how to grant them", async () => {
  await using folder = await studio();
  for (const args of [["--preset", "recipe.json"], ["validate", "recipe.json"]]) {
    for (const permissions of [[], ["--allow-read=."]]) {
      const outcome = await impasto(args, {
        cwd: folder.path,
        permissions: [...permissions, "--deny-read=recipe.json"],
      });
      assert.notEqual(outcome.code, 0);
      assert.equal(
        complaint(outcome)[1],
        `  add --allow-read=${folder.at("recipe.json")} after \`deno run\`; -P grants all that deno.json declares`,
      );
    }
  }
});

Deno.test("a chain that gives no file is the module's matter, not the command's", async () => {
  await using folder = await studio();
  const args = ["--preset", "recipe.json", "--content", "photo.png", "--style", "painting.png"];
  const outcome = await impasto([...args, "--set", 'pipeline=["decode"]'], { cwd: folder.path });
  assert.equal(outcome.code, 2);
  assert.match(complaint(outcome)[0], /^error: Cannot paint recipe\.json: .* decode, which writes no file$/);
});

const wrongCalls: Readonly<Record<string, [readonly string[], RegExp, RegExp]>> = {
  "an unknown flag": [["--presset", "monet"], /^error: Unknown flag --presset$/, /did you mean --preset\?/],
  "an unknown command": [["piant"], /^error: Unknown command piant$/, /one of paint, presets, validate/],
  "a command that objects inherit": [["constructor"], /^error: Unknown command constructor$/, /one of paint/],
  "a preset as a command": [["monet"], /^error: Unknown command monet$/, /--preset monet$/],
  "a preset as a picture": [
    ["mine.jsonc"],
    /^error: Cannot paint mine\.jsonc: it is no picture$/,
    /--preset mine\.jsonc$/,
  ],
  "a photograph alone": [["photo.png"], /^error: painting\.json: decode\.styles: is missing$/, /--style FILE/],
  "help that there is not": [["help", "weigths"], /^error: There is no help about weigths$/, /did you mean weights\?/],
  "no preset": [["--size", "64"], /^error: There is nothing to paint$/, /these ship: .*monet/],
  "a stray word": [
    ["paint", "photo.png", "extra", "--style", "painting.png"],
    /^error: Cannot use the word extra$/,
    /a --content or --style of its own/,
  ],
  "what the shell made of a pattern": [
    ["--preset", "recipe.json", "--style", "painting.png", "--content", "photo.png", "painting.png"],
    /^error: Cannot use the word painting\.png$/,
    /put a pattern into quotes: --content 'photos/,
  ],
  "a second photograph where one is looked at": [
    ["explain", "recipe.json", "--content", "photo.png", "--content", "painting.png"],
    /^error: Cannot use --content painting\.png: one photograph is taken here$/,
    /give --content once/,
  ],
  "an address among photographs": [
    ["--preset", "recipe.json", "--style", "a", "--content", "photo.png", "--content", "https://a.invalid/b.jpg"],
    /^error: Cannot paint https:\/\/a\.invalid\/b\.jpg beside others: it is no file$/,
    /a run of its own/,
  ],
  "a stray word to presets": [["presets", "extra"], /^error: Cannot use the word extra$/, /no words/],
  "a second preset to validate": [
    ["validate", "recipe.json", "extra"],
    /^error: Cannot use the word extra$/,
    /one word/,
  ],
  "an entry of a list that is far off": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b", "--set", "decode.styles.9.weight=2"],
    /^error: command line: decode\.styles: must be a list/,
    /paintings/,
  ],
  "a mask of no painting": [
    ["--preset", "recipe.json", "--content", "photo.png", "--mask", "photo.png"],
    /^error: command line: decode\.styles\.0: "picture" is missing$/,
    /painting/,
  ],
  "nothing to validate": [["validate"], /^error: No preset to check$/, /validate FILE/],
  "a preset that is nowhere": [
    ["--preset", "monnet"],
    /^error: Cannot find the preset monnet$/,
    /did you mean monet\?/,
  ],
  "a size of 0": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b", "--size", "0"],
    /^error: command line: decode\.size: must be >= 16: current value is 0$/,
    /longer side/,
  ],
  "a size that is no number": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b", "--size", "big"],
    /^error: command line: decode\.size: must be a whole number: current value is "big"$/,
    /longer side/,
  ],
  "a negative weight of a painting": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b.jpg=-1"],
    /^error: command line: decode\.styles\.0\.weight: must be > 0: current value is -1$/,
    /share/,
  ],
  "an unknown key in --set": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b", "--set", "optimise.sed=1"],
    /^error: command line: optimise\.sed: unknown key$/,
    /did you mean seed\?/,
  ],
  "no photograph": [
    ["--preset", "recipe.json", "--style", "b.jpg"],
    /^error: recipe\.json: decode\.content: is missing$/,
    /--content FILE/,
  ],
  "a layer that the network lacks": [
    ["--preset", "recipe.json", "--content", "a", "--style", "b", "--set", "loss-build.terms.style.layers.conv9_1=1"],
    /^error: command line: loss-build\.terms\.style\.layers\.conv9_1: vgg19-mini has no layer "conv9_1"$/,
    /it has conv1_1/,
  ],
};

for (const [what, [args, message, hint]] of Object.entries(wrongCalls)) {
  Deno.test(`${what} is one line and a hint, with exit code 2 and no trace`, async () => {
    await using folder = await studio();
    const outcome = await impasto(args, { cwd: folder.path });
    assert.equal(outcome.code, 2);
    const [line, advice] = complaint(outcome);
    assert.match(line, message);
    assert.match(advice, hint);
    assert.deepEqual(await folder.list(), tools);
  });
}

Deno.test("--debug shows where an error came from", async () => {
  const { code, err } = await impasto(["--preset", "nowhere.json", "--debug"]);
  assert.equal(code, 2);
  assert.match(err, /presets\/load\.ts:\d+:\d+/);
});
