import assert from "node:assert/strict";
import type { Checkpoint, Checkpoints, Restored } from "../../chain/checkpoints.ts";
import type { Evaluation } from "../../objective/evaluation.ts";
import type { Objective } from "../../objective/objective.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { Tensors } from "../../objective/tensors.ts";
import type { UserError } from "../../base/errors.ts";
import { previousIn } from "../../stages/optimise/descent.ts";
import { optimise, type OptimiseOptions, type Painted } from "../../stages/optimise.ts";
import type { Optimiser } from "../../optimisers/optimiser.ts";
import { randomFrom } from "../../base/random.ts";
import { optimisers } from "../../optimisers/mod.ts";
import type { Progress } from "../../chain/progress.ts";
import type { Context, Stage } from "../../chain/stage.ts";
import { tiny } from "../helpers/tiny.ts";
import { type ContextChanges, contextFor } from "../helpers/context.ts";
import { clearError } from "../helpers/errors.ts";

const adamDefaults = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 };

const defaults: OptimiseOptions = {
  optimiser: optimisers.adam,
  iterations: 5,
  tolerance: 0,
  start: { content: 1, noise: 0, noiseOf: "range", range: 20, painter: false },
  seed: 0,
  snapshots: 0,
  checkpoint: 60,
  adam: adamDefaults,
  lbfgs: { history: 5, preconditioner: "bands" },
};

const content: ImageTensor = { width: 2, height: 1, data: Float32Array.of(1, 2, 3, 4, 5, 6) };

/** ½ Σ x² of an image, or whatever a test puts in its place. */
function objective(more: Partial<Tensors> = {}, at?: (image: Float32Array, count: number) => Evaluation): Objective {
  const picture = { ...content, data: content.data.slice() };
  const sizes = [{ width: 2, height: 1 }];
  const pictures = { content: picture, photograph: async () => picture, styles: [], sizes, name: "x" };
  const weights = new URL("file:///tiny");
  const tensors: Tensors = { pictures, content, styles: [], network: tiny, weights, ...more };
  let count = 0;
  return {
    begin: () => tensors,
    plan: { bytes: 0 },
    evaluate: (image) => Promise.resolve((at ?? bowl)(image, ++count)),
    terms: () => Promise.resolve([]),
  };
}

function bowl(image: Float32Array): Evaluation {
  const value = image.reduce((sum, x) => sum + x * x / 2, 0);
  return { value, terms: { bowl: value }, gradient: image.slice() };
}

async function painted(options: Partial<OptimiseOptions>, of: Objective, context: Context = contextFor()) {
  const stage: Stage<Objective, Painted, OptimiseOptions> = optimise;
  return await stage.create({ ...defaults, ...options })(of, context) as Painted;
}

type StepEvent = Progress & { kind: "step" };

async function steps(options: Partial<OptimiseOptions>, of: Objective, changes: ContextChanges = {}) {
  const context = contextFor(changes);
  await painted(options, of, context);
  return context.reported.filter((event) => event.kind === "step") as StepEvent[];
}

/** The image of the very first evaluation. */
async function startOf(options: Partial<OptimiseOptions>, more: Partial<Tensors> = {}): Promise<number[]> {
  let first: number[] | undefined;
  await painted(
    { iterations: 1, ...options },
    objective(more, (image) => {
      first ??= [...image];
      return bowl(image);
    }),
  );
  return first!;
}

for (const [name, optimiser] of Object.entries(optimisers)) {
  Deno.test(`with ${name} every step is reported with its value, terms and number`, async () => {
    const seen = await steps({ optimiser, iterations: 3 }, objective());
    assert.deepEqual(
      seen.map(({ step, steps, scale, scales, width, height }) => [step, steps, scale, scales, width, height]),
      [
        [1, 3, 0, 1, 2, 1],
        [2, 3, 0, 1, 2, 1],
        [3, 3, 0, 1, 2, 1],
      ].slice(0, seen.length),
    );
    assert.equal(seen[0].value, 45.5);
    for (const { value, terms } of seen) assert.deepEqual(terms, { bowl: value });
    for (const { seconds, secondsLeft } of seen) assert(seconds >= 0 && secondsLeft >= 0);
    assert.equal(seen.at(-1)!.secondsLeft, 0);
  });
}

Deno.test("each scale has its own number of steps, the last one of a list serving the rest", async () => {
  const counts = [];
  for (const index of [0, 1, 2]) {
    counts.push((await steps({ iterations: [4, 2] }, objective(), { scale: { index, count: 3 } })).length);
  }
  assert.deepEqual(counts, [4, 2, 2]);
});

