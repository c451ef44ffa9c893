import assert from "node:assert/strict";
import type { Engine } from "../../../engines/engine.ts";
import { type Scratch, ScratchFailure, scratchFile } from "../../../base/scratch.ts";
import { evaluationOf } from "../../../objective/evaluate.ts";
import type { ObjectiveOptions } from "../../../objective/terms.ts";
import type { Progress } from "../../../chain/progress.ts";
import type { Compute } from "../../../chain/stage.ts";
import { planEvaluation } from "../../../objective/tiles/plan.ts";
import { clearError } from "../../helpers/errors.ts";
import { everyLoss } from "../../helpers/every_loss.ts";
import { temporaryFolder } from "../../helpers/folders.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../../helpers/tiny.ts";

const options: ObjectiveOptions = {
  contentWeight: 2,
  styleWeight: 3,
  pyramid: 0,
  margin: 0,
  blend: "statistics",
  terms: everyLoss({ content: { conv2_1: 1, conv2_2: 0.5 }, style: { conv1_1: 1, conv2_1: 0.5 } }),
};

/** The reference engine with results in float32, as others have them. */
const engine: Engine = {
  ...referenceEngine(),
  async compile(graph) {
    const program = await referenceEngine().compile(graph);
    return {
      ...program,
      run: async (feeds) =>
        Object.fromEntries(
          Object.entries(await program.run(feeds)).map(([name, data]) => [name, Float32Array.from(data)]),
        ),
    };
  },
};

const features = tinyFeatures(tinyImage(96, 80, 1), [{ image: tinyImage(17, 15, 2), weight: 1 }]);
const { data } = tinyImage(96, 80, 4);

/** The evaluation of an image, what was reported on the way, and how it was planned. */
async function evaluated(memory: number | undefined, scratch?: Compute["scratch"]) {
  const reported: Progress[] = [];
  const report = (event: Progress) => void reported.push(event);
  const context = { network: tiny, memory, engine: async () => engine, scratch, report };
  await using objective = await evaluationOf(options, features, 3, context);
  return { ...await objective.evaluate(data), plan: objective.plan, reported };
}

/** A memory that suffices for windows alone. */
const little = 423e6;

async function assertWhole({ value, gradient, plan }: Awaited<ReturnType<typeof evaluated>>) {
  const whole = await evaluated(undefined);
  assert.equal(whole.plan.reductions, undefined);
  assert(plan.reductions && plan.reductions[0].slopes.tiles.length > 1);
  assert(Math.abs(value / whole.value - 1) < 1e-5);
  const distance = Math.hypot(...gradient.map((g, i) => g - whole.gradient[i])) / Math.hypot(...whole.gradient);
  assert(distance < 1e-4, `relative L2 distance ${distance}`);
}

Deno.test("with the content's features in a file the objective is the same, and the file is gone with it", async () => {
  await using folder = await temporaryFolder();
  let opened = 0;
  const found = await evaluated(little, () => {
    opened++;
    return scratchFile(folder.path);
  });
  await assertWhole(found);
  assert.equal(opened, 1);
  assert.deepEqual(found.reported, []);
  assert.deepEqual(await folder.list(), []);
});

Deno.test("where no file can be made the content's features stay in memory, and one line says so", async () => {
  await using folder = await temporaryFolder();
  const found = await evaluated(little, () => scratchFile(folder.at("none")));
  await assertWhole(found);
  const [{ kind, message }] = found.reported as { kind: string; message: string }[];
  assert.equal(found.reported.length, 1);
  assert.equal(kind, "warning");
  assert.match(message, /^the photograph's features stay in memory: no room in \S+none: /);
});

/** A file whose disk is full after some writes. */
function fullAfter(writes: number, closed: () => void): Scratch {
  return {
    write: async () => {
      if (writes-- === 0) throw new ScratchFailure("no room in here: No space left on device");
    },
    read: () => Promise.reject(new Error("nothing is read of it")),
    [Symbol.asyncDispose]: async () => closed(),
  };
}

Deno.test("where the disk is full the file is closed, and the content's features stay in memory", async () => {
  let closed = 0;
  const found = await evaluated(little, async () => fullAfter(2, () => closed++));
  await assertWhole(found);
  assert.equal(closed, 1);
  assert.equal(found.reported.length, 1);
});

Deno.test("where the disk is full and the memory suffices for windows alone, the error says what would", async () => {
  const terms = { contentLayers: ["conv2_1", "conv2_2"], styleLayers: ["conv1_1", "conv2_1"], factors: [1], places: 0 };
  const demand = { ...terms, size: { width: 96, height: 80 }, network: tiny, held: 3 } as const;
  let least = little;
  while (planEvaluation({ ...demand, scratch: true }, least - 1e4)) least -= 1e4;
  const { message, hint = "" } = await clearError(() => evaluated(least, async () => fullAfter(0, () => {})));
  assert.match(message, /of memory do not suffice for 96×80 pixels$/);
  assert.match(hint, /^grant /);
});
