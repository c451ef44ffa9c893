import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import type { Checkpoints } from "../../chain/checkpoints.ts";
import { checkChain, runChain, type RunContext } from "../../chain/chain.ts";
import type { Progress } from "../../chain/progress.ts";
import type { Link } from "../../chain/link.ts";
import { placeIn, type Position, type Sequence } from "../../chain/sequence.ts";
import type { Context, Stage } from "../../chain/stage.ts";
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

function surroundings(signal?: AbortSignal): RunContext & { readonly reported: Progress[] } {
  return contextFor({ signal });
}

const scaleOf = ({ position }: Context) => placeIn(position, "scale");

/** A source of three scales: `start>0`, then the result of that with `>1`, and so on. */
const threeScales = link("source", ["nothing", "pictures"], (): Sequence<unknown> => ({
  of: "scale",
  count: 3,
  at: (index, previous) => Promise.resolve(`${previous ?? "start"}>${index}`),
}));

/** Runs once, on the result of the last scale. */
const atEnd = { takesLast: "scale" };

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
    link("p", ["pictures", "tensors"], (input, context) => {
      const scale = scaleOf(context);
      seen.push(`p ${scale.index} of ${scale.count}: ${input}`);
      return `${input}p`;
    }),
    link("q", ["tensors", "painted"], (input, context) => {
      const scale = scaleOf(context);
      seen.push(`q ${scale.index} of ${scale.count}: ${input}`);
      return `${input}q`;
    }),
    link("end", ["painted", "file"], (input) => `end of ${input}`, atEnd),
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
      const { index } = scaleOf(context);
      seen.push(`open ${index}`);
      for (const name of ["a", "b"]) {
        context.disposeLater({ [Symbol.asyncDispose]: () => Promise.resolve(void seen.push(`close ${name}${index}`)) });
      }
      if (fail) throw new Error("broken");
      return "";
    });
  await runChain([threeScales, owning(false)], surroundings());
  assert.deepEqual(seen, [0, 1, 2].flatMap((i) => [`open ${i}`, `close b${i}`, `close a${i}`]));
  seen.length = 0;
  await assert.rejects(runChain([threeScales, owning(true)], surroundings()));
  assert.deepEqual(seen, ["open 0", "close b0", "close a0"]);
});

Deno.test("what the last scale owns is there for what computes with its result, and is released behind it", async () => {
  const seen: string[] = [];
  const owning = link("owns", ["pictures", "painted"], (_, context) => {
    const { index } = scaleOf(context);
    context.disposeLater({ [Symbol.asyncDispose]: () => Promise.resolve(void seen.push(`close ${index}`)) });
    return "";
  });
  const computing = link("computes", ["painted", "picture"], () => seen.push("computes"), {
    takesLast: "scale",
    computes: true,
  });
  await runChain([threeScales, owning, computing], surroundings());
  assert.deepEqual(seen, ["close 0", "close 1", "computes", "close 2"]);
});

Deno.test("an intermediate result goes down the rest of the chain with its snapshot, and the run goes on", async () => {
  const seen: string[] = [];
  const snapshot = { label: "7", terms: { style: 2 } };
  const result = await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], async (_, context) => {
      const { index } = scaleOf(context);
      await context.keeping.sendAhead(`draft ${index}`, snapshot);
      return `whole ${index}`;
    }),
    link("after", ["painted", "picture"], (input, context) => {
      seen.push(`${input} at ${scaleOf(context).index}: ${context.snapshot?.label}`);
      return input;
    }),
    link("end", ["picture", "file"], (input, context) => {
      if (context.snapshot) assert.deepEqual(context.snapshot, snapshot);
      seen.push(`end of ${input}: ${context.snapshot?.label}`);
      return input;
    }, atEnd),
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
      assert.match(error.message, /^Stage breaks failed: out of; reach \(\/.*chain_test\.ts:\d+:\d+\)$/);
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
    [threeScales, link("b", ["pictures", "painted"], failing)],
    [
      threeScales,
      link("b", ["pictures", "painted"], (_, { keeping }) => keeping.sendAhead(1, { label: "1", terms: {} })),
      link("c", ["painted", "file"], failing, atEnd),
    ],
  ];
  for (const chain of chains) await assert.rejects(runChain(chain, surroundings()), (thrown) => thrown === error);
});

Deno.test("after Ctrl-C the scale at hand is the last, and what follows finishes its result", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const result = await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], (_, context) => {
      const { index } = scaleOf(context);
      seen.push(index);
      assert.equal(context.signal, stop.signal);
      if (index === 1) stop.abort();
      return `best of ${index}`;
    }),
    link("end", ["painted", "file"], (input) => `file with ${input}`, atEnd),
  ], surroundings(stop.signal));
  assert.deepEqual(seen, [0, 1]);
  assert.equal(result, "file with best of 1");
});

