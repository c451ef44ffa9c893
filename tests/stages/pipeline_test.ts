import assert from "node:assert/strict";
import { UserError } from "../../stages/errors.ts";
import { checkChain, type Link, runChain, type Surroundings } from "../../stages/pipeline.ts";
import type { Repeatable } from "../../stages/picture.ts";
import type { Context, Progress, Stage } from "../../stages/stage.ts";
import { contextFor } from "../helpers/context.ts";
import { clearError } from "../helpers/errors.ts";

/** A stage of these tests' own: the kinds are those of the chain, the values plain text and lists. */
function link(
  name: string,
  [takes, gives]: readonly [string, string],
  run: (input: unknown, context: Context) => unknown,
  more: Partial<Stage> = {},
): Link {
  const stage = {
    name,
    description: name,
    takes,
    gives,
    options: {},
    create: () => (input: unknown, context: Context) => Promise.resolve().then(() => run(input, context)),
    ...more,
  };
  return { stage: stage as unknown as Stage, options: {} };
}

function surroundings(signal?: AbortSignal): Surroundings & { readonly reported: Progress[] } {
  return contextFor({ signal });
}

/** A source of three scales: `start>0`, then the result of that with `>1`, and so on. */
const threeScales = link("source", ["nothing", "pictures"], (): Repeatable<unknown> => ({
  scales: 3,
  atScale: (index, previous) => Promise.resolve(`${previous ?? "start"}>${index}`),
}));

const perScale = { perScale: true };

Deno.test("stages that do not fit are refused with both names and both kinds", async () => {
  const a = link("first", ["nothing", "pictures"], () => 1).stage;
  const b = link("second", ["tensors", "file"], () => 2).stage;
  const error = await clearError(() => checkChain([a, b]));
  assert.equal(error.message, "Stage second takes tensors, but first gives pictures");
  assert.equal(error.exitCode, 2);
  assert.equal(
    (await clearError(() => checkChain([b]))).message,
    "Stage second takes tensors, but the start gives nothing",
  );
  checkChain([a]);
  checkChain([]);
});

Deno.test("a chain that does not fit runs nothing at all", async () => {
  let ran = 0;
  const count = () => ran++;
  const prepare = () => Promise.resolve(void ran++);
  const links = [
    link("first", ["nothing", "pictures"], count, { prepare }),
    link("second", ["tensors", "file"], count, { prepare }),
  ];
  await clearError(() => runChain(links, surroundings()));
  assert.equal(ran, 0);
});

Deno.test("every stage prepares before the first one runs", async () => {
  const seen: string[] = [];
  const prepared = (name: string) => ({ prepare: () => Promise.resolve(void seen.push(`prepare ${name}`)) });
  await runChain([
    link("a", ["nothing", "pictures"], () => seen.push("run a"), prepared("a")),
    link("b", ["pictures", "file"], () => seen.push("run b"), prepared("b")),
  ], surroundings());
  assert.deepEqual(seen, ["prepare a", "prepare b", "run a", "run b"]);
});

Deno.test("each stage gets its own options and what the one before gave", async () => {
  const joined = (input: unknown, options: unknown) => `${input}${(options as { text: string }).text}`;
  const stage = (takes: string, gives: string) =>
    ({
      name: "joins",
      description: "",
      takes,
      gives,
      options: {},
      create: (options: object) => (input: unknown) => Promise.resolve(joined(input ?? "", options)),
    }) as unknown as Stage;
  const result = await runChain([
    { stage: stage("nothing", "pictures"), options: { text: "a" } },
    { stage: stage("pictures", "tensors"), options: { text: "b" } },
    { stage: stage("tensors", "file"), options: { text: "c" } },
  ], surroundings());
  assert.equal(result, "abc");
});

