import assert from "node:assert/strict";
import { pictureBefore, type Preset, type Progress, type Stage, type StageError } from "../../mod.ts";
import { isFinished } from "../../presets/metadata.ts";
import { loadPreset } from "../../presets/load.ts";
import type { Objective } from "../../objective/objective.ts";
import { adam } from "../../optimisers/adam.ts";
import type { Optimiser } from "../../optimisers/optimiser.ts";
import { placeIn } from "../../chain/sequence.ts";
import { stylise } from "../../session/session.ts";
import { xmpOf } from "../../stages/encode.ts";
import { recipe, studio, tools } from "../helpers/painting.ts";
import { stored } from "../helpers/pictures.ts";

const stages = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess", "encode"];

/** The chain with a stage of one's own behind another. */
function pipelineWith(own: Stage, behind: string): Preset["pipeline"] {
  return stages.flatMap((name) => name === behind ? [name, own] : [name]) as Preset["pipeline"];
}

/** The chain with a stage of one's own in the place of another. */
function pipelineOf(own: Stage, name: string, options: object = {}): Preset["pipeline"] {
  return stages.map((each) => each === name ? { stage: own, ...options } : each) as Preset["pipeline"];
}

/** The line of this file that throws an error of these words. */
const lineOf = (words: string) =>
  1 +
  Deno.readTextFileSync(new URL(import.meta.url)).split("\n").findIndex((line) => line.includes(`Error("${words}")`));

/** The message of an error without the place at its end, and the line of that place, which has to be in this file. */
function placedIn({ message }: Error) {
  const [, words, file, line] = /^(.*) \((.*):(\d+):\d+\)$/.exec(message)!;
  assert.equal(file, new URL(import.meta.url).pathname);
  return [words, Number(line)];
}

const fails = () => {
  throw new RangeError("out of order");
};

/** An optimiser that throws at its fourth step. */
const shortLived = {
  ...adam,
  name: "short-lived",
  async *minimise(...given: Parameters<typeof adam.minimise>) {
    let steps = 0;
    for await (const step of adam.minimise(...given)) {
      if (++steps > 3) fails();
      yield step;
    }
  },
} as Optimiser;

/** Makes evaluations throw from the eighth on, as an engine or a loss that fails does. */
const wearing: Stage<Objective, Objective> = {
  name: "wearing",
  description: "fails in the end",
  takes: "objective",
  gives: "objective",
  options: {},
  create: () => async (objective) => {
    let count = 0;
    const evaluate: Objective["evaluate"] = (image) => ++count > 7 ? fails() : objective.evaluate(image);
    return Object.create(objective, { evaluate: { value: evaluate } });
  },
};

/** Throws at the second scale. */
const coarseAlone: Stage = {
  name: "coarse-alone",
  description: "fails at the second scale",
  takes: "objective",
  gives: "objective",
  options: {},
  create: () => async (objective, { position }) => placeIn(position, "scale").index > 0 ? fails() : objective,
};

/** Throws at the finished picture, and at every snapshot. */
const spoiler: Stage = {
  name: "spoiler",
  description: "fails",
  takes: "picture",
  gives: "picture",
  options: {},
  create: () => async () => fails(),
};

/** Throws in the place of deprocess. */
const ownDeprocess: Stage = { ...spoiler, name: "own-deprocess", takes: "painted", takesLast: "scale" };

/** Throws in the place of encode; it knows the path of its file. */
const ownEncode: Stage = {
  ...spoiler,
  name: "own-encode",
  gives: "file",
  options: { output: { type: "string", default: "" } },
  output: ({ output }) => output,
};

/** Throws between the optimiser and deprocess. */
const ownPainted: Stage = { ...spoiler, name: "own-painted", takes: "painted", gives: "painted" };

const throwsAt = (count: number) => {
  let steps = 0;
  return ({ kind }: Progress) => void (kind === "step" && ++steps === count && fails());
};

interface Case {
  readonly preset?: Preset;
  readonly onProgress?: (event: Progress) => void;
  /** Stands in the place of encode, and is told the path. */
  readonly encode?: Stage;
  /** The stage that the error names. */
  readonly stage?: string;
  readonly by?: string;
}

