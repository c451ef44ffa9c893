import assert from "node:assert/strict";
import { UserError } from "../../../base/errors.ts";
import type { Cluster } from "../../../base/cluster.ts";
import type { Checkpoint, Checkpoints, Restored } from "../../../chain/checkpoints.ts";
import { withDefaults } from "../../../chain/walk.ts";
import { objectSchema } from "../../../chain/schema.ts";
import type { Engine } from "../../../engines/engine.ts";
import { content } from "../../../objective/losses/content.ts";
import { gram } from "../../../objective/losses/gram.ts";
import { totalVariation } from "../../../objective/losses/total_variation.ts";
import { blobsInMemory, roundsWith } from "../../../objective/cluster/local.ts";
import { tileWorker } from "../../../objective/cluster/tile_worker.ts";
import { adam } from "../../../optimisers/adam.ts";
import { lbfgs } from "../../../optimisers/lbfgs.ts";
import { lossBuild, type LossBuildOptions } from "../../../stages/loss_build.ts";
import { optimise, type OptimiseOptions, type Painted } from "../../../stages/optimise.ts";
import type { Progress } from "../../../chain/progress.ts";
import type { ImageTensor } from "../../../pictures/tensor.ts";
import { type ContextChanges, contextFor } from "../../helpers/context.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../../helpers/tiny.ts";
import { fingerprint, type Weather, world } from "./worlds.ts";

const engine = referenceEngine();
const [width, height, side] = [22, 20, 10];

const objective: LossBuildOptions = {
  contentWeight: 1,
  styleWeight: 1,
  pyramid: 0,
  margin: 0,
  blend: "statistics",
  terms: {
    content: { loss: content, weight: 1, layers: { conv2_2: 1 } },
    style: { loss: gram, weight: 1, layers: { conv1_1: 1, conv2_1: 1 } },
    smooth: { loss: totalVariation, weight: 1e-3 },
  },
};

const iterations = 4;

function optionsWith(changes: Partial<OptimiseOptions> = {}): OptimiseOptions {
  const given = {
    optimiser: lbfgs,
    lbfgs: { preconditioner: "bands", history: 5 },
    iterations,
    tolerance: 0,
    checkpoint: 0,
    ...changes,
  };
  return withDefaults(given, objectSchema(optimise.options)) as OptimiseOptions;
}

/** A picture in levels: they are rounded where tiles see each other. */
function levels(width: number, height: number, seed: number): ImageTensor {
  const image = tinyImage(width, height, seed);
  return { ...image, data: image.data.map((level) => 60 * level) };
}

/** Paints in the tiles of a cluster. */
async function paint(
  cluster: Cluster | undefined,
  changes: ContextChanges = {},
  options: Partial<OptimiseOptions> = {},
  onStep: (step: number) => unknown = () => {},
) {
  const features = tinyFeatures(levels(width, height, 1), [{ image: levels(17, 15, 2), weight: 1 }]);
  await using resources = new AsyncDisposableStack();
  const reported: Progress[] = [];
  const context = contextFor({
    network: tiny,
    engine: async () => engine,
    cluster,
    disposeLater: (resource) => void resources.use(resource),
    report: (event) => {
      reported.push(event);
      if (event.kind === "step") onStep(event.step);
    },
    ...changes,
  });
  const built = await lossBuild.create(objective)(features, context);
  const painted: Painted = await optimise.create(optionsWith(options))(built, context);
  const steps = reported.filter((event) => event.kind === "step");
  return { image: painted.image.data, steps, reported };
}

/** This machine alone, with the same tiles. */
function alone(theirs: Engine = engine): Cluster {
  const blobs = blobsInMemory();
  const open = async () => roundsWith(tileWorker({ engine: theirs, blobs, fingerprint }));
  return { side, fingerprint, blobs, local: true, open };
}

/** Checkpoints after each step. */
function keeping(restored?: Restored) {
  const saved: Checkpoint[] = [];
  const checkpoints: Checkpoints = {
    restored,
    due: () => true,
    save: (checkpoint) => Promise.resolve(void saved.push(structuredClone(checkpoint))),
    resumable: () => Promise.resolve(true),
    remove: () => Promise.resolve(),
  };
  return { saved, checkpoints };
}

/** The picture that this machine makes alone. */
const wanted = paint(alone());
wanted.catch(() => {});

async function assertSame(weather: Weather, workers = 2) {
  const { cluster, traffic } = world(workers, side, engine, weather);
  const { image, reported } = await paint(cluster);
  assert.deepEqual(image, (await wanted).image);
  return { reported, traffic };
}

Deno.test("a picture in tiles falls in value as a whole one does", async () => {
  const { steps } = await wanted;
  assert.equal(steps.length, iterations);
  const whole = (await paint(undefined)).steps;
  assert.ok(Math.abs(steps[0].value - whole[0].value) < 1e-4 * whole[0].value, `${steps[0].value} ${whole[0].value}`);
  const fallen = (values: typeof steps) => values[0].value - values.at(-1)!.value;
  assert.ok(fallen(steps) > 0.8 * fallen(whole), `${fallen(steps)} and ${fallen(whole)}`);
});

Deno.test("two workers paint the same bytes as one machine with the same tiles", async () => {
  await assertSame({});
});

Deno.test("a worker for each tile, and answers in another order, give the same bytes", async () => {
  await assertSame({ delay: (message) => message * 7 % 5 }, 4);
});