Deno.test("every stage reports its beginning with the scale", async () => {
  const around = surroundings();
  await runChain([
    threeScales,
    link("paints", ["pictures", "painted"], () => ""),
    link("end", ["painted", "file"], () => "", atEnd),
  ], around);
  const stage = (stage: string, position: Position, scale: number, scales: number) => ({
    ...{ kind: "stage", stage, position, scale, scales },
  });
  const paints = (index: number) => stage("paints", [{ of: "scale", index, count: 3 }], index, 3);
  assert.deepEqual(around.reported, [
    stage("source", [], 0, 1),
    paints(0),
    paints(1),
    paints(2),
    stage("end", [], 0, 1),
  ]);
});

Deno.test("a run that is given up finishes what there is, begins no other scale, and ends with the error", async () => {
  const failure = new UserError("it blows up");
  const seen: unknown[] = [];
  const failing = runChain([
    threeScales,
    link("paints", ["pictures", "painted"], (_, context) => {
      const { index } = scaleOf(context);
      if (index === 1) context.keeping.finishWith(failure);
      return `best of ${index}`;
    }),
    link("end", ["painted", "file"], (input) => seen.push(input), atEnd),
  ], surroundings());
  await assert.rejects(failing, (error) => error === failure);
  assert.deepEqual(seen, ["best of 1"]);
});

/** What a run finds that is taken up again. */
function stoodAt(...position: readonly (readonly [of: string, index: number])[]): Checkpoints {
  const restored = {
    position: position.map(([of, index]) => ({ of, index, count: 9 })),
    step: 7,
    notes: {},
    names: [],
    tensor: () => Promise.reject(new Error("not asked for")),
  };
  const nothing = async () => {};
  return { restored, due: () => false, save: nothing, resumable: async () => true, remove: nothing };
}

Deno.test("a run that is taken up again begins at the scale where it stood, with plain stages too", async () => {
  const seen: string[] = [];
  const shows = (name: string, kinds: readonly [string, string]) =>
    link(name, kinds, (input, context) => {
      seen.push(`${name} ${scaleOf(context).index}: ${input}`);
      return input;
    });
  const result = await runChain([
    threeScales,
    shows("tints", ["pictures", "pictures"]),
    shows("paints", ["pictures", "painted"]),
    link("end", ["painted", "file"], (input) => input, atEnd),
  ], { ...surroundings(), checkpoints: stoodAt(["scale", 1]) });
  assert.deepEqual(seen, ["tints 1: start>1", "paints 1: start>1", "tints 2: start>1>2", "paints 2: start>1>2"]);
  assert.equal(result, "start>1>2");
});

Deno.test("a sequence that nothing ends gives the result of its last place", async () => {
  assert.equal(
    await runChain([threeScales, link("p", ["pictures", "x"], (x) => `${x}p`)], surroundings()),
    "start>0p>1p>2p",
  );
});

Deno.test("a sequence may begin at a later place, and end before it said that it would", async () => {
  let count = 5;
  const source = link("source", ["nothing", "pictures"], (): Sequence<unknown> => ({
    of: "scale",
    first: 1,
    get count() {
      return count;
    },
    at(index) {
      if (index === 2) count = 3;
      return Promise.resolve(index);
    },
  }));
  const seen: unknown[] = [];
  const see = link("see", ["pictures", "pictures"], (value, context) => {
    seen.push([value, scaleOf(context).index, scaleOf(context).count]);
    return value;
  });
  assert.equal(await runChain([source, see], surroundings()), 2);
  assert.deepEqual(seen, [[1, 1, 5], [2, 2, 5]]);
});

Deno.test("what a stage checks of all scales comes before the first one", async () => {
  const order: string[] = [];
  const outline = { sizes: [{ width: 2, height: 1 }, { width: 4, height: 2 }], places: 0 };
  const source = link("source", ["nothing", "pictures"], (): Sequence<unknown> => ({
    of: "scale",
    count: 2,
    outline,
    at: (index) => Promise.resolve(order.push(`scale ${index}`)),
  }));
  const checkMemory: Stage["checkMemory"] = (_, { sizes }) => void order.push(`${sizes.length} sizes`);
  await runChain([source, link("paints", ["pictures", "painted"], () => 0, { checkMemory })], surroundings());
  assert.deepEqual(order, ["2 sizes", "scale 0", "scale 1"]);
});

