import assert from "node:assert/strict";
import { commandFlags, presetFlags } from "../../cli/flag_table.ts";
import { parseCall } from "../../cli/flags.ts";
import { clearError } from "../helpers/errors.ts";

/** What `--set` says of single entries of whole maps and lists. */
const deepJsonOf = (...args: string[]) => parseCall(args).overrides[1].json;
const jsonOf = (...args: string[]) => parseCall(args).overrides[0].json;

Deno.test("each flag of an option lands at the option's place", () => {
  assert.deepEqual(
    jsonOf("--content", "a.jpg", "--output", "o.png", "--size", "300", "--iterations", "50", "--seed", "9"),
    { decode: { content: "a.jpg", size: 300 }, encode: { output: "o.png" }, optimise: { iterations: 50, seed: 9 } },
  );
  assert.deepEqual(
    jsonOf("--weights=w.safetensors", "--engine", "onnx-cpu", "--network", "vgg16", "--snapshots=10"),
    { weights: "w.safetensors", engine: "onnx-cpu", network: "vgg16", optimise: { snapshots: 10 } },
  );
  assert.deepEqual(jsonOf("--content-weight", "0.5", "--style-weight", "1e3", "--learning-rate", "1.5"), {
    "loss-build": { contentWeight: 0.5, styleWeight: 1000 },
    optimise: { adam: { learningRate: 1.5 } },
  });
});

Deno.test("iterations may be a list, in JSON too", () => {
  assert.deepEqual(jsonOf("--iterations", "[1,2]"), { optimise: { iterations: [1, 2] } });
  assert.deepEqual(jsonOf("--iterations", "30,20,10"), { optimise: { iterations: [30, 20, 10] } });
});

Deno.test("paintings repeat, each with or without a weight", () => {
  const styles = (...args: string[]) =>
    (jsonOf(...args.flatMap((arg) => ["--style", arg])).decode as { styles: unknown }).styles;
  assert.deepEqual(styles("a.jpg"), [{ picture: "a.jpg" }]);
  assert.deepEqual(styles("a.jpg=0.7", "b=c.png=2", "d=e.png", "f.png=.5", "g.png=1e-3"), [
    { picture: "a.jpg", weight: 0.7 },
    { picture: "b=c.png", weight: 2 },
    { picture: "d=e.png" },
    { picture: "f.png", weight: 0.5 },
    { picture: "g.png", weight: 0.001 },
  ]);
});

Deno.test("the last parameter of an address is no weight, but a number after it is", () => {
  const stylesOf = (text: string) => (jsonOf("--style", text).decode as { styles: unknown[] }).styles[0];
  const address = "http://example.org/ink.jpg";
  assert.deepEqual(stylesOf(`${address}?w=640`), { picture: `${address}?w=640` });
  assert.deepEqual(stylesOf(`${address}?a=1&w=640`), { picture: `${address}?a=1&w=640` });
  assert.deepEqual(stylesOf(`${address}?w=640=2`), { picture: `${address}?w=640`, weight: 2 });
  assert.deepEqual(stylesOf(`${address}=2`), { picture: address, weight: 2 });
  assert.deepEqual(stylesOf("what?=2"), { picture: "what?", weight: 2 });
});

Deno.test("a negative number after a flag is its value", () => {
  assert.deepEqual(jsonOf("--size", "-5", "--content-weight", "-0.5"), {
    decode: { size: -5 },
    "loss-build": { contentWeight: -0.5 },
  });
  assert.deepEqual(parseCall(["--", "--size", "-5"]).words, ["--size", "-5"]);
});

Deno.test("a negative weight of a painting is a weight, not a part of its name", () => {
  assert.deepEqual(jsonOf("--style", "a.jpg=-1"), { decode: { styles: [{ picture: "a.jpg", weight: -1 }] } });
});

Deno.test("a picture whose name looks like a number or a list stays a name", () => {
  assert.deepEqual(jsonOf("--content", "7", "--output", "a,b.png"), {
    decode: { content: "7" },
    encode: { output: "a,b.png" },
  });
});

Deno.test("--set takes JSON where it is JSON, else text, and parts the path at dots alone", () => {
  assert.deepEqual(
    jsonOf(
      "--set",
      "optimise.seed=7",
      "--set",
      "loss-build.terms.style.weight=0.25",
      "--set",
      'decode.scales={"start":64}',
      "--set",
      "description=a=b, c",
      "--set",
      "decode.scales.factor=3",
    ),
    {
      optimise: { seed: 7 },
      "loss-build": { terms: { style: { weight: 0.25 } } },
      decode: { scales: { start: 64, factor: 3 } },
      description: "a=b, c",
    },
  );
});