for (const message of [6, 30, 90]) {
  Deno.test(`a worker that is lost at message ${message} changes no byte`, async () => {
    let died = false;
    const { reported } = await assertSame({
      dies: (at) => !died && at >= message && (died = true),
      pick: (tile, life) => life === 0 ? tile : 1 - tile % 2,
    });
    assert.ok(died);
    if (message > 20) {
      const lines = reported.flatMap((event) => event.kind === "warning" ? [event.message] : []);
      assert.match(lines.join(), /The worker of tile \d is lost/);
    }
  });
}

Deno.test("a tile that kills each of its workers ends the run with one line, and the best picture", async () => {
  const failures: unknown[] = [];
  let [deaths, done] = [0, 0];
  const { cluster } = world(2, side, engine, { dies: (_, tile) => done >= 3 && tile === 1 && ++deaths > 0 });
  const finishWith = (error: unknown) => void failures.push(error);
  const { checkpoints } = keeping();
  const { image } = await paint(cluster, { finishWith, checkpoints }, { checkpoint: 1 }, (step) => {
    done = Math.max(done, step);
  });
  assert.ok(deaths > 0 && deaths <= 3, `${deaths}`);
  assert.match(String(failures), /^UserError: Tile \d of 4 has lost its worker 3 times in a row$/);
  assert.deepEqual(image, (await paint(alone(), {}, { iterations: 2 })).image);
});

Deno.test("a tile whose work throws ends the run with one line, and the best picture", async () => {
  const failures: unknown[] = [];
  let done = 0;
  const { cluster } = world(2, side, engine, {
    before: (_, tile, orders) => {
      if (done >= 2 && tile === 1 && orders.includes("slope")) throw new UserError("The engine fails at this tile");
    },
  });
  const finishWith = (error: unknown) => void failures.push(error);
  const { image, steps } = await paint(cluster, { finishWith }, {}, (step) => done = step);
  assert.equal(steps.length, 2);
  assert.match(String(failures), /^UserError: The engine fails at this tile$/);
  assert.deepEqual(image, (await paint(alone(), {}, { iterations: 2 })).image);
});

Deno.test("workers of another version refuse the picture", async () => {
  const { cluster } = world(2, side, engine, {}, "impasto 0.1.0, onnx, threads 4");
  await assert.rejects(paint(cluster), {
    name: "UserError",
    message: /wants workers of impasto test, reference, threads 1, and this one is impasto 0\.1\.0, onnx, threads 4/,
  });
});

Deno.test("an interruption waits for a tile and leaves the best picture", async () => {
  const interruption = new AbortController();
  let done = 0;
  const after: string[] = [];
  const { cluster } = world(2, side, engine, {
    before: (_, __, orders) => {
      if (interruption.signal.aborted) after.push(...orders);
      else if (done === 2 && orders.includes("slope")) interruption.abort();
    },
  });
  const { image, steps } = await paint(cluster, { signal: interruption.signal }, {}, (step) => done = step);
  assert.equal(steps.length, 2);
  // The other worker may have one tile at hand; the image of all four is fetched.
  assert.ok(after.filter((order) => order === "slope").length <= 1 && !after.includes("look"), `${after}`);
  assert.deepEqual(image, (await paint(alone(), {}, { iterations: 2 })).image);
});

Deno.test("Adam in tiles takes the steps of a whole picture, and the same ones by workers of which one is lost", async () => {
  const byAdam: Partial<OptimiseOptions> = { optimiser: adam, iterations: 3, checkpoint: 1 };
  const here = await paint(alone(), {}, byAdam);
  const whole = await paint(undefined, {}, byAdam);
  // What tiles see of each other is rounded, and Adam's first step is as long for a slope that is nearly zero.
  const off = here.image.map((level, i) => Math.abs(level - whole.image[i])).toSorted();
  const most = off[Math.floor(0.95 * off.length)];
  assert.ok(most < 0.05, `${most}`);
  let died = false;
  const { cluster } = world(2, side, engine, { dies: (at) => !died && at >= 30 && (died = true) });
  const { saved, checkpoints } = keeping();
  const interruption = new AbortController();
  const { signal } = interruption;
  await paint(cluster, { checkpoints, signal }, byAdam, (step) => step === 2 && interruption.abort());
  assert.ok(died);
  const { arrays, ...state } = saved.at(-1)!;
  const restored = { ...state, names: Object.keys(arrays), tensor: (name: string) => Promise.resolve(arrays[name]) };
  const { image, steps } = await paint(cluster, { checkpoints: keeping(restored).checkpoints }, byAdam);
  assert.equal(steps.length, 1);
  assert.deepEqual(image, here.image);
});

for (const local of [true, false]) {
  Deno.test(`a run in tiles ${local ? "of this machine" : "with workers"} goes on from its checkpoint`, async () => {
    const { saved, checkpoints } = keeping();
    const cluster = local ? alone() : world(2, side, engine).cluster;
    const interruption = new AbortController();
    const { signal } = interruption;
    await paint(cluster, { checkpoints, signal }, { checkpoint: 1 }, (step) => {
      if (step === 2) interruption.abort();
    });
    const { arrays, ...state } = saved.at(-1)!;
    assert.equal(state.step, 2);
    const names = Object.keys(arrays);
    assert.equal(names.some((name) => name.startsWith("blob ")), local);
    const restored = { ...state, names, tensor: (name: string) => Promise.resolve(arrays[name]) };
    const store = local ? alone() : cluster;
    const { image, steps } = await paint(store, { checkpoints: keeping(restored).checkpoints }, { checkpoint: 1 });
    assert.equal(steps.length, iterations - 2);
    assert.deepEqual(image, (await wanted).image);
  });
}