Deno.test("stages per scale run together, once for each scale, each from the last one's result", async () => {
  const seen: string[] = [];
  const result = await runChain([
    threeScales,
    link("p", ["pictures", "tensors"], (input, { scale }) => {
      seen.push(`p ${scale.index} of ${scale.count}: ${input}`);
      return `${input}p`;
    }, perScale),
    link("q", ["tensors", "painted"], (input, { scale }) => {
      seen.push(`q ${scale.index} of ${scale.count}: ${input}`);
      return `${input}q`;
    }, perScale),
    link("end", ["painted", "file"], (input) => `end of ${input}`),
  ], surroundings());
  assert.deepEqual(seen, [
    "p 0 of 3: start>0",
    "q 0 of 3: start>0p",
    "p 1 of 3: start>0pq>1",
    "q 1 of 3: start>0pq>1p",
    "p 2 of 3: start>0pq>1pq>2",
    "q 2 of 3: start>0pq>1pq>2p",
  ]);
  assert.equal(result, "end of start>0pq>1pq>2pq");
});

Deno.test("a stage is made once, and keeps what it knows between scales", async () => {
  let made = 0;
  const counting = {
    perScale: true,
    create: () => {
      made++;
      let runs = 0;
      return () => Promise.resolve(++runs);
    },
  } as unknown as Partial<Stage>;
  const result = await runChain(
    [threeScales, link("counts", ["pictures", "painted"], () => 0, counting)],
    surroundings(),
  );
  assert.deepEqual([made, result], [1, 3]);
});

Deno.test("what a stage owns is released at the end of its scale, the last first, and also after a failure", async () => {
  const seen: string[] = [];
  const owning = (fail: boolean) =>
    link("owns", ["pictures", "painted"], (_, context) => {
      const { index } = context.scale;
      seen.push(`open ${index}`);
      for (const name of ["a", "b"]) {
        context.own({ [Symbol.asyncDispose]: () => Promise.resolve(void seen.push(`close ${name}${index}`)) });
      }
      if (fail) throw new Error("broken");
      return "";
    }, perScale);
  await runChain([threeScales, owning(false)], surroundings());
  assert.deepEqual(seen, [0, 1, 2].flatMap((i) => [`open ${i}`, `close b${i}`, `close a${i}`]));
  seen.length = 0;
  await assert.rejects(runChain([threeScales, owning(true)], surroundings()));
  assert.deepEqual(seen, ["open 0", "close b0", "close a0"]);
});

Deno.test("an intermediate result goes down the rest of the chain with its snapshot, and the run goes on", async () => {
  const seen: string[] = [];
  const snapshot = { label: "7", terms: { style: 2 } };
  const result = await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], async (_, { scale, branch }) => {
      await branch(`draft ${scale.index}`, snapshot);
      return `whole ${scale.index}`;
    }, perScale),
    link("after", ["painted", "picture"], (input, context) => {
      seen.push(`${input} at ${context.scale.index}: ${context.snapshot?.label}`);
      return input;
    }, perScale),
    link("end", ["picture", "file"], (input, context) => {
      if (context.snapshot) assert.deepEqual(context.snapshot, snapshot);
      seen.push(`end of ${input}: ${context.snapshot?.label}`);
      return input;
    }),
  ], surroundings());
  assert.equal(result, "whole 2");
  assert.deepEqual(seen, [
    ...[0, 1, 2].flatMap((i) => [`draft ${i} at ${i}: 7`, `end of draft ${i}: 7`, `whole ${i} at ${i}: undefined`]),
    "end of whole 2: undefined",
  ]);
});

Deno.test("an error that nobody foresaw bears the stage's name and its cause, thrown at once or later", async () => {
  const cause = new RangeError("out of\nreach");
  const late = link("breaks", ["nothing", "file"], () => Promise.reject(cause));
  const atOnce = link("breaks", ["nothing", "file"], () => 0, {
    create: () => () => {
      throw cause;
    },
  });
  for (const broken of [late, atOnce]) {
    await assert.rejects(runChain([broken], surroundings()), (error: Error) => {
      assert.equal(error.message, "Stage breaks failed: out of; reach");
      assert.equal(error.cause, cause);
      return true;
    });
  }
});