/** A film of two frames, each painted at two scales: frames around scales. */
function film(seen: string[], at: (context: Context) => unknown = () => {}): Link[] {
  const where = ({ position }: Context) => position.map(({ of, index, count }) => `${of} ${index}/${count}`).join(", ");
  return [
    link("open", ["nothing", "frame"], (): Sequence<unknown> => ({
      of: "frame",
      count: 2,
      at: async (index, previous) => `frame ${index} after ${previous}`,
    })),
    link("split", ["frame", "pictures"], (frame): Sequence<unknown> => ({
      of: "scale",
      count: 2,
      at: async (index, previous) => index === 0 ? `[${frame}]` : `(${previous} larger)`,
    })),
    link("paint", ["pictures", "painted"], async (input, context) => {
      seen.push(`paint at ${where(context)}: ${input}`);
      await at(context);
      return `P${placeIn(context.position, "frame").index}${scaleOf(context).index}`;
    }),
    link("finish", ["painted", "picture"], (input, context) => {
      seen.push(`finish at ${where(context)}: ${input}${context.snapshot ? " as a snapshot" : ""}`);
      return `F(${input})`;
    }, { takesLast: "scale" }),
    link("close", ["picture", "file"], (input, context) => {
      seen.push(`close at ${where(context) || "the end"}: ${input}${context.snapshot ? " as a snapshot" : ""}`);
      return `film up to ${input}`;
    }, { takesLast: "frame" }),
  ];
}

Deno.test("sequences nest: frames around scales, each frame from the last one's finished picture", async () => {
  const seen: string[] = [];
  const around = surroundings();
  assert.equal(await runChain(film(seen), around), "film up to F(P11)");
  assert.deepEqual(seen, [
    "paint at frame 0/2, scale 0/2: [frame 0 after undefined]",
    "paint at frame 0/2, scale 1/2: (P00 larger)",
    "finish at frame 0/2: P01",
    "paint at frame 1/2, scale 0/2: [frame 1 after F(P01)]",
    "paint at frame 1/2, scale 1/2: (P10 larger)",
    "finish at frame 1/2: P11",
    "close at the end: F(P11)",
  ]);
  const stages = around.reported.flatMap((event) => event.kind === "stage" ? [event] : []);
  assert.deepEqual(stages.filter(({ stage }) => stage === "paint").map(({ scale, scales }) => [scale, scales]), [
    ...[[0, 2], [1, 2], [0, 2], [1, 2]],
  ]);
});

for (const [frame, scale] of [[0, 0], [0, 1], [1, 0], [1, 1]] as const) {
  Deno.test(`a film that is taken up at frame ${frame}, scale ${scale} goes on there`, async () => {
    const [whole, rest]: [string[], string[]] = [[], []];
    await runChain(film(whole), surroundings());
    const checkpoints = stoodAt(["frame", frame], ["scale", scale]);
    assert.equal(await runChain(film(rest), { ...surroundings(), checkpoints }), "film up to F(P11)");
    const places = (lines: readonly string[]) => lines.map((line) => line.split(":")[0]);
    const first = whole.findIndex((line) => line.startsWith(`paint at frame ${frame}/2, scale ${scale}/2`));
    assert.deepEqual(places(rest), places(whole).slice(first));
  });
}

Deno.test("a snapshot of an inner place goes through the stages behind all sequences around it", async () => {
  const seen: string[] = [];
  const chain = film(seen, async ({ position, keeping }) => {
    if (position.some(({ index }) => index !== 1)) return;
    await keeping.sendAhead("draft", { label: "1", terms: {} });
  });
  await runChain(chain, surroundings());
  assert.deepEqual(seen.filter((line) => line.endsWith("snapshot")), [
    "finish at frame 1/2, scale 1/2: draft as a snapshot",
    "close at frame 1/2, scale 1/2: F(draft) as a snapshot",
  ]);
});

Deno.test("after Ctrl-C at an inner place every sequence around it ends, and what there is is finished", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  await runChain(film(seen, ({ position }) => position[1].index === 0 && stop.abort()), surroundings(stop.signal));
  assert.deepEqual(seen, [
    "paint at frame 0/2, scale 0/2: [frame 0 after undefined]",
    "finish at frame 0/2: P00",
    "close at the end: F(P00)",
  ]);
});

Deno.test("behind all scales a stage that gives another kind than it takes ends the chain where it fails", async () => {
  let after = 0;
  const chain = [
    threeScales,
    link("end", ["pictures", "picture"], (value) => value, atEnd),
    link("turn", ["picture", "file"], () => {
      throw new Error("no way");
    }),
    link("last", ["file", "nothing"], () => after++),
  ];
  await assert.rejects(runChain(chain, surroundings()), /Stage turn failed: no way/);
  assert.equal(after, 0);
});