const cases: Readonly<Record<string, Case>> = {
  "an optimiser": {
    preset: { optimise: { optimiser: shortLived } },
    stage: "optimise",
    by: "optimiser short-lived failed: ",
  },
  "an engine or a loss": { preset: { pipeline: pipelineWith(wearing, "loss-build") }, stage: "optimise" },
  "a stage at a later scale": {
    preset: { pipeline: pipelineWith(coarseAlone, "loss-build"), decode: { scales: [32] } },
    stage: "coarse-alone",
  },
  "a stage that changes the finished picture": {
    preset: { pipeline: pipelineWith(spoiler, "deprocess") },
    stage: "spoiler",
  },
  "a stage between optimise and deprocess": {
    preset: { pipeline: pipelineWith(ownPainted, "optimise") },
    stage: "own-painted",
  },
  "one's own deprocess": { preset: { pipeline: pipelineOf(ownDeprocess, "deprocess") }, stage: "own-deprocess" },
  "one's own deprocess of several scales": {
    preset: { pipeline: pipelineOf(ownDeprocess, "deprocess"), decode: { scales: [32] } },
    stage: "own-deprocess",
  },
  "one's own encode": { encode: ownEncode, stage: "own-encode" },
  "the caller's own function": { onProgress: throwsAt(3) },
};

for (
  const [what, { preset: { decode, optimise, ...more } = {}, onProgress, encode, stage, by = "" }] of Object.entries(
    cases,
  )
) {
  Deno.test(`if ${what} throws, the run leaves its picture and its checkpoint, and ends with that error`, async () => {
    await using folder = await studio();
    const preset: Preset = {
      ...recipe,
      engine: "onnx-cpu",
      threads: 1,
      ...more,
      decode: {
        content: folder.at("photo.png"),
        styles: [{ picture: folder.at("painting.png") }],
        size: 48,
        scales: [],
        ...decode,
      },
      optimise: { iterations: 12, tolerance: 0, ...optimise },
      ...encode
        ? { pipeline: pipelineOf(encode, "encode", { output: folder.at("out.png") }) }
        : { encode: { output: folder.at("out.png") } },
    };
    const seen: Progress[] = [];
    const told = (event: Progress) => {
      seen.push(event);
      onProgress?.(event);
    };
    await assert.rejects(stylise(preset, { write: true, onProgress: told }), (error: Error) => {
      const whole = `${stage ? `Stage ${stage} failed: ` : ""}${by}out of order`;
      if (!stage) assert.equal(error.message, whole);
      else assert.deepEqual(placedIn(error), [whole, lineOf("out of order")]);
      assert.equal((error as Partial<StageError>).code, stage && "stage-failed");
      return true;
    });
    assert.deepEqual(await folder.list(), ["out.png", "out.png.checkpoint", ...tools]);
    const { width, height, data } = await stored(folder.at("out.png"));
    assert.deepEqual([width, height], [48, 32]);
    assert(new Set(data).size > 100);
    assert(!isFinished(await xmpOf(folder.at("out.png")), await loadPreset(preset), folder.at("out.png")));
    if (!stage) return;
    const record = { kind: "picture", file: folder.at("out.png"), unfinished: { resumable: true } };
    assert.deepEqual(seen.at(-1), record);
  });
}

Deno.test("a stage that throws at a snapshot does not end the run before its last step", async () => {
  await using folder = await studio();
  const seen: Progress[] = [];
  const run = stylise({
    ...recipe,
    engine: "onnx-cpu",
    threads: 1,
    pipeline: pipelineWith(spoiler, "deprocess"),
    decode: {
      content: folder.at("photo.png"),
      styles: [{ picture: folder.at("painting.png") }],
      size: 48,
      scales: [],
    },
    optimise: { iterations: 4, tolerance: 0, snapshots: 2 },
    encode: { output: folder.at("out.png") },
  }, { write: true, onProgress: (event) => void seen.push(event) });
  await assert.rejects(run, /Stage spoiler failed/);
  assert.equal(seen.filter(({ kind }) => kind === "step").length, 4);
  const warnings = seen.flatMap((event) => event.kind === "warning" ? [event.message] : []);
  assert(
    warnings.some((line) => /^Stage spoiler failed: out of order \(.*; the run goes on without this snap/.test(line)),
  );
});

Deno.test("without a file, the error of a run leads to the picture so far", async () => {
  await using folder = await studio();
  const preset = (own: Stage): Preset => ({
    ...recipe,
    engine: "onnx-cpu",
    threads: 1,
    pipeline: pipelineWith(own, own === wearing ? "loss-build" : "optimise"),
    decode: {
      content: folder.at("photo.png"),
      styles: [{ picture: folder.at("painting.png") }],
      size: 48,
      scales: [],
    },
    optimise: { iterations: 12, tolerance: 0 },
  });
  for (const own of [wearing, ownPainted]) {
    const error = await stylise(preset(own)).catch((error) => error);
    assert.match(error.message, /out of order \(.*failing_test\.ts:\d+:\d+\)$/);
    const { width, height, data } = pictureBefore(error)!;
    assert.deepEqual([width, height], [48, 32]);
    assert(new Set(data).size > 100);
  }
  const early = await stylise({ ...preset(wearing), network: "none" }).catch((error) => error);
  assert.equal(pictureBefore(early), undefined);
  assert.deepEqual(await folder.list(), tools);
});