Deno.test("the best image is given, not the last", async () => {
  const values = [5, 1, 3, 4];
  const seen: number[][] = [];
  const result = await painted(
    { iterations: 4 },
    objective({}, (image, count) => {
      seen.push([...image]);
      return { value: values[count - 1], terms: {}, gradient: new Float32Array(6).fill(1) };
    }),
  );
  assert.equal(result.value, 1);
  assert.deepEqual([...result.image.data], seen[1]);
  assert.notDeepEqual(seen[1], seen[3]);
  assert.deepEqual([result.image.width, result.image.height], [2, 1]);
});

Deno.test("the start is the content, the start picture where there is one, and later the scale before", async () => {
  const start = { ...content, data: Float32Array.of(6, 5, 4, 3, 2, 1) };
  const previous = { ...content, data: Float32Array.of(9, 9, 9, 9, 9, 9) };
  assert.deepEqual(await startOf({}), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await startOf({}, { start }), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(await startOf({}, { start, previous }), [9, 9, 9, 9, 9, 9]);
});

Deno.test("the start image of the published recipe is 0.75 · uniform(−20, 20) + 0.25 · content", async () => {
  const mix = { content: 0.25, noise: 0.75, noiseOf: "range", range: 20, painter: false } as const;
  const random = randomFrom(11);
  const wanted = [...content.data].map((level) => Math.fround(0.25 * level + 0.75 * (40 * random() - 20)));
  const seen = await startOf({ start: mix, seed: 11 });
  seen.forEach((level, i) => assert(Math.abs(level - wanted[i]) < 1e-5, `[${seen}] is not [${wanted}]`));
  assert.deepEqual(await startOf({ start: mix, seed: 11 }), seen);
  assert.notDeepEqual(await startOf({ start: mix, seed: 12 }), seen);
});

Deno.test("noise alone fills its range evenly", async () => {
  const data = new Float32Array(3000);
  const seen = await startOf({ start: { content: 0, noise: 1, noiseOf: "range", range: 20, painter: false } }, {
    content: { width: 40, height: 25, data },
  });
  assert(seen.every((level) => Math.abs(level) <= 20));
  const mean = seen.reduce((sum, level) => sum + level, 0) / 3000;
  // Four standard deviations: 4 · 40/√12/√3000 = 0.84.
  assert(Math.abs(mean) < 0.84, `mean ${mean}`);
  assert(Math.max(...seen) > 19.5 && Math.min(...seen) < -19.5);
});

Deno.test("noise of the paintings has the mean and covariance of their colours, by their weights and masks", async () => {
  // One pixel each of [0, 10, 20] and [30, 0, 0], the second one twice as heavy; the masked-out pixel does not count.
  const styles = [
    { image: { width: 1, height: 1, data: Float32Array.of(0, 10, 20) }, weight: 1 / 3 },
    {
      image: { width: 2, height: 1, data: Float32Array.of(30, 99, 0, 99, 0, 99) },
      mask: { width: 2, height: 1, data: Float32Array.of(1, 0) },
      weight: 2 / 3,
    },
  ];
  const [width, height] = [100, 100];
  const mix = { content: 0.5, noise: 1, noiseOf: "paintings", range: 20, painter: false } as const;
  const more = { styles, content: { width, height, data: new Float32Array(30000).fill(8) } };
  const seen = await startOf({ start: mix, seed: 3 }, more);
  assert.deepEqual(await startOf({ start: mix, seed: 3 }, more), seen);
  const planes = [0, 1, 2].map((k) => seen.slice(10000 * k, 10000 * (k + 1)));
  const means = planes.map((plane) => plane.reduce((sum, level) => sum + level, 0) / 10000);
  // By hand: the mean is [20, 10/3, 20/3], the deviations 30, 10 and 20 times √(1/3 · 2/3); half the content is 4.
  [24, 4 + 10 / 3, 4 + 20 / 3].forEach((mean, k) => assert(Math.abs(means[k] - mean) < 0.6, `means ${means}`));
  const product = (j: number, k: number) =>
    planes[j].reduce((sum, level, i) => sum + (level - means[j]) * (planes[k][i] - means[k]), 0) / 10000;
  for (const [j, k, wanted] of [[0, 0, 200], [0, 1, -200 / 3], [1, 2, 400 / 9], [2, 2, 800 / 9]]) {
    assert(Math.abs(product(j, k) / wanted - 1) < 0.06, `covariance ${j}, ${k}: ${product(j, k)} is not ${wanted}`);
  }
});

Deno.test("a snapshot is the best image so far, every so many steps, labelled so that names sort", async () => {
  const sent: { label: string; value: number }[] = [];
  const sendAhead: Context["keeping"]["sendAhead"] = (value, { label, terms }) => {
    assert.deepEqual(Object.keys(terms), ["bowl"]);
    sent.push({ label, value: (value as Painted).value });
    return Promise.resolve();
  };
  const result = await painted({ iterations: 10, snapshots: 4 }, objective(), contextFor({ sendAhead }));
  assert.deepEqual(sent.map(({ label }) => label), ["04", "08"]);
  assert(sent[0].value > sent[1].value && sent[1].value > result.value);
  sent.length = 0;
  await painted(
    { iterations: 10, snapshots: 5 },
    objective(),
    contextFor({ sendAhead, scale: { index: 1, count: 3 } }),
  );
  assert.deepEqual(sent.map(({ label }) => label), ["2-05", "2-10"]);
});

Deno.test("a snapshot's terms are those of its own image, also where a later one was worse", async () => {
  const values = [5, 1, 3, 2];
  const at = (image: Float32Array, count: number) => ({
    value: values[count - 1],
    terms: { only: values[count - 1] },
    gradient: image.slice(),
  });
  const seen: number[] = [];
  const sendAhead: Context["keeping"]["sendAhead"] = async (value, { terms }) => {
    assert.equal(terms.only, (value as Painted).value);
    seen.push(terms.only);
  };
  await painted({ iterations: 4, snapshots: 1 }, objective({}, at), contextFor({ sendAhead }));
  assert.deepEqual(seen, [5, 1, 1, 1]);
});

Deno.test("Ctrl-C in a line search ends it after the evaluation at hand", async () => {
  const stop = new AbortController();
  let evaluations = 0;
  // A value that grows along any direction keeps the line search trying.
  const at = (image: Float32Array, count: number) => {
    evaluations = count;
    if (count === 4) stop.abort();
    return count <= 2 ? bowl(image) : { ...bowl(image), value: 1000 + count };
  };
  const context = contextFor({ signal: stop.signal, scale: { index: 1, count: 2 } });
  const result = await painted({ optimiser: optimisers.lbfgs, iterations: 1000 }, objective({}, at), context);
  assert.equal(evaluations, 4);
  assert(Number.isFinite(result.value));
});

Deno.test("Ctrl-C ends it after the step at hand with the best image", async () => {
  const stop = new AbortController();
  const result = await painted(
    { iterations: 1000 },
    objective({}, (image, count) => {
      if (count === 3) stop.abort();
      return bowl(image);
    }),
    contextFor({ signal: stop.signal }),
  );
  assert(result.value < 45.5 && Number.isFinite(result.value));
});

Deno.test("where Ctrl-C came before the picture changed nothing is given, and at a finer scale what there was", async () => {
  const signal = AbortSignal.abort();
  const error = await clearError(() => painted({ iterations: 1000 }, objective(), contextFor({ signal })));
  assert.equal(error.exitCode, 130);
  const finer = contextFor({ signal, scale: { index: 1, count: 2 } });
  const result = await painted({ iterations: 1000 }, objective(), finer);
  assert.deepEqual([...result.image.data], [1, 2, 3, 4, 5, 6]);
});

const broken: Readonly<Record<string, [Partial<Evaluation>, string]>> = {
  "a value that is not a number": [{ value: NaN, terms: { style: 1, content: NaN } }, "content"],
  "an endless value": [{ value: Infinity, terms: { "style/conv1_1": Infinity } }, "style/conv1_1"],
  "a gradient with one hole": [{ gradient: Float32Array.of(1, 2, NaN, 4, 5, 6) }, "the gradient"],
  "a gradient without end": [{ gradient: Float32Array.of(1, 2, -Infinity, Infinity, 5, 6) }, "the gradient"],
};

/** A context that collects why a run was given up. */
function lenient(changes: ContextChanges = {}) {
  const failures: UserError[] = [];
  return { ...contextFor({ finishWith: (error) => void failures.push(error as UserError), ...changes }), failures };
}

for (const [what, [evaluation, culprit]] of Object.entries(broken)) {
  Deno.test(`${what} that no smaller step mends ends the run with the step, the scale and the term`, async () => {
    const failing = objective({}, (image, count) => count < 3 ? bowl(image) : { ...bowl(image), ...evaluation });
    const context = lenient({ scale: { index: 1, count: 2 } });
    const result = await painted({}, failing, context);
    const message = `The objective is no longer finite at step 3 of scale 2: ${culprit} is out of range`;
    assert.deepEqual(context.failures.map(({ message }) => message), [message]);
    assert.equal(context.failures[0].exitCode, 1);
    const warnings = context.reported.flatMap((event) => event.kind === "warning" ? [event.message] : []);
    assert.deepEqual(
      warnings,
      Array(3).fill(`${message}; back to the best picture so far, with steps a tenth as long`),
    );
    // Two steps were good, and the better of them is given.
    assert(result.value < 45.5 && Number.isFinite(result.value));
  });
}

Deno.test("an objective that is not finite from the first is an error at once", async () => {
  const error = await clearError(() => painted({}, objective({}, (image) => ({ ...bowl(image), value: NaN }))));
  assert.match(error.message, /^The objective is no longer finite at step 1 of scale 1/);
  assert.match(error.hint!, /weights file/);
});

for (const [optimiser, setbacks] of [[optimisers.adam, 2], [optimisers.lbfgs, 1]] as const) {
  Deno.test(`where long steps of ${optimiser.name} lead out of all bounds, shorter ones go on from the best image`, async () => {
    const context = lenient();
    const adam = { ...adamDefaults, learningRate: 20 };
    const result = await painted({ optimiser, iterations: 12, adam }, objective({}, walled), context);
    assert.deepEqual(context.failures, []);
    assert.equal(context.reported.filter(({ kind }) => kind === "warning").length, setbacks);
    assert(result.value < 1, `value ${result.value}`);
  });
}

Deno.test("a picture that runs away counts as a blow-up, whatever its value", async () => {
  const context = lenient();
  const steep = (image: Float32Array) => ({ value: -image[0], terms: {}, gradient: image.map(() => -1) });
  const adam = { ...adamDefaults, learningRate: 1e6 };
  await painted({ iterations: 6, adam }, objective({}, steep), context);
  const [first] = context.reported.filter(({ kind }) => kind === "warning") as { message: string }[];
  assert.match(first.message, /^The picture blows up at step 2 of scale 1: its levels lie 1\.00e\+6 from zero/);
});

Deno.test("a descent that ends at scale 1 without a better picture is an error, and nothing is given", async () => {
  const failing = objective({}, (image, count) => count < 2 ? bowl(image) : { ...bowl(image), value: NaN });
  const error = await clearError(() => painted({}, failing, lenient()));
  assert.match(error.message, /no longer finite at step 2 of scale 1/);
});

Deno.test("where a finer scale fails at its first step, the picture of the scale before is given", async () => {
  const previous = { ...content, data: Float32Array.of(9, 8, 7, 6, 5, 4) };
  const context = lenient({ scale: { index: 1, count: 2 } });
  const nowhere = objective({ previous }, (image) => ({ ...bowl(image), value: NaN }));
  const { image } = await painted({}, nowhere, context);
  assert.deepEqual(image.data, previous.data);
  assert.match(context.failures[0].message, /no longer finite at step 1 of scale 2/);
});

Deno.test("a scale ends where ten steps lower the objective by less than the tolerance", async () => {
  const falling = () => objective({}, (image, count) => ({ ...bowl(image), value: 1 + 0.5 ** (count - 1), terms: {} }));
  const counts = [];
  for (const tolerance of [0.9, 0.1, 0.001, 0]) {
    counts.push((await steps({ tolerance, iterations: 30 }, falling())).length);
  }
  // From step k to k + 10 it falls by nearly 0.5 ** (k - 1), to hardly more than 1.
  assert.deepEqual(counts, [12, 15, 21, 30]);
});

Deno.test("the mean of the images becomes the result where Adam is asked for it", async () => {
  const images: Float32Array[] = [];
  const { image } = await painted(
    { iterations: 3, adam: { learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0.5, lastRate: 1 } },
    objective({}, (image) => {
      images.push(image.slice());
      return bowl(image);
    }),
  );
  const [a, b, c] = images;
  image.data.forEach((level, i) => {
    const mean = (a[i] * 0.25 + b[i] * 0.5 + c[i]) / 1.75;
    assert(Math.abs(level - mean) < 1e-6, `${level} is not ${mean}`);
  });
});

Deno.test("the value and the terms that are told of a mean of images are its own", async () => {
  const options = { iterations: 6, snapshots: 2, adam: { ...adamDefaults, learningRate: 1, averaging: 0.9 } };
  const seen: number[] = [];
  const sendAhead: Context["keeping"]["sendAhead"] = async (value, { terms }) => {
    const { image, value: told } = value as Painted;
    assert.deepEqual([told, terms.bowl], [bowl(image.data).value, bowl(image.data).value]);
    seen.push(told);
  };
  const context = contextFor({ sendAhead });
  const { image, value } = await painted(options, objective(), context);
  assert.equal(value, bowl(image.data).value);
  assert.equal(seen.length, 3);
  const told = context.reported.filter((event) => event.kind === "scale");
  assert.deepEqual(told.map(({ report }) => [report.steps, report.value]), [[6, value]]);
});

/** Averages images, and blows up at the evaluations of these numbers and at the one that ends the run. */
async function blownUp(fails: readonly number[], last: number) {
  const context = lenient();
  const adam = { ...adamDefaults, learningRate: 1, averaging: 0.9 };
  const values: number[] = [];
  const at = (image: Float32Array, count: number) => {
    if (fails.includes(count) || count === last) return { ...bowl(image), value: NaN };
    values.push(bowl(image).value);
    return bowl(image);
  };
  const { image, value } = await painted({ iterations: 20, adam }, objective({}, at), context);
  assert.equal(context.failures.length, 1);
  return { image, value, values };
}

Deno.test("a mean of images that a blow-up leaves is told with its own value", async () => {
  // Three setbacks, two more steps, and the end.
  const { image, value, values } = await blownUp([4, 5, 6], 9);
  assert.equal(value, bowl(image.data).value);
  assert.equal(values.at(-1), value);
  // The end comes at the first step after the last setback.
  const early = await blownUp([4, 5, 6], 7);
  assert.equal(early.value, bowl(early.image.data).value);
});

Deno.test("a mean of images at which the objective fails as well keeps the value of its step", async () => {
  const { image, value, values } = await blownUp([4, 5, 6, 7], 8);
  assert.equal(value, values[2]);
  assert.notEqual(value, bowl(image.data).value);
});

Deno.test("a mean of images is told with its own value if the run is interrupted after a setback", async () => {
  const stop = new AbortController();
  const report = ({ kind }: Progress) => void (kind === "warning" && stop.abort());
  const at = (image: Float32Array, count: number) => count === 4 ? { ...bowl(image), value: NaN } : bowl(image);
  const adam = { ...adamDefaults, learningRate: 1, averaging: 0.9 };
  const context = contextFor({ signal: stop.signal, report });
  const { image, value } = await painted({ iterations: 9, adam }, objective({}, at), context);
  assert.equal(value, bowl(image.data).value);
});

Deno.test("a mean of images that is worse than the start is kept, where one of the images was better", async () => {
  const stop = new AbortController();
  const values = [10, 2, 50, 40];
  const at = (image: Float32Array, count: number) => {
    if (count === 3) stop.abort();
    return { value: values[count - 1], terms: {}, gradient: image.slice() };
  };
  const adam = { ...adamDefaults, averaging: 0.9 };
  const { value } = await painted({ iterations: 9, adam }, objective({}, at), contextFor({ signal: stop.signal }));
  assert.equal(value, 40);
});

Deno.test("where steps are too long the hint names the option as it was given", async () => {
  const adam = { ...adamDefaults, learningRate: 1e6 };
  for (
    const [options, path] of [
      [{ optimiser: optimisers.adam, adam }, "optimise.adam.learningRate"],
      [{ optimiser: { optimiser: optimisers.adam, ...adam } }, "optimise.optimiser.learningRate"],
    ] as const
  ) {
    const { hint } = await clearError(() => painted(options, objective({}, walled)));
    assert.equal(hint, `lower ${path}`);
  }
});

Deno.test("an optimiser of one's own says itself what to lower, or else the hint names the weights", async () => {
  const own = (remedy?: string): Optimiser => ({
    name: "own",
    description: "one step straight out of all bounds",
    options: { rate: { type: "number", default: 1e6 } },
    remedy,
    async *minimise(evaluate, start, { rate }) {
      yield { image: start, ...await evaluate(start) };
      await evaluate(start.map((x) => x + rate));
    },
  });
  for (
    const [remedy, hint] of [["rate", "lower optimise.optimiser.rate"], [undefined, "lower the weights of the terms"]]
  ) {
    for (const optimiser of [own(remedy), { optimiser: own(remedy), rate: 1e5 }]) {
      const error = await clearError(() => painted({ optimiser }, objective({}, walled)));
      assert.equal(error.hint, hint);
    }
  }
});

/** Lowest at a distance of 1 from the content, and out of range beyond 1.5, as a network that overflows would be. */
function walled(image: Float32Array): Evaluation {
  const away = image.map((x, i) => x - content.data[i]);
  const value = away.some((x) => Math.abs(x) > 1.5) ? Infinity : away.reduce((sum, x) => sum + (x - 1) ** 2 / 2, 0);
  return { value, terms: { walled: value }, gradient: away.map((x) => x - 1) };
}

/** Runs to the end with a checkpoint after each step; gives them and the result. */
async function recorded(options: Partial<OptimiseOptions>, of: Objective, changes: ContextChanges = {}) {
  const saved: Checkpoint[] = [];
  const checkpoints: Checkpoints = {
    due: () => true,
    save: async (checkpoint) => void saved.push(structuredClone(checkpoint)),
    resumable: async () => false,
    remove: async () => {},
    ...changes.checkpoints,
  };
  return { result: await painted(options, of, contextFor({ ...changes, checkpoints })), saved };
}

for (const [name, optimiser] of Object.entries(optimisers)) {
  Deno.test(`a run with ${name} that is taken up after a blow-up goes on with the shorter steps that it had`, async () => {
    const options = { optimiser, iterations: 12, adam: { ...adamDefaults, learningRate: 20 } };
    const { result, saved } = await recorded(options, objective({}, walled));
    const after = saved.filter(({ notes }) => !notes.done && Number(notes.setbacks) > 0);
    assert.ok(after.length > 3);
    for (const checkpoint of after) {
      const { result: again } = await recorded(options, objective({}, walled), {
        checkpoints: { restored: restoredFrom(checkpoint) } as Checkpoints,
      });
      const from = `from step ${checkpoint.step}`;
      assert.deepEqual([again.value, ...again.image.data], [result.value, ...result.image.data], from);
    }
  });
}

Deno.test("an optimiser remembers as many steps as the memory holds that the evaluation leaves", async () => {
  // A pair of L-BFGS is two vectors of six numbers.
  const pairs = async (memory?: number) => {
    const of = { ...objective({}, steep), plan: { bytes: 1000 } };
    const { saved } = await recorded({ optimiser: optimisers.lbfgs, iterations: 8 }, of, { memory });
    return Math.max(
      ...saved.map(({ arrays }) => Object.keys(arrays).filter((name) => /^state step/.test(name)).length),
    );
  };
  assert.deepEqual([await pairs(1000 + 2 * 48), await pairs(1000 + 3 * 48), await pairs()], [2, 3, 5]);
});

/** A bowl whose sides differ in steepness. */
function steep(image: Float32Array): Evaluation {
  const value = image.reduce((sum, x, i) => sum + (i + 1) ** 2 * x * x / 2 + x ** 4 / 4, 0);
  return { value, terms: { steep: value }, gradient: image.map((x, i) => (i + 1) ** 2 * x + x ** 3) };
}

/** A checkpoint as a run that goes on finds it. */
function restoredFrom({ arrays, ...rest }: Checkpoint): Restored {
  return { ...rest, names: Object.keys(arrays), tensor: async (name) => arrays[name] };
}

Deno.test("a run that is taken up ends by its tolerance at the step at which it would have ended", async () => {
  const options = { iterations: 200, tolerance: 0.5, adam: { ...adamDefaults, learningRate: 0.3 } };
  const { saved } = await recorded(options, objective());
  const last = saved.at(-1)!.step;
  assert(last > 15 && last < 200, `${last} steps`);
  for (const checkpoint of saved.filter(({ notes }) => !notes.done)) {
    const checkpoints = { restored: restoredFrom(checkpoint) } as Checkpoints;
    const { saved: more } = await recorded(options, objective(), { checkpoints });
    assert.equal(more.at(-1)!.step, last, `from step ${checkpoint.step}`);
  }
});

Deno.test("a checkpoint at a later scale holds the picture of the scale before", async () => {
  const previous = { width: 1, height: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const of = objective();
  const { pictures, ...tensors } = of.begin();
  const later = { ...of, begin: () => ({ ...tensors, pictures: { ...pictures, previous } }) };
  const { saved } = await recorded({ iterations: 2 }, later, { scale: { index: 1, count: 2 } });
  assert.deepEqual(await previousIn(restoredFrom(saved[0])), previous);
  const { saved: first } = await recorded({ iterations: 2 }, of);
  assert.equal(await previousIn(restoredFrom(first[0])), undefined);
});
