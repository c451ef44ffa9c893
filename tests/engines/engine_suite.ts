import assert from "node:assert/strict";
import type { Engine } from "../../engines/engine.ts";
import { add, averagePool, constant, input, multiply, total } from "../../graph/mod.ts";
import { checkOp, close } from "../graph/check_op.ts";
import { opCases } from "../graph/op_cases.ts";
import { referenceEngine } from "../helpers/tiny.ts";
import { checkGolden, goldenCases } from "./golden.ts";
import { imageAfter } from "./ten_steps.ts";

/** How the suite gets at an engine. */
export interface Subject {
  readonly name: string;
  readonly open: () => Engine | Promise<Engine>;
  /** Of values, relative to the largest one of a tensor. */
  readonly tolerance: number;
  /** Why it cannot run here; `undefined` where it can. */
  readonly missing?: string;
  /** Whether the processor emulates it: then one of PyTorch's cases has to do, as each takes half a minute. */
  readonly emulated?: boolean;
}

/** What every engine must do. */
export function engineSuite({ name, open, tolerance, missing, emulated }: Subject): void {
  const test = (what: string, fn: (t: Deno.TestContext) => Promise<void>, lacking = missing) =>
    Deno.test({
      name: `${name} ${what}${lacking === undefined ? "" : ` (skipped: ${lacking})`}`,
      ignore: lacking !== undefined,
      fn,
    });

  test("computes every op and its gradient", async (t) => {
    await using engine = await open();
    for (const opCase of opCases) {
      await t.step(`${opCase.op}, ${opCase.note}`, () => checkOp(engine, opCase, tolerance));
    }
  });

  const lackingGolden = goldenCases.length === 0 ? "there is no ../shared/golden" : undefined;
  test("gives PyTorch's objective and gradient", async (t) => {
    await using engine = await open();
    for (const golden of emulated ? goldenCases.slice(0, 1) : goldenCases) {
      await t.step(golden, () => checkGolden(golden, engine));
    }
  }, missing ?? lackingGolden);

  test("takes ten steps as float64 does", async () => {
    await using engine = await open();
    close(await imageAfter(10, engine), await imageAfter(10, referenceEngine()), 1e-3, "image");
  });

  test("runs one program many times and several side by side", async () => {
    await using engine = await open();
    const x = input("x", [1, 1, 2, 2]);
    await using sum = await engine.compile({ outputs: { y: add(x, x), same: x } });
    await using mean = await engine.compile({ outputs: { y: averagePool(x, 2) } });
    const runs = await Promise.all([1, 2, 3].map((k) => {
      const feeds = { x: Float32Array.of(k, 2 * k, 3 * k, 4 * k) };
      return Promise.all([sum.run(feeds), mean.run(feeds)]);
    }));
    runs.forEach(([doubled, averaged], i) => {
      const k = i + 1;
      assert.deepEqual([...doubled.y], [2 * k, 4 * k, 6 * k, 8 * k]);
      assert.deepEqual([...doubled.same], [k, 2 * k, 3 * k, 4 * k]);
      assert.deepEqual([...averaged.y], [2.5 * k]);
    });
  });

  test("takes any names of inputs and outputs, the same for both too", async () => {
    await using engine = await open();
    const names = ["x", "y", "v0", "c0", "v1", "output x", "integers 0", ""];
    for (const [i, first] of names.entries()) {
      const second = names.at(i - 1)!;
      const [a, b] = [input(first, [2]), input(second, [2])];
      const outputs = {
        [first]: total(add(multiply(a, 2), multiply(b, constant(Float32Array.of(3, 4), [2])))),
        [second]: a,
      };
      await using program = await engine.compile({ outputs });
      const found = await program.run({ [first]: Float32Array.of(1, 2), [second]: Float32Array.of(5, 6) });
      assert.deepEqual([[...found[first]], [...found[second]]], [[45], [1, 2]], `"${first}" and "${second}"`);
    }
  });

  test("gives the same bytes from run to run", async () => {
    const [first, second] = await Promise.all([0, 1].map(async () => {
      await using engine = await open();
      return await imageAfter(2, engine);
    }));
    assert.deepEqual(first, second);
  });

  test("refuses a feed of the wrong size", async () => {
    await using engine = await open();
    const x = input("x", [2, 3]);
    await using program = await engine.compile({ outputs: { y: add(x, 1) } });
    await assert.rejects(program.run({ x: new Float32Array(5) }), /feed "x" must fill \[2,3\]: current length is 5/);
    await assert.rejects(program.run({}), /feed "x" must fill/);
  });
}