Deno.test("an error of the user's passes as it is, from wherever in the chain", async () => {
  const error = new UserError("no such file", { hint: "look elsewhere" });
  const failing = () => Promise.reject(error);
  const chains = [
    [link("a", ["nothing", "file"], failing)],
    [link("a", ["nothing", "file"], () => 0, { prepare: failing })],
    [threeScales, link("b", ["pictures", "painted"], failing, perScale)],
    [
      threeScales,
      link("b", ["pictures", "painted"], (_, { branch }) => branch(1, { label: "1", terms: {} }), perScale),
      link("c", ["painted", "file"], failing),
    ],
  ];
  for (const chain of chains) await assert.rejects(runChain(chain, surroundings()), (thrown) => thrown === error);
});

Deno.test("after Ctrl-C the scale at hand is the last, and what follows finishes its result", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const result = await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], (_, { scale, signal }) => {
      seen.push(scale.index);
      assert.equal(signal, stop.signal);
      if (scale.index === 1) stop.abort();
      return `best of ${scale.index}`;
    }, perScale),
    link("end", ["painted", "file"], (input) => `file with ${input}`),
  ], surroundings(stop.signal));
  assert.deepEqual(seen, [0, 1]);
  assert.equal(result, "file with best of 1");
});

Deno.test("every stage reports its beginning with the scale", async () => {
  const around = surroundings();
  await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], () => "", perScale),
    link("end", ["painted", "file"], () => ""),
  ], around);
  const stage = (stage: string, scale: number, scales: number) => ({ kind: "stage", stage, scale, scales });
  assert.deepEqual(around.reported, [
    stage("source", 0, 1),
    stage("paints", 0, 3),
    stage("paints", 1, 3),
    stage("paints", 2, 3),
    stage("end", 0, 1),
  ]);
});

Deno.test("a run that is given up finishes what there is, begins no other scale, and ends with the error", async () => {
  const failure = new UserError("it blows up");
  const seen: unknown[] = [];
  const failing = runChain([
    threeScales,
    link("paints", ["pictures", "painted"], (_, { scale, giveUp }) => {
      if (scale.index === 1) giveUp(failure);
      return `best of ${scale.index}`;
    }, perScale),
    link("end", ["painted", "file"], (input) => seen.push(input)),
  ], surroundings());
  await assert.rejects(failing, (error) => error === failure);
  assert.deepEqual(seen, ["best of 1"]);
});

Deno.test("a run that is taken up again begins at the scale where it stood", async () => {
  const seen: number[] = [];
  const restored = {
    scale: 1,
    step: 7,
    notes: {},
    names: [],
    tensor: () => Promise.reject(new Error("not asked for")),
  };
  const checkpoints = {
    restored,
    due: () => false,
    save: async () => {},
    resumable: async () => true,
    remove: async () => {},
  };
  const result = await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], (input, { scale }) => {
      seen.push(scale.index);
      return input;
    }, perScale),
    link("end", ["painted", "file"], (input) => input),
  ], { ...surroundings(), checkpoints });
  assert.deepEqual(seen, [1, 2]);
  assert.equal(result, "start>1>2");
});

Deno.test("what a stage foresees of all scales comes before the first one", async () => {
  const order: string[] = [];
  const outline = { sizes: [{ width: 2, height: 1 }, { width: 4, height: 2 }], places: 0 };
  const source = link("source", ["nothing", "pictures"], (): Repeatable<unknown> => ({
    scales: 2,
    outline,
    atScale: (index) => Promise.resolve(order.push(`scale ${index}`)),
  }));
  const foresee: Stage["foresee"] = (_, { sizes }) => void order.push(`${sizes.length} sizes`);
  await runChain([source, link("paints", ["pictures", "painted"], () => 0, { ...perScale, foresee })], surroundings());
  assert.deepEqual(order, ["2 sizes", "scale 0", "scale 1"]);
});