Deno.test("--set keeps entries of lists and of whole maps apart, in a layer that changes them one by one", () => {
  const sets = ["loss-build.terms.style.layers.conv1_1=0.25", "decode.styles.0.weight=2", "decode.scales.1=64"];
  const args = [...sets, "optimise.seed=7"].flatMap((text) => ["--set", text]);
  assert.deepEqual(deepJsonOf(...args), {
    "loss-build": { terms: { style: { layers: { conv1_1: 0.25 } } } },
    decode: { styles: { 0: { weight: 2 } }, scales: { 1: 64 } },
  });
  assert.deepEqual(jsonOf(...args), { optimise: { seed: 7 } });
  assert.deepEqual(parseCall(args).overrides.map(({ deep }) => deep), [false, true]);
});

Deno.test("--set without a path or a value is refused with the right form", async () => {
  for (const text of ["seed", "=7", ".=1", "optimise.=1", "-5"]) {
    const error = await clearError(() => parseCall(["--set", text]));
    assert.equal(error.message, `Cannot use --set ${text}`);
    assert.equal(error.hint, "write --set path=value");
    assert.equal(error.exitCode, 2);
  }
});

Deno.test("--set with a key that stands twice in its object is refused, with the key", async () => {
  const text = 'optimise={"seed":1,"seed":2}';
  const error = await clearError(() => parseCall(["--set", text]));
  assert.equal(error.message, `Cannot use --set ${text}: optimise.seed stands twice`);
  assert.equal(error.exitCode, 2);
});

Deno.test("an unknown flag gets the nearest one", async () => {
  const error = await clearError(() => parseCall(["--iteratoins", "5"]));
  assert.equal(error.message, "Unknown flag --iteratoins");
  assert.match(error.hint!, /^did you mean --iterations\?/);
  assert.equal(error.exitCode, 2);
});

Deno.test("the last of several values counts, as in an alias that is overruled, but photographs add up", () => {
  assert.equal(parseCall(["--preset", "monet", "--preset", "ink"]).preset, "ink");
  assert.deepEqual(parseCall(["--content", "a", "--content=b", "--content", "a"]).contents, ["a", "b"]);
  assert.deepEqual(parseCall(["--style", "a"]).contents, []);
});

Deno.test("a flag without its value, and one with a value that takes none, are one clear error", async () => {
  const messages: readonly [readonly string[], string][] = [
    [["--content"], "--content needs a value"],
    [["--quiet=yes"], "--quiet takes no value"],
    [["--size", "--quiet"], "--size needs a value"],
    [["-p", "monet"], "Unknown flag -p"],
  ];
  for (const [args, message] of messages) {
    const error = await clearError(() => parseCall(args));
    assert.deepEqual([error.message, error.exitCode], [message, 2]);
  }
});

Deno.test("words, preset and switches are told apart", () => {
  const { words, preset, on } = parseCall(["validate", "x.json", "--quiet", "--preset", "p", "--dry-run"]);
  assert.deepEqual([words, preset, [...on].sort()], [["validate", "x.json"], "p", ["dry-run", "quiet"]]);
});

Deno.test("words that are no command are the photograph and its paintings, as flags would name them", () => {
  const wanted = parseCall(["--content", "a.jpg", "--style", "b.jpg", "--style", "c.jpg=2", "--size", "64"]);
  for (const before of [[], ["paint"]]) {
    const { words, overrides, contents, preset } = parseCall([...before, "a.jpg", "b.jpg", "--size", "64", "c.jpg=2"]);
    assert.deepEqual([words, contents, preset], [["paint"], ["a.jpg"], "painting"]);
    assert.deepEqual(overrides, wanted.overrides);
  }
  assert.equal(parseCall(["photos/a", "--preset", "ink"]).preset, "ink");
  assert.deepEqual(parseCall(["explain", "monet.json"]).words, ["explain", "monet.json"]);
  assert.deepEqual(parseCall(["piant"]).words, ["piant"]);
  assert.equal(parseCall(["--size", "64"]).preset, undefined);
});

Deno.test("-h and -o are short for --help and --output", () => {
  assert(parseCall(["-h"]).on.has("help"));
  assert.deepEqual(jsonOf("-o", "a.png"), jsonOf("--output", "a.png"));
});

Deno.test("no two flags share a name", () => {
  const names = [...Object.keys(commandFlags), ...presetFlags.map(({ name }) => name)];
  assert.equal(new Set(names).size, names.length);
});
